"""``docs/gates-examples.md``: the example requests as the shipped rules judge them."""

from datetime import date

from livinglab.adapters.texts import sentence
from livinglab.domain.article_json import article_from_json
from livinglab.domain.calendar import Busy, Length
from livinglab.domain.earliest import Asks, Decision, Paper, WorkingDays, ready, with_free_time
from livinglab.domain.facts import facts_of
from livinglab.domain.gates import lane_of, papers_asked, required
from livinglab.domain.messages import Localised
from livinglab.domain.rules import judge
from tests.examples.data import ALMANAC, ANCHOR, CALENDARS, COMPANIES, PILOTS, RESOURCES, stay_of
from tests.rulebooks import SHIPPED

COUNTRIES = {company["id"]: company["country"] for company in COMPANIES}
HEAD = """# The example requests, judged by the rules

Made from `livinglab/rules/default.json` and `livinglab/examples` by `python -m tests.docs`; do not
edit.

Lane, gates with their clocks in working days, and the earliest start: the first stay of the asked
length at that resource, reckoned from the day on which the request was sent (drafts: %s), if
nobody else had any time there. The cause is what takes longest: the notice of the place, a decision
with its evidence, or a paper.

| request | at | days | lane, because | gates | earliest start, because |
|---|---|---|---|---|---|
"""


def judged(row):
    """Facility, judgement and gates of an example request."""
    facility, _ = RESOURCES[row["resource"]]
    article = article_from_json(row["test_article"])
    facts = facts_of(
        article,
        facility,
        country=COUNTRIES[row["company"]],
        asks_aid=row["discount_pct"] > 0,
        days=row["halves"] / 2,
    )
    stay = stay_of(row)
    first, last = (date.fromisoformat(row["windows"][0][edge]) for edge in ("start", "end"))
    days = (stay.first_day, stay.last_day) if stay else (first, last)
    found = judge(SHIPPED, facts, *days)
    return facility, found, required(facility, article.triggers(), found, SHIPPED.clocks)


def lane(row):
    """The lane of an example request with its reasons in English."""
    facility, found, _ = judged(row)
    triggers = article_from_json(row["test_article"]).triggers()
    name, reasons = lane_of(facility, triggers, found)
    return name, [words(reason.why) for reason in reasons]


def earliest(row):
    """The earliest first day of a stay of that length, and what it waits for in English."""
    facility, found, gates = judged(row)
    asked_on = date.fromisoformat(row["submitted"][:10]) if row["submitted"] else ANCHOR
    triggers = article_from_json(row["test_article"]).triggers()
    waited = {code for gate in gates for code in gate.evidence}
    papers = [
        Paper(asked.name, SHIPPED.evidence[asked.code].working_days)
        for asked in papers_asked(facility, triggers)
        if asked.code in SHIPPED.evidence and asked.code not in waited
    ]
    asks = Asks(
        max(facility.stay.notice_working_days, found.notice),
        tuple(Decision(gate.title, gate.working_days, _slowest(gate)) for gate in gates),
        tuple(paper for paper in papers if paper.working_days),
    )
    days = WorkingDays(ALMANAC, asked_on)
    possible = ready(days, asks)
    stays = CALENDARS[row["resource"]].stays(
        Length(row["halves"]), Busy(), facility.stay.buffers, (possible.start, date.max)
    )
    found = with_free_time(days, possible, next(stays).first_day)
    return found.day, words(found.cause.message)


def _slowest(gate):
    asked = [SHIPPED.evidence[code] for code in gate.evidence]
    slowest = max(asked, key=lambda item: item.working_days, default=None)
    if slowest is None or not slowest.working_days:
        return None
    return Paper(slowest.name, slowest.working_days)


def words(text):
    """A text in English."""
    return text.en if isinstance(text, Localised) else sentence(text, "en")


def row_of(row):
    """One line of the table."""
    facility, _, gates = judged(row)
    name, reasons = lane(row)
    why = "<br>".join(reasons) or "nothing asks for more"
    asked = "<br>".join(f"{g.title.en} (`{g.role}`, {g.working_days})" for g in gates)
    day, cause = earliest(row)
    ref = row["ref"]
    return (
        f"| {ref}: {row['title']} | {facility.slug} | {row['halves'] / 2:g} |"
        f" **{name}**: {why} | {asked} | {day}: {cause} |"
    )


def page():
    """The whole page."""
    return HEAD % ANCHOR + "\n".join(map(row_of, PILOTS)) + "\n"
