"""Steps that several journeys share, in any language: by names of fields and buttons."""

import re
from zoneinfo import ZoneInfo

from sqlalchemy import select

from livinglab.adapters.secrets import password_hash
from livinglab.db.tables import Membership, Organisation, User
from livinglab.domain.pilot import Action
from livinglab.domain.request_json import pilot_from_json
from livinglab.services import actions, pilot
from livinglab.services.moves import Command
from tests.factories import PASSWORD

PORI = ZoneInfo("Europe/Helsinki")
HALL = "fac-02-hall-south"
ROBOT = {
    "test_article.name": "Tug 4",
    "test_article.kind": "mobile_robot",
    "test_article.conformity": "ce",
    "test_article.mass_kg": "120",
}


def days(stay):
    """First and last date of a stay as people in Pori say it, for a window's two fields."""
    return [moment.astimezone(PORI).date().isoformat() for moment in stay]


def spaced(stays, count):
    """The first so many stays that leave two weeks between them, so that windows differ."""
    chosen = []
    for start, end in stays:
        if not chosen or (start - chosen[-1][1]).days >= 14:
            chosen.append((start, end))
        if len(chosen) == count:
            return chosen
    raise AssertionError(f"only {len(chosen)} stays are free")


def send_request(service, name, title, windows, *, place="fac-02", resource=HALL, length=3):
    """A request sent by somebody's firm before the journey begins; its reference."""
    with service.acting(f"{name}@demo.example") as work:
        given = pilot_from_json(
            {
                "title": title,
                "purpose": "To see whether it works among people.",
                "focus_areas": ["automation_robotics"],
                "test_article": {"name": "Rival", "kind": "mobile_robot", "conformity": "ce"},
                "periods": [
                    {
                        "facility": place,
                        "resource": resource,
                        "days": length,
                        "windows": [
                            dict(zip(("start", "end"), days(window), strict=True))
                            for window in windows
                        ],
                    }
                ],
            }
        )
        made = pilot.create(work, given)
        actions.perform(work, made.ref, Action.SUBMIT, Command(made.version))
        return made.ref


def colleague_at(service, slug, name, full_name):
    """Somebody of a host who can sign in and decides nothing."""
    with service.acting("admin@demo.example") as work:
        host = work.session.scalars(select(Organisation).where(Organisation.slug == slug)).one()
        email = f"{name}@demo.example"
        user = User(
            email=email, name=full_name, password=password_hash(PASSWORD), fs_uniquifier=email
        )
        work.session.add(user)
        work.session.flush()
        work.session.add(
            Membership(user_id=user.id, organisation_id=host.id, role="visitor", facility_id=None)
        )


def confirmed_stay(service, name, title, stay):
    """A stay that the hall's manager has confirmed before the journey begins; its reference."""
    ref = send_request(service, name, title, [stay])
    version = service.pilot(title).version
    with service.acting("manager.fac-02@demo.example") as work:
        actions.perform(work, ref, Action.APPROVE, Command(version))
    return ref


def fill(page, values):
    """Fill in fields by their names; selects take the option's value."""
    for name, value in values.items():
        control = page.locator(f'[name="{name}"]:not([type=hidden])').first
        if control.evaluate("field => field.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)


def fill_window(page, rank, stay):
    """Fill in the days of a wish."""
    first, last = days(stay)
    at = f"periods.0.windows.{rank}"
    fill(page, {f"{at}.start": first, f"{at}.end": last})


def press(page, action):
    """Press the button that people see for this action."""
    page.locator(f'button[name=do][value="{action}"]:not([tabindex="-1"])').click()


def reference(page):
    """The pilot's reference in the page's address."""
    page.wait_for_url(re.compile(r"/(pilots|inbox)/PLL-"))
    return re.search(r"PLL-[0-9]{4}-[0-9]{4,}", page.url)[0]
