"""Deciding several requests together: chosen in the inbox, shown before, told after."""

import re
from html import unescape

import pytest

from livinglab.db.tables import Paper
from livinglab.domain.pilot import Action
from tests.web.pages.scene import FIRST, SECOND, THIRD, Scene


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def manager(scene, login):
    return scene.client("manager", login)


def words(html):
    main = html.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("\u00a0", " ")


def confirm(client, do, *refs):
    query = "&".join(f"ref={ref}" for ref in refs)
    response = client.get(f"/inbox/several?show=mine&do={do}&{query}")
    assert response.status_code == 200, response.text
    return response.text


def form_of(html, **further):
    """The confirmation's form as a browser would send it."""
    form = html.partition('<form method="post" class="ll-stack')[2].partition("</form>")[0]
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    fields = {}
    for name, value in pairs:
        fields.setdefault(name, []).append(unescape(value))
    return fields | further


def test_the_queue_offers_to_choose_several(scene, manager):
    ref = scene.request()
    html = manager.get("/inbox").text
    assert f'form="several" name="ref" value="{ref}"' in html
    assert "Choose Stairs" in words(html)


def test_what_happens_is_shown_first_and_then_done(scene, manager):
    refs = [scene.request(windows=(days,), title=f"Stairs {days[0]}") for days in (FIRST, SECOND)]
    html = confirm(manager, "waitlist", *refs)
    assert "Put these requests on the waiting list?" in words(html)
    assert "Put 2 requests on the waiting list" in words(html)
    assert [scene.pilot(ref).state for ref in refs] == ["submitted"] * 2
    answer = manager.post("/inbox/several", data=form_of(html, do="waitlist"))
    assert answer.status_code == 200
    assert "2 requests: done." in words(answer.text)
    assert answer.text.count('/undo"') == 2
    assert [scene.pilot(ref).state for ref in refs] == ["waitlisted"] * 2


def test_sent_twice_it_tells_the_same(scene, manager):
    form = form_of(confirm(manager, "waitlist", scene.request()), do="waitlist")
    first, second = (words(manager.post("/inbox/several", data=form).text) for _ in range(2))
    assert "1 request: done." in first
    assert first == second


def test_what_is_not_safe_to_approve_says_why_and_cannot_be_sent(scene, manager):
    ref = scene.request(article={"mixed_traffic": True})
    html = confirm(manager, "approve", ref)
    told = words(html)
    assert "Left as they are" in told
    assert "Others decide on it, too." in told
    assert 'name="row"' not in html
    form = {"csrf_token": re.search(r'csrf_token" value="([^"]+)', manager.get("/inbox").text)[1]}
    form |= {"do": "approve", "row": f"{ref}|{scene.pilot(ref).version}"}
    answer = manager.post("/inbox/several", data=form)
    assert "Others decide on it, too." in words(answer.text)
    assert scene.pilot(ref).state == "submitted"


def test_a_question_without_words_is_asked_for_again(scene, manager):
    ref = scene.request()
    html = confirm(manager, "request-info", ref)
    answer = manager.post("/inbox/several", data=form_of(html, do="request-info", note=" "))
    assert answer.status_code == 422
    assert "Give the reason: the other side reads it." in words(answer.text)
    form = form_of(answer.text, do="request-info", note="How heavy?")
    assert "1 request: done." in words(manager.post("/inbox/several", data=form).text)
    assert scene.pilot(ref).state == "needs_info"


def test_what_changed_meanwhile_is_left_and_the_others_are_done(scene, manager):
    one, other = scene.request(), scene.request(windows=(THIRD,), title="Ramp")
    form = form_of(confirm(manager, "waitlist", one, other), do="waitlist")
    scene.act("ada", one, Action.WITHDRAW)
    told = words(manager.post("/inbox/several", data=form).text)
    assert "1 request: done. 1 was left as it is." in told
    assert "Ada changed the pilot" in told
    assert (scene.pilot(one).state, scene.pilot(other).state) == ("withdrawn", "waitlisted")


@pytest.mark.parametrize("query", ["do=waitlist", "do=reject&ref=PLL-2026-0001", "ref=x"])
def test_nothing_chosen_or_no_such_button_is_told(manager, query):
    assert manager.get(f"/inbox/several?{query}").status_code in {303, 422}


def test_more_than_fifty_are_too_many(manager):
    refs = "&".join(f"ref=PLL-2026-{number:04d}" for number in range(51))
    answer = manager.get(f"/inbox/several?do=waitlist&{refs}")
    assert answer.status_code == 303
    assert "Choose at most 50 requests at once." in words(manager.get(answer.location).text)


def test_requests_of_other_places_are_not_there(scene, login):
    ref = scene.request()
    other = scene.client("other", login)
    html = confirm(other, "waitlist", ref)
    assert "Stairs" not in html
    assert "None of them is decided here." in words(html)


def test_those_in_the_fast_lane_are_approved_at_the_time_shown(scene, login):
    period = {"facility": "fac-03", "resource": "fac-03-vision-bench"}
    ref = scene.request(period=period, article={"kind": "vision_system", "conformity": "ce"})
    for code in ("data_agreement", "ai_self_classification"):
        paper(scene, ref, code)
    other = scene.client("other", login)
    html = confirm(other, "approve", ref)
    assert "Confirmed: Vision bench, Mon 1 – Fri 5 Feb 2027, 08:00–17:00" in words(html)
    told = words(other.post("/inbox/several", data=form_of(html, do="approve")).text)
    assert "1 request: done." in told
    assert "Approved : Stairs Take it back" in told
    assert scene.pilot(ref).state == "confirmed"


def paper(scene, ref, code):
    row = scene.pilot(ref)
    given = {"media_type": "application/pdf", "size": 1, "sha256": "0", "content": b"x"}
    given |= {"file_name": "x.pdf", "uploaded_at": scene.clock()}
    made = Paper(pilot_id=row.id, code=code, uploaded_by_id=row.created_by_id, **given)
    scene.make.add(made)
