"""Offers on pages: suggested packages, side by side, buttons that act; reading changes nothing."""

import re

import pytest

from livinglab.domain.pilot import Action
from tests.web.pages.scene import FIRST, SECOND, SOUTH, THIRD, Scene, form_of


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def manager(scene, login):
    return scene.client("manager", login)


@pytest.fixture
def firm(scene, login):
    return scene.client("ada", login)


def packages(html):
    return re.findall(r'name="package" value="([^"]+)"', html)


def offered(scene, manager, count=3, **typed):
    """A request to which the manager offers the packages that the page suggests."""
    ref = scene.request(windows=(FIRST, SECOND, THIRD))
    html = manager.get(f"/inbox/{ref}").text
    form = form_of(html, do="offer:packages", package=packages(html)[:count], **typed)
    answer = manager.post(f"/inbox/{ref}", data=form)
    assert answer.status_code == 303, answer.text
    return ref


def numbers(html, what="accept"):
    """The offers that have such a button."""
    return re.findall(rf'name="do" value="{what}:(\d+)"', html)


def answer(client, ref, do, **typed):
    html = client.get(f"/pilots/{ref}/offers").text
    token = re.search(r'name="csrf_token" value="([^"]*)"', html)[1]
    version = re.search(r'name="version" value="(\d+)"', html)[1]
    form = {"csrf_token": token, "version": version, "do": do, **typed}
    return client.post(f"/pilots/{ref}/offers", data=form)


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).replace("\u00a0", " ").split())


def days_of(scene, ref):
    return [(start, state) for _, state, start, _ in scene.stays(ref)]


# --- The host -------------------------------------------------------------------------------------


def test_packages_are_suggested_by_rank(scene, manager):
    ref = scene.request(windows=(SECOND, FIRST))
    text = words(manager.get(f"/inbox/{ref}").text)
    told = [text.index(f"In choice {n}") for n in (1, 2)]
    assert told == sorted(told)
    assert text.index("Mon 15 – Fri 19 Feb 2027", told[0]) < told[1]


@pytest.mark.both_engines
def test_the_packages_ticked_are_offered_with_one_click(scene, manager):
    ref = offered(scene, manager)
    assert scene.pilot(ref).state == "offered"
    assert days_of(scene, ref) == [
        ("2027-02-01", "tentative"), ("2027-02-15", "tentative"), ("2027-03-08", "tentative"),
    ]  # fmt: skip
    html = manager.get(f"/inbox/{ref}").text
    assert len(numbers(html, "withdraw")) == 3
    assert "Held until Tue 1 Dec 2026, 17:00" in words(html)


def test_the_end_may_be_chosen_and_a_wrong_one_is_told(scene, manager):
    ref = offered(scene, manager, 1, until="2026-12-04")
    assert "Held until Fri 4 Dec 2026, 17:00" in words(manager.get(f"/inbox/{ref}").text)
    other = scene.request("bo", windows=(SECOND,))
    for until, sentence in (
        ("soon", "There is no such day. Write it as 2027-03-01."),
        ("2026-11-01", "The offer would end in the past. Choose a later day."),
    ):
        html = manager.get(f"/inbox/{other}").text
        form = form_of(html, do="offer:packages", package=packages(html)[:1], until=until)
        refused = manager.post(f"/inbox/{other}", data=form)
        assert (refused.status_code, sentence in words(refused.text)) == (422, True)


def test_nothing_ticked_is_told(scene, manager):
    ref = scene.request()
    html = manager.get(f"/inbox/{ref}").text
    refused = manager.post(f"/inbox/{ref}", data=form_of(html, do="offer:packages"))
    assert (refused.status_code, "Tick the times you offer." in refused.text) == (422, True)


def test_the_host_takes_an_offer_back(scene, manager):
    ref = offered(scene, manager, 2)
    first, second = numbers(manager.get(f"/inbox/{ref}").text, "withdraw")
    assert answer(manager, ref, f"withdraw:{first}").location == f"/inbox/{ref}"
    assert days_of(scene, ref) == [("2027-02-15", "tentative")]
    answer(manager, ref, f"withdraw:{second}")
    assert scene.pilot(ref).state == "in_review"


# --- The firm -------------------------------------------------------------------------------------


def test_reading_changes_nothing(scene, manager, firm):
    ref = offered(scene, manager)
    before = scene.pilot(ref).version
    for _ in range(3):
        assert firm.get(f"/pilots/{ref}/offers").status_code == 200
        assert firm.head(f"/pilots/{ref}/offers?do=accept").status_code == 200
    assert scene.pilot(ref).version == before


def test_the_mail_leads_to_the_page(scene, manager, firm):
    ref = offered(scene, manager)
    mail = scene.mails(ref)[-1]
    assert f"/pilots/{ref}/offers" in mail
    assert [f"Offer {n}" in mail for n in (1, 2, 3)] == [True] * 3
    assert "Held until Tue 1 Dec 2026, 17:00" in mail


