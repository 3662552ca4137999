"""A facility as rows of a spreadsheet: one row for each bookable space, flat named columns.

A sheet cannot say everything that a facility's document says. What it has no column for, and what a
cell could only say in part, stays as it is: only cells that differ from what :func:`write_rows`
would write for the known facility are changes. Columns are listed in ``docs/importing.md``.
"""

from livinglab.domain.sheet.columns import HEADER
from livinglab.domain.sheet.rows import Flaw, Row, place_of, read_rows, write_rows
from livinglab.domain.sheet.sample import SAMPLE

__all__ = ["HEADER", "SAMPLE", "Flaw", "Row", "place_of", "read_rows", "write_rows"]
