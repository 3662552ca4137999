"""Geometry of what the pages draw: time lines, availability strips, plates of places.

Pure values in, pure values out: no Flask, no clock, no text in any language. Lengths along the
time axis are percentages, so that one SVG fits every width; heights and type are pixels.
"""
