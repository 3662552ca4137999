"""Types of what goes in and out, one module per subject. Field names are those of the JSON."""
