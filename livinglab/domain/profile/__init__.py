"""A facility as JSON: one form for the database, for ``import-facilities`` and for examples.

The shape is shown by ``livinglab/examples/facilities.json``. Lengths are in metres, floor loads
in kPa, cranes in tonnes, stays in half-days, prices in euro at VAT 0 %. Limits of laser classes
are the numbers of ``fit.LASER_ORDER`` (3.5 is class 3B).
"""

from livinglab.domain.profile.read import facility_from_json
from livinglab.domain.profile.write import facility_to_json

__all__ = ["facility_from_json", "facility_to_json"]
