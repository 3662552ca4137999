"""Forms in which hosts keep their facilities: what is typed, and the document it stands for."""
