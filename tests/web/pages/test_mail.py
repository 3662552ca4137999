"""The mail page: what waits, what was given up, what lies in the folder."""

import re
from datetime import UTC, datetime

import pytest

from livinglab.adapters.mail import FolderTransport, compose
from livinglab.db.tables import Outbox
from tests.web.pages.scene import Scene


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def admin(scene, login):
    return scene.client("admin", login)


@pytest.fixture
def mail(scene, clock):
    """Write a row of the outbox: `mail("Subject", failed_at=…)`."""

    def write(subject, **values):
        return scene.make.add(
            Outbox(
                intent=subject,
                message_id=f"<{subject}@test>",
                recipient="ada@test.example",
                language="en",
                subject=subject,
                body="Hello",
                created_at=clock(),
                due_at=clock(),
                **values,
            )
        )

    return write


def subjects(html):
    shown = html.partition("</main>")[0]
    return re.findall(r'<th scope="row">(?:<a[^>]*>)?([^<]*)', shown)


@pytest.fixture
def three(mail, clock):
    return [
        mail("Waits"),
        mail("Gone", sent_at=clock(), attempts=1),
        mail("Lost", failed_at=clock(), attempts=4, error="550 no such <box>"),
    ]


@pytest.mark.both_engines
def test_mails_are_listed_by_what_became_of_them(admin, three):
    html = admin.get("/admin/mail").text
    assert "1 waits, 1 given up." in re.sub(r"\s+", " ", html)
    assert subjects(html) == ["Lost", "Gone", "Waits"]
    assert "4 tries: 550 no such &lt;box&gt;" in html
    for state, wanted in (("waiting", ["Waits"]), ("failed", ["Lost"]), ("sent", ["Gone"])):
        assert subjects(admin.get(f"/admin/mail?state={state}").text) == wanted


def test_a_mail_given_up_is_tried_again(scene, admin, three, csrf, clock):
    lost = three[2]
    response = admin.post(f"/admin/mail/{lost.id}/retry", data={"csrf_token": csrf(admin)})
    assert response.status_code == 303
    scene.make.session.refresh(lost)
    assert (lost.failed_at, lost.due_at) == (None, clock())
    scene.make.session.commit()
    assert subjects(admin.get("/admin/mail?state=failed").text) == []


def test_all_given_up_are_tried_again(admin, mail, csrf, clock):
    for subject in ("One", "Two"):
        mail(subject, failed_at=clock())
    admin.post("/admin/mail/retry", data={"csrf_token": csrf(admin)})
    assert "2 mails queued again." in admin.get("/admin/mail").text


def test_without_a_server_mails_are_read_from_the_folder(admin, settings):
    moment = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    FolderTransport(settings.instance / "mail").send(
        compose(
            "Desk <desk@test.example>",
            "ada@test.example",
            "Tervetuloa <hei>",
            "Hei!\n<script>alert(1)</script>\n",
            "<one@test.example>",
            moment,
            language="fi",
        )
    )
    html = admin.get("/admin/mail").text
    assert "Tervetuloa &lt;hei&gt;" in html
    path = re.search(r'href="(/admin/mail/[^"]+\.eml)"', html)[1]
    letter = admin.get(path).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in letter
    assert "ada@test.example" in letter


@pytest.mark.parametrize(
    "name", ["nothing.eml", "..%2f..%2fsecret_key", "%00.eml", "..", "x" * 3000, "%F0%9F%92%A5"]
)
def test_other_files_are_not_found(admin, name):
    assert admin.get(f"/admin/mail/{name}").status_code in {308, 400, 404}


@pytest.mark.parametrize(
    "query", ["state=x", "before=-1", "before=99999999999999999999", "before=x"]
)
def test_odd_addresses_show_the_page(admin, three, query):
    assert admin.get(f"/admin/mail?{query}").status_code == 200


@pytest.mark.parametrize("name", ["ada", "manager", "staff", "safety"])
def test_it_is_for_admin_and_coordinator(scene, login, csrf, name):
    client = scene.client(name, login)
    assert client.get("/admin/mail").status_code == 403
    assert client.post("/admin/mail/retry", data={"csrf_token": csrf(client)}).status_code == 403
    assert scene.client("coordinator", login).get("/admin/mail").status_code == 200


def test_statements_do_not_grow_with_the_list(admin, mail, query_counter):
    mail("One")
    admin.get("/admin/mail")
    with query_counter() as one:
        admin.get("/admin/mail")
    mail("Two")
    mail("Three")
    with query_counter() as three:
        admin.get("/admin/mail")
    assert three.count == one.count
