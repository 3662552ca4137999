"""The application with its check under the lock taken out: what the race test must notice.

The product has no switch for this; the module is served in the place of ``wsgi``.
"""

from config import Settings
from livinglab.app import create_app
from livinglab.db import locking
from livinglab.services import approval, bookings, taken


def _nothing(*_args, **_kwargs):
    """Refuse nothing, lock nothing."""


taken.refuse_taken = _nothing
for module in (locking, bookings, approval):
    module.lock_resources = _nothing

app = create_app(Settings.from_env())