def test_offers_stand_side_by_side(scene, manager, firm):
    ref = offered(scene, manager, note="Quiet weeks.")
    text = words(firm.get(f"/pilots/{ref}/offers").text)
    for told in (
        "Offer 1", "Offer 2", "Offer 3", "Mon 1 – Fri 5 Feb 2027, 07:00–21:00", "In choice 3",
        "by the list, VAT 0 %", "Quiet weeks.", "Held until Tue 1 Dec 2026, 17:00",
    ):  # fmt: skip
        assert told in text, told
    assert "3 times are held for you." in words(firm.get(f"/pilots/{ref}").text)


@pytest.mark.both_engines
def test_one_is_accepted_however_often_it_is_pressed(scene, manager, firm):
    ref = offered(scene, manager)
    _, second, _ = numbers(firm.get(f"/pilots/{ref}/offers").text)
    html = firm.get(f"/pilots/{ref}/offers").text
    token = re.search(r'name="csrf_token" value="([^"]*)"', html)[1]
    version = re.search(r'name="version" value="(\d+)"', html)[1]
    form = {"csrf_token": token, "version": version, "do": f"accept:{second}"}
    for _ in range(2):
        assert firm.post(f"/pilots/{ref}/offers", data=form).location == f"/pilots/{ref}"
    assert days_of(scene, ref) == [("2027-02-15", "tentative")]


def test_one_is_declined_and_the_others_stay(scene, manager, firm):
    ref = offered(scene, manager)
    first, *_ = numbers(firm.get(f"/pilots/{ref}/offers").text)
    assert answer(firm, ref, f"decline:{first}").location == f"/pilots/{ref}/offers"
    html = firm.get(f"/pilots/{ref}/offers").text
    assert len(numbers(html)) == 2
    assert "Earlier offers" in html


def test_all_are_declined_with_a_reason(scene, manager, firm):
    ref = offered(scene, manager)
    answer(firm, ref, "decline", note="Our crew is away.")
    assert (scene.pilot(ref).state, scene.stays(ref)) == ("in_review", [])
    assert "Our crew is away." in scene.mails(ref)[-1]


def test_other_days_are_proposed(scene, manager, firm):
    ref = offered(scene, manager)
    typed = {"first-0-0": "2027-04-12", "last-0-0": "2027-04-16", "note": "After Easter?"}
    assert answer(firm, ref, "propose", **typed).status_code == 303
    [period] = scene.pilot(ref).periods
    assert [str(w.first) for w in period.windows] == ["2027-04-12"]


@pytest.mark.parametrize(
    ("do", "typed", "sentence"),
    [
        ("propose", {}, "Name the days that would suit you."),
        ("propose", {"first-0-0": "12.4."}, "There is no such day. Write it as 2027-03-01."),
        ("accept", {}, "Several offers are open: name the one that is answered."),
        ("accept:9999", {}, "The pilot has no offer with the number 9999."),
        ("accept:x", {}, "There is no such button. Read the page again."),
        ("withdraw", {}, "There is no such button. Read the page again."),
        ("buy", {}, "There is no such button. Read the page again."),
        ("decline", {"note": "x" * 5001}, "is longer than 5,000 characters"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_lost(scene, manager, firm, do, typed, sentence):
    ref = offered(scene, manager)
    before = scene.pilot(ref).version
    refused = answer(firm, ref, do, **typed)
    assert (refused.status_code, sentence in words(refused.text)) == (422, True), refused.text
    assert scene.pilot(ref).version == before
    for value in typed.values():
        assert value in refused.text


def test_a_closed_time_is_told_and_has_no_button(scene, manager, firm):
    ref = offered(scene, manager)
    scene.block(SOUTH, "2027-02-02")
    html = firm.get(f"/pilots/{ref}/offers").text
    assert "It cannot be had any more." in html
    assert len(numbers(html)) == 2


def test_nobody_else_sees_or_answers(scene, manager, login):
    ref = offered(scene, manager)
    rival = scene.client("bo", login)
    assert rival.get(f"/pilots/{ref}/offers").status_code == 404
    staff = scene.client("staff", login)
    html = staff.get(f"/pilots/{ref}/offers").text
    assert numbers(html) + numbers(html, "withdraw") == []


def test_a_declined_place_can_be_left_out(scene, firm, login):
    stays = [
        {"facility": slug, "days": 1, "windows": [{"start": FIRST[0], "end": FIRST[1]}]}
        for slug in ("fac-02", "fac-03")
    ]
    ref = scene.request(periods=stays)
    scene.act("other", ref, Action.REJECT, note="No room.")
    html = firm.get(f"/pilots/{ref}").text
    assert "One of your places declined its stay." in html
    answered = answer_detail(firm, ref, html)
    assert answered.status_code == 303
    assert (scene.pilot(ref).state, len(scene.pilot(ref).periods)) == ("submitted", 1)


def answer_detail(client, ref, html):
    token = re.search(r'name="csrf_token" value="([^"]*)"', html)[1]
    form = {"csrf_token": token, "version": "3", "do": "without"}
    return client.post(f"/pilots/{ref}/offers", data=form)
