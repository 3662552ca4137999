"""docs/access.md: who may call what, from the declarations that are enforced."""

from livinglab.web.access import policy
from tests.access.registry import methods, own_words
from tests.access.world import PRINCIPALS

HEAD = """# Who may call what

Made from `livinglab.web.access.policy` and `tests/access/registry.py` by `python -m tests.docs`; do
not edit. `tests/access` calls every line as {count} principals, with their own, foreign and missing
objects. What is foreign answers like what is missing: 404.

| word | who |
|---|---|
| public | anybody, signed in or not |
| signed in | every person of a firm or a host, and their tokens |
| company | people who act for a firm |
| company admin | those of them who invite, remove and edit its profile |
| host | people who act for a host |
| nobody | the address is closed |
| other words | a role at a host, for one facility or for all |

Tokens call the API only, and those that may only read change nothing. A feed's secret opens that
feed alone. Whatever is below `/dav/` asks everybody for an app password (401), which opens nothing
else; `tests/web/caldav` says who reads what there. Forms of requests tell hosts (403) that they are
for firms and visitors.

| address | methods | who | object |
|---|---|---|---|
"""


def table(app):
    """The page, as `python -m tests.docs` writes it."""
    lines = []
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, methods(rule))):
        declared = policy(app, rule.endpoint) or {"nobody"}
        who = ", ".join(sorted(word.replace("_", " ") for word in declared))
        objects = "; ".join(own_words(rule)) or "–"
        address = rule.rule.replace("|", "\\|")
        lines.append(f"| `{address}` | {', '.join(methods(rule))} | {who} | {objects} |")
    return HEAD.format(count=len(PRINCIPALS)) + "\n".join(lines) + "\n"
