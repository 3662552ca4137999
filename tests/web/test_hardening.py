"""What browsers and strangers may send to each address there is: made from the map of them."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

import livinglab
from livinglab.app import create_app
from livinglab.assets import templates_path
from livinglab.web import access
from livinglab.web.headers import ALWAYS
from livinglab.web.safe import local_address
from tests.signing import mails

ADA = "ada@test.example"
FORM = "application/x-www-form-urlencoded"
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
EVIL = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http:///evil.example",
    "https://evil.example",
    "https:evil.example",
    "javascript:alert(1)",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\r\nLocation: //evil.example",
    "/\x00/evil.example",
    "%2f%2fevil.example",
    "evil.example",
    "@evil.example",
    "",
)


def addresses(app, methods):
    """(endpoint, method, address) of all there is, with made-up objects."""
    for rule in app.url_map.iter_rules():
        path = rule.rule
        for name, kind in rule._converters.items():  # noqa: SLF001  # no public name for it
            sample = "1" if "Integer" in type(kind).__name__ else "abc"
            if "Any" in type(kind).__name__:
                sample = next(iter(kind.items))
            path = re.sub(rf"<(?:[^<>]*:)?{name}>", sample, path)
        for method in sorted((rule.methods or set()) & methods):
            yield rule.endpoint, method, path


def field_names():
    """Every name that a control of ours has."""
    texts = [path.read_text("utf-8") for path in templates_path().rglob("*.html")]
    return sorted({name for text in texts for name in re.findall(r'name="([\w-]+)"', text)})


@pytest.fixture
def ada(make, client, login):
    """A client signed in as an admin of a company; one of the living lab is `admin`."""
    make.user(ADA, make.company(), "company_admin")
    login(client, ADA)
    return client


def test_each_address_that_changes_something_demands_the_form_token(app, ada):
    checked = 0
    for endpoint, method, path in addresses(app, UNSAFE):
        answer = ada.open(path, method=method)
        refused = 401 if endpoint == "caldav.answer" else 400  # no cookie counts there
        assert answer.status_code == refused, (endpoint, method, path, answer.status_code)
        checked += 1
    assert checked > 100


def test_each_answer_has_the_headers(app, client):
    own = {"Referrer-Policy", "Content-Security-Policy"}  # some have stricter ones
    for _, method, path in addresses(app, {"GET"} | UNSAFE):
        headers = client.open(path, method=method).headers
        for name, value in ALWAYS.items():
            assert headers.get(name) == value or (name in own and headers.get(name)), (path, name)
        assert "Cache-Control" in headers, path


@pytest.mark.parametrize("sent", [b"%00", b"a%00b"])
def test_nul_in_any_form_is_a_bad_request(app, ada, csrf, sent):
    token = csrf(ada)
    for _, method, path in addresses(app, {"POST"}):
        if not path.startswith("/api/"):
            body = f"csrf_token={token}&email=".encode() + sent
            answer = ada.open(path, method=method, data=body, content_type=FORM)
            assert answer.status_code == 400, (path, answer.status_code)


@pytest.mark.parametrize(
    "sent",
    [b"%ED%A0%80", b"%FF%FE", "\u202e".encode(), b"x" * 3000, b"", b"-1", b"9" * 40],
    ids=["surrogate", "octets", "turned", "long", "empty", "negative", "huge"],
)
@pytest.mark.parametrize("person", ["company", "admin"])
def test_no_form_breaks_the_service(app, client, make, login, csrf, sent, person):
    if person == "company":
        make.user(ADA, make.company(), "company_admin")
    else:
        make.user(ADA, make.host(), "admin", "coordinator", "facility_manager")
    login(client, ADA)
    cookie = client.get_cookie("session").value
    fields = b"&".join(name.encode() + b"=" + sent for name in field_names() if "csrf" not in name)
    for endpoint, _, path in addresses(app, {"POST"}):
        if path.startswith("/api/") or endpoint == "security.logout":
            continue
        client.set_cookie("session", cookie)
        body = f"csrf_token={csrf(client)}&".encode() + fields
        answer = client.post(path, data=body, content_type=FORM)
        assert answer.status_code < 500, (path, answer.status_code)


def test_more_than_2000_parts_or_a_megabyte_are_too_much(ada):
    many = {f"f{number}": "1" for number in range(2001)}
    answer = ada.post("/tokens", data=many, content_type="multipart/form-data")
    assert answer.status_code == 413
    for much in (b"a=1&" * 2001, b"name=" + b"x" * (1024 * 1024)):
        assert ada.post("/tokens", data=much, content_type=FORM).status_code == 413


@pytest.mark.parametrize(
    "body", [b"--x", b"--x\r\n", b"--x\r\nContent-Disposition: form-data", b""]
)
def test_a_cut_upload_is_refused(ada, body):
    answer = ada.post("/tokens", data=body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 400


def test_looking_changes_nothing(app, ada, query_counter):
    ada.get("/")  # that somebody is here is written down once a minute
    for _, method, path in addresses(app, {"GET"}):
        with query_counter() as sent:
            ada.open(path, method=method)
        changes = [t for t in sent.texts if t.split()[0] in {"INSERT", "UPDATE", "DELETE"}]
        assert changes == [], path


def test_tables_are_written_in_one_place():
    package = Path(livinglab.__file__).parent
    writers = [
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if re.search(r"csv\.(writer|DictWriter)", path.read_text("utf-8"))
    ]
    assert writers == ["adapters/csvfile.py"]


# --- Where people are led -------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", EVIL)
def test_nobody_is_led_away(app, client, wanted):
    with app.test_request_context("/"):
        assert local_address(wanted) == "/"
    answer = client.get("/fi", query_string={"next": wanted})
    assert (answer.status_code == 400) or answer.location == "/"


@pytest.mark.parametrize("wanted", EVIL)
def test_signing_in_leads_nowhere_else(client, make, csrf, wanted):
    make.user(ADA, make.company())
    form = {"email": ADA, "password": "Pori-2026-demo", "csrf_token": csrf(client)}
    for sent in (
        {"data": {**form, "next": wanted}},
        {"data": form, "query_string": {"next": wanted}},
    ):
        answer = client.post("/login", **sent)
        assert "evil" not in (answer.location or ""), answer.location
        assert not (answer.location or "/").startswith(("javascript", "//", "\\"))


@pytest.mark.parametrize("wanted", ["/", "/pilots?a=1", "/board#now", "/a//b"])
def test_our_own_addresses_are_kept(app, wanted):
    with app.test_request_context("/"):
        assert local_address(wanted) == wanted


# --- Which host is ours ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "localhost"},
        {"X-Forwarded-Host": "evil.example"},
        {"Forwarded": "host=evil.example"},
        {"X-Original-Host": "evil.example", "X-Forwarded-Proto": "https"},
    ],
)
def test_links_in_mail_begin_with_the_base_url_whatever_the_request_says(
    client, make, csrf, headers
):
    make.user(ADA, make.company())
    client.post("/reset", data={"csrf_token": csrf(client), "email": ADA}, headers=headers)
    (mail,) = mails(make)
    assert set(re.findall(r"https?://[^/\s]+", mail.body)) == {"http://127.0.0.1:8000"}


@pytest.mark.parametrize("name", ["Host", "X-Forwarded-Host"])
def test_a_foreign_host_is_refused_and_sends_no_mail(settings, make, csrf, name):
    make.user(ADA, make.company())
    app = create_app(replace(settings, proxies=1 if name.startswith("X") else 0))
    client = app.test_client()
    form = {"csrf_token": csrf(client), "email": ADA}
    answer = client.post("/reset", data=form, headers={name: "evil.example"})
    assert (answer.status_code, mails(make)) == (400, [])
    assert "evil.example" not in answer.text


def test_every_address_with_a_policy_of_libraries_is_named(app):
    undeclared = [e for e in app.view_functions if access.policy(app, e) is None]
    assert undeclared == []
