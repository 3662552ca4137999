"""The library's pages, and what of it a request's form and page can use."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from sqlalchemy import select

from livinglab.db.tables import LibraryArticle, LibraryPaper, Paper, Pilot
from livinglab.domain.pilot import Action
from tests.web.pages.scene import Scene

PDF = b"%PDF-1.4 declaration"


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def ada(scene, login):
    return scene.client("ada", login)


@pytest.fixture
def send(csrf):
    """Send a form with its token."""

    def post(client, address, **fields):
        fields["csrf_token"] = csrf(client)
        return client.post(address, data=fields)

    return post


def words(html):
    main = html.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("\u00a0", " ")


def add_article(send, client, name="Strider", mass="60"):
    fields = {"test_article.name": name, "test_article.kind": "legged_robot"}
    return send(client, "/company/library/articles/new", **fields, **{"test_article.mass_kg": mass})


def add_paper(send, client, code="data_agreement", expires="2027-12-31", content=PDF):
    file = (BytesIO(content), "agreement.pdf")
    return send(client, "/company/library/papers", code=code, expires_on=expires, file=file)


def only(scene, table):
    (row,) = scene.make.all(select(table))
    return row


def test_an_empty_library_says_what_it_is_for(ada):
    told = words(ada.get("/company/library").text)
    assert "No test article is kept yet" in told
    assert "No paper is kept yet" in told


def test_an_article_is_kept_changed_and_removed_with_a_way_back(scene, ada, send):
    assert add_article(send, ada).status_code == 303
    told = words(ada.get("/company/library").text)
    assert "Strider Legged robot, 60 kg" in told
    row = only(scene, LibraryArticle)
    html = ada.get(f"/company/library/articles/{row.id}").text
    assert (
        'name="test_article.mass_kg" value="60"'
        in re.sub(r' (id|class|type|inputmode)="[^"]*"', "", html)
        or 'value="60"' in html
    )
    fields = {"test_article.name": "Strider 2", "test_article.kind": "legged_robot"}
    address = f"/company/library/articles/{row.id}"
    assert send(ada, address, version=1, **fields).status_code == 303
    stale = send(ada, address, version=1, **fields | {"test_article.name": "Mine"})
    assert stale.status_code == 409
    assert "A colleague changed “Strider 2” meanwhile." in words(stale.text)
    assert 'value="Mine"' in stale.text
    assert send(ada, f"{address}/remove").status_code == 303
    html = ada.get("/company/library").text
    assert "Removed: Strider 2." in words(html)
    send(ada, "/company/library/undo")
    assert "Strider 2" in words(ada.get("/company/library").text)


def test_what_cannot_be_read_stays_typed(ada, send):
    answer = add_article(send, ada, mass="heavy")
    assert answer.status_code == 422
    assert 'value="heavy"' in answer.text
    answer = add_article(send, ada, name="")
    assert answer.status_code == 422
    assert "Give the test article a name first." in words(answer.text)


def test_a_paper_is_kept_with_its_day_and_warned_of_before_it_ends(scene, ada, send):
    assert add_paper(send, ada).status_code == 303
    told = words(ada.get("/company/library").text)
    assert "Data agreement agreement.pdf Fri 31 Dec 2027" in told
    assert "ends within 30 days" not in told
    row = only(scene, LibraryPaper)
    assert ada.get(f"/company/library/papers/{row.id}").data == PDF
    soon = scene.clock().date() + timedelta(days=30)
    add_paper(send, ada, expires=soon.isoformat())
    assert "A paper has ended or ends within 30 days" in words(ada.get("/company/library").text)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"content": b"#!"}, "Only PDF, PNG, JPEG, ZIP and office files are taken."),
        ({"content": b""}, "Choose a file: this one is empty."),
        ({"expires": "2027-02-30"}, "There is no such day."),
        ({"code": ""}, "Say which paper this is."),
    ],
)
def test_what_is_no_paper_is_told(ada, send, fields, told):
    answer = add_paper(send, ada, **fields)
    assert answer.status_code == 422
    assert told in words(answer.text)


def test_nothing_of_it_is_there_for_others(scene, ada, send, login):
    add_article(send, ada)
    add_paper(send, ada)
    article, paper = only(scene, LibraryArticle).id, only(scene, LibraryPaper).id
    bo = scene.client("bo", login)
    assert "Strider" not in bo.get("/company/library").text
    assert bo.get(f"/company/library/articles/{article}").status_code == 404
    assert bo.get(f"/company/library/papers/{paper}").status_code == 404
    for address in (f"articles/{article}/remove", f"papers/{paper}/remove"):
        assert send(bo, f"/company/library/{address}").status_code == 404
    assert scene.client("manager", login).get("/company/library").status_code == 403


def form_of(html):
    """The request form as a browser would send it: inputs, text areas and chosen options."""
    form = html.partition('enctype="multipart/form-data"')[2].partition("</form>")[0]
    fields = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, value = (re.search(rf' {part}="([^"]*)"', tag) for part in ("name", "value"))
        box = 'type="checkbox"' in tag or 'type="radio"' in tag
        if name and 'type="file"' not in tag and (not box or " checked" in tag):
            fields[name[1]] = unescape(value[1]) if value else ""
    for name, body in re.findall(
        r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', body) or re.search(r'value="([^"]*)"', body)
        fields[name] = chosen[1]
    for name, body in re.findall(
        r'<textarea [^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL
    ):
        fields[name] = unescape(body)
    return fields


def test_a_kept_article_fills_the_form_without_a_script(scene, ada, send):
    add_article(send, ada, "Walker", "75")
    ref = scene.draft()
    form = form_of(ada.get(f"/pilots/{ref}/edit").text)
    assert form["test_article.name"] == "Strider"
    row = only(scene, LibraryArticle)
    form |= {"library_article": str(row.id), "do": "use-article"}
    answer = ada.post(f"/pilots/{ref}/edit", data=form)
    assert answer.status_code == 200
    filled = form_of(answer.text)
    assert (filled["test_article.name"], filled["test_article.mass_kg"]) == ("Walker", "75")
    assert filled["title"] == "Stairs"
    ada.post(f"/pilots/{ref}/edit", data=filled | {"do": "save"})
    assert scene.pilot(ref).test_article["name"] == "Walker"


def test_what_is_typed_is_kept_for_next_time(scene, ada):
    ref = scene.draft()
    form = form_of(ada.get(f"/pilots/{ref}/edit").text)
    answer = ada.post(f"/pilots/{ref}/edit", data=form | {"do": "keep-article"})
    assert answer.status_code == 303
    assert only(scene, LibraryArticle).name == "Strider"


def test_a_kept_paper_is_attached_in_the_form_and_on_the_page(scene, ada, send):
    add_paper(send, ada, "other")
    kept = str(only(scene, LibraryPaper).id)
    ref = scene.draft()
    form = form_of(ada.get(f"/pilots/{ref}/edit").text)
    assert form["kept.other"] == ""
    answer = ada.post(f"/pilots/{ref}/edit", data=form | {"kept.other": kept, "do": "attach"})
    assert answer.status_code == 303, words(answer.text)
    assert [p.file_name for p in scene.pilot(ref).papers] == ["agreement.pdf"]
    scene.act("ada", ref, Action.SUBMIT)
    assert "From your library" in words(ada.get(f"/pilots/{ref}").text)
    fields = {"version": scene.pilot(ref).version, "kept.risk_assessment": kept}
    assert send(ada, f"/pilots/{ref}/papers", **fields).status_code == 303
    assert [p.code for p in scene.pilot(ref).papers] == ["other", "risk_assessment"]


def test_a_paper_of_another_library_is_not_attached(scene, ada, send, login):
    bo = scene.client("bo", login)
    add_paper(send, bo)
    ref = scene.request()
    fields = {"version": scene.pilot(ref).version, "kept.other": only(scene, LibraryPaper).id}
    assert send(ada, f"/pilots/{ref}/papers", **fields).status_code == 404
    assert scene.make.all(select(Paper)) == []


def test_the_article_of_a_request_is_kept_with_one_press(scene, ada, send):
    ref = scene.request()
    assert "Keep the test article" in words(ada.get(f"/pilots/{ref}").text)
    assert send(ada, f"/pilots/{ref}/keep-article").status_code == 303
    assert only(scene, LibraryArticle).test_article["mass_kg"] == 60


# --- Asking again ---------------------------------------------------------------------------------


def test_asking_again_leads_to_a_draft_once(scene, ada, login):
    ref = scene.request()
    html = ada.get(f"/pilots/{ref}").text
    form = html.partition(f'action="/pilots/{ref}/again"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', form))
    first, second = (ada.post(f"/pilots/{ref}/again", data=fields) for _ in range(2))
    assert (first.status_code, first.location) == (303, second.location)
    assert len(scene.make.all(select(Pilot))) == 2
    told = words(ada.get(first.location).text)
    assert "A new draft. Look it through, then send it." in told
    bo = scene.client("bo", login)
    assert f"/pilots/{ref}/again" in ada.get("/pilots").text
    with bo.session_transaction() as cookie:
        cookie.setdefault("csrf_token", "x")
    assert bo.get(f"/pilots/{ref}").status_code == 404


def test_nobody_else_asks_again(scene, ada, send, login):
    ref = scene.request()
    assert send(scene.client("bo", login), f"/pilots/{ref}/again").status_code == 404
    assert send(scene.client("manager", login), f"/pilots/{ref}/again").status_code == 403
