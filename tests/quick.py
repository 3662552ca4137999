"""What every application of a test process would make anew: made once, or as cheap as it can be.

Nothing a test looks at changes: templates and addresses are compiled by the same code, and
passwords are argon2id hashes, only with the least work. `tests/cli` and the journeys run the real
thing.
"""

from functools import cache

from argon2 import PasswordHasher
from jinja2 import BytecodeCache
from werkzeug.routing import Rule

CHEAP = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}
"""The least that argon2 takes (RFC 9106, 3.1)."""

cheap_hash = cache(PasswordHasher(**CHEAP).hash)


class Templates(BytecodeCache):
    """The code of templates, as long as the process lives."""

    def __init__(self):
        self.kept = {}

    def load_bytecode(self, bucket):
        checksum, code = self.kept.get(bucket.key, (None, None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket):
        self.kept[bucket.key] = bucket.checksum, bucket.code


_templates = Templates()
_compile_builder = Rule._compile_builder  # noqa: SLF001  # there is no public way in


def _builder_when_needed(rule, append_unknown=True):  # noqa: FBT002  # as it is called
    """Most tests build few of the some three hundred addresses, and compiling takes long."""
    builders = []

    def build(self, **values):
        if not builders:
            builders.append(_compile_builder(rule, append_unknown))
        return builders[0](self, **values)

    return build


Rule._compile_builder = _builder_when_needed  # noqa: SLF001


def hasten(app):
    """Let an application use what others have made."""
    app.jinja_env.bytecode_cache = _templates
    options = {f"argon2__{name}": value for name, value in CHEAP.items()}
    app.extensions["security"].pwd_context.update(**options)
