"""The calendar board: what each reader sees, in the picture, the table and the address."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from livinglab.db.tables import Block, Booking
from livinglab.domain.pilot import Action
from tests.web.pages.scene import NORTH, SECOND, SOUTH, Scene

MONTH = "/board?from=2027-02-01"


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def see(scene, login):
    """The board as that person sees it."""

    def read(name, path=MONTH):
        response = scene.client(name, login).get(path)
        assert response.status_code == 200, response.text
        return response.text

    return read


def chart(html):
    return re.search(r'<div class="ll-board-chart".*?</div>', html, re.DOTALL)[0]


def bars(html, kind):
    """Names of the drawn bars of a kind."""
    found = re.findall(
        rf'(?:aria-label="([^"]*)">)?<svg class="t-{kind}"[^>]*>(?:<title>(.*?)</title>)?',
        chart(html),
    )
    return [linked or plain for linked, plain in found]


def rows(html):
    """The table: title, then the tag in the column of what holds time."""
    table = html.partition('id="table"')[2].partition("</tbody>")[0]
    found = []
    for row in re.findall(r"<tr>\s*<th scope=\"row\">.*?</tr>", table, re.DOTALL):
        cells = [
            re.sub(r"<[^>]+>", " ", cell)
            for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
        ]
        cells = [re.sub(r"\s+", " ", cell).strip() for cell in cells]
        found.append((cells[0], cells[3]))
    return found


def block(scene, slug, start, end, kind="maintenance", reason="Yearly service"):
    scene.make.add(
        Block(
            resource_id=scene.make.resource(slug).id,
            kind=kind,
            reason={"en": reason},
            starts_at=start,
            ends_at=end,
        )
    )


def at(day, hour=8):
    return datetime(2027, 2, day, hour, tzinfo=UTC)


@pytest.mark.both_engines
def test_picture_table_and_database_agree(scene, see):
    scene.act("manager", scene.request(), Action.APPROVE)
    scene.act("manager", scene.request("bo", title="Tugger", windows=(SECOND,)), Action.APPROVE)
    held = scene.request(
        "bo",
        title="Held",
        windows=(SECOND,),
        period={"resource": NORTH},
        article={"mixed_traffic": True},
    )
    scene.act("manager", held, Action.APPROVE)
    scene.request("bo", title="Wish", windows=(("2027-02-23", "2027-02-25"),), days=3)
    html = see("manager")
    firm = select(func.count()).select_from(Booking).where(Booking.state == "firm")
    assert scene.make.session.scalar(firm) == len(bars(html, "firm")) == 2
    assert [name.partition(",")[0] for name in bars(html, "tent")] == ["Bo Robotics · Held"]
    assert [name.partition(",")[0] for name in bars(html, "wish")] == ["Bo Robotics · Wish"]
    assert sorted(tag for _, tag in rows(html)) == ["Firm", "Firm", "Tentative", "Wish"]


def test_a_bar_is_a_link_whose_name_tells_all(scene, see):
    ref = scene.request()
    scene.act("manager", ref, Action.APPROVE)
    html = see("manager")
    (name,) = bars(html, "firm")
    assert name.replace("\u00a0", " ") == (
        "Ada Robotics · Stairs, Hall south, Mon 1 – Fri 5 Feb 2027, 07:00–21:00, Firm, " + ref
    )
    assert f'<a href="/inbox/{ref}" aria-label="Ada Robotics · Stairs' in html
    assert 'class="t-buffer"' in chart(html)
    assert "buffer to Mon 8 Feb 2027, 14:00" in html


def test_firms_see_their_own_and_only_that_the_rest_is_taken(scene, see):
    own = scene.request()
    scene.act("manager", own, Action.APPROVE)
    other = scene.request("bo", title="Secret", windows=(SECOND,))
    scene.act("manager", other, Action.APPROVE)
    scene.request("bo", title="Secret wish", windows=(("2027-02-23", "2027-02-25"),), days=3)
    html = see("ada")
    assert [name.partition(",")[0] for name in bars(html, "firm")] == [
        "Ada Robotics · Stairs",
        "Firm",
    ]
    assert bars(html, "wish") == []
    assert f'href="/pilots/{own}"' in html
    for hidden in ("Secret", "Bo Robotics", other):
        assert hidden not in html


@pytest.mark.both_engines
def test_hosts_of_other_places_see_no_names_and_get_no_link(scene, see):
    ref = scene.request()
    scene.act("manager", ref, Action.APPROVE)
    html = see("other")
    assert [name.partition(",")[0] for name in bars(html, "firm")] == ["Firm"]
    assert "Ada Robotics" not in html
    assert f"/inbox/{ref}" not in html
    assert "Ada Robotics · Stairs" in see("coordinator")


def test_a_block_over_a_booking_is_a_clash_with_a_link(scene, see):
    ref = scene.request()
    scene.act("manager", ref, Action.APPROVE)
    block(scene, SOUTH, at(3), at(4, 16))
    html = see("manager")
    assert len(bars(html, "clash")) == 1
    note = html.partition("One clash to repair")[2].partition("</section>")[0]
    assert f'<a href="/inbox/{ref}">Stairs</a>' in note
    assert "Wed 3 – Thu 4 Feb 2027, 10:00–18:00" in note
    assert "Maintenance: Yearly service" in note
    assert "One clash to repair" in see("ada")
    assert "clash" not in chart(see("bo"))


def test_a_block_beside_a_booking_is_none(scene, see):
    scene.act("manager", scene.request(), Action.APPROVE)
    block(scene, SOUTH, at(8), at(9))
    html = see("manager")
    assert bars(html, "clash") == []
    assert [name.partition(",")[0] for name in bars(html, "closed")] == ["Yearly service"]


def test_closures_say_their_reason(scene, see):
    html = see("manager", "/board?from=2026-12-21&facility=fac-02")
    closed = {name.partition(",")[0] for name in bars(html, "closed")}
    assert closed == {"Host’s holidays"}


def test_a_stay_that_only_ends_within_the_days_is_shown(scene, see):
    scene.act("manager", scene.request(), Action.APPROVE)
    assert len(bars(see("manager", "/board?scale=week&from=2027-02-01"), "firm")) == 1
    html = see("manager", "/board?scale=week&from=2027-02-08")
    assert bars(html, "firm") == []
    assert 'class="t-buffer"' in chart(html)


def test_filters_stay_in_the_address(scene, see):
    html = see("manager", "/board?scale=week&from=2027-02-03&facility=fac-02&kind=hall")
    kept = "scale=week&amp;facility=fac-02&amp;kind=hall&amp;from="
    assert re.findall(rf'href="/board\?{kept}([^"]+)"', html)[:2] == ["2027-01-25", "2027-02-08"]
    assert "Hall north" in chart(html) or "Hall north" in html
    assert "Vision bench" not in html
    assert "Mon 1 – Sun 7 Feb 2027" in html
    assert "1 facility, 2 resources" in html


def test_filters_that_leave_nothing_say_so(scene, see):
    html = see("manager", "/board?facility=fac-02&kind=lab")
    assert "No facility is of that kind and name" in html


def test_an_empty_stretch_says_so(scene, see):
    assert "Nothing booked 1–7 Feb" in see("manager", "/board?scale=week&from=2027-02-01").replace(
        "\u00a0", " "
    )


@pytest.mark.parametrize(
    "query",
    [
        "scale=year",
        "from=0001-01-01",
        "from=9999-12-31",
        "from=2027-02-29",
        "from=%F0%9F%92%A5",
        "facility=nowhere&kind=%E2%80%AE",
        "scale=quarter&from=2027-03-28",
        "facility=" + "x" * 3000,
    ],
)
def test_odd_addresses_show_a_board(scene, see, query):
    chart(see("manager", f"/board?{query}"))


def test_visitors_are_sent_to_sign_in(scene, client):
    assert client.get("/board").location == "/login?next=/board"


def test_who_may_close_time_finds_the_button(scene, see):
    assert 'href="/blocks/new"' in see("manager")
    assert 'href="/blocks/new"' not in see("staff")
    assert 'href="/blocks/new"' not in see("ada")


def test_statements_do_not_grow_with_what_lies_there(scene, login, query_counter):
    client = scene.client("manager", login)
    scene.act("manager", scene.request(), Action.APPROVE)
    client.get(MONTH)
    with query_counter() as one:
        client.get(MONTH)
    scene.act("manager", scene.request("bo", title="B", windows=(SECOND,)), Action.APPROVE)
    scene.act("manager", scene.request("bo", title="C", period={"resource": NORTH}), Action.APPROVE)
    for day in (3, 4, 24):
        block(scene, SOUTH, at(day), at(day, 12))
    client.get(MONTH)
    with query_counter() as three:
        html = client.get(MONTH).text
    assert len(bars(html, "firm")) == 3
    assert three.count == one.count


def test_who_may_move_and_close_finds_where_to_begin(scene, see):
    scene.act("manager", scene.request(), Action.APPROVE)
    html = see("manager")
    assert len(re.findall(r'data-move="/board/move\?booking=\d+" data-day="2027-02-01"', html)) == 1
    assert set(re.findall(r'data-row="([^"]+)"', html)) == {NORTH, SOUTH}
    assert re.search(r'<a href="/board/move\?booking=\d+">Move…', html)
    for other in ("ada", "staff", "other"):
        assert "data-move" not in see(other)
    assert "data-row" not in see("staff")


def test_the_board_is_a_file_too(scene, login):
    scene.act("manager", scene.request(title="=1+1"), Action.APPROVE)
    answer = scene.client("manager", login).get("/board.csv?from=2027-02-01&state=firm")
    assert answer.mimetype == "text/csv"
    assert (
        'filename="calendar-2027-02-01-2027-02-28.csv"' in (answer.headers["Content-Disposition"])
    )
    header, row = answer.data.decode("utf-8-sig").splitlines()
    assert header.startswith("Facility,Resource,Holds time,From,To,Blocked from,Blocked to")
    cells = row.split(",")
    assert cells[1:5] == ["Hall south", "Firm", "2027-02-01 07:00", "2027-02-05 21:00"]
    assert cells[8:10] == ["Ada Robotics", "'=1+1"]


def test_the_file_tells_no_more_than_the_board(scene, login):
    scene.act("manager", scene.request("bo", title="Secret"), Action.APPROVE)
    text = scene.client("ada", login).get("/board.csv?from=2027-02-01").text
    assert "Firm" in text
    assert "Secret" not in text
    assert "Bo Robotics" not in text
