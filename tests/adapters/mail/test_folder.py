import os
from datetime import UTC, datetime, timedelta

import pytest

from livinglab.adapters.mail import (
    FolderTransport,
    NoServerError,
    StoredMail,
    compose,
    list_mail,
    read_mail,
)

DATE = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def mail(number=1, **changes):
    return compose(
        **{
            "sender": "Living Lab <desk@livinglab.example>",
            "recipient": f"firm{number}@c01.example",
            "subject": f"Näyttö {number}",
            "text": "Hyvää päivää",
            "message_id": f"<{number}@livinglab.example>",
            "date": DATE + timedelta(hours=number),
            **changes,
        }
    )


def stored(number):
    return StoredMail(
        name=f"{number}@livinglab.example.eml",
        sender="Living Lab <desk@livinglab.example>",
        recipient=f"firm{number}@c01.example",
        subject=f"Näyttö {number}",
        date=DATE + timedelta(hours=number),
    )


def test_folder_lists_the_newest_first(tmp_path):
    for number in (1, 2, 3):
        FolderTransport(tmp_path / "mail").send(mail(number))
        # Written within one tick of a coarse clock otherwise.
        file = tmp_path / "mail" / f"{number}@livinglab.example.eml"
        os.utime(file, ns=(0, number * 10**9))
    assert list_mail(tmp_path / "mail") == [stored(3), stored(2), stored(1)]
    assert list_mail(tmp_path / "mail", limit=1) == [stored(3)]


def test_folder_keeps_one_file_per_message_id(tmp_path):
    transport = FolderTransport(tmp_path)
    transport.send(mail())
    transport.send(mail())
    assert [file.name for file in tmp_path.iterdir()] == ["1@livinglab.example.eml"]


def test_folder_gives_back_what_was_sent(tmp_path):
    FolderTransport(tmp_path).send(mail())
    found = read_mail(tmp_path, "1@livinglab.example.eml")
    assert (found["Subject"], found.get_content()) == ("Näyttö 1", "Hyvää päivää\r\n")


def test_folder_stays_inside_itself_whatever_the_message_id(tmp_path):
    inside = tmp_path / "mail"
    FolderTransport(inside).send(mail(message_id="<../../x%00/..@y>"))
    assert [file.name for file in tmp_path.rglob("*.eml")] == ["..%2F..%2Fx%2500%2F..@y.eml"]
    [found] = list_mail(inside)
    assert read_mail(inside, found.name)["Message-ID"] == "<../../x%00/..@y>"


@pytest.mark.parametrize(
    "name",
    [
        "../secret.eml",
        "mail/../../secret.eml",
        "link.eml",
        "folder.eml",
        "note.txt",
        ".",
        "..",
        "",
        "\x00.eml",
        "1@livinglab.example.eml/",
        "./1@livinglab.example.eml",
    ],
)
def test_read_mail_refuses_names_that_are_no_mail(tmp_path, name):
    inside = tmp_path / "mail"
    FolderTransport(inside).send(mail())
    (tmp_path / "secret.eml").write_text("Subject: secret\n\n")
    (inside / "link.eml").symlink_to(tmp_path / "secret.eml")
    (inside / "folder.eml").mkdir()
    (inside / "note.txt").write_text("Subject: note\n\n")
    with pytest.raises(FileNotFoundError):
        read_mail(inside, name)
    absolute = str(inside / "1@livinglab.example.eml")
    with pytest.raises(FileNotFoundError):
        read_mail(inside, absolute)
    assert list_mail(inside) == [stored(1)]


def test_list_mail_takes_a_missing_folder_and_odd_files(tmp_path):
    assert list_mail(tmp_path / "none") == []
    (tmp_path / "odd.eml").write_bytes(b"\xff\x00not a mail\nDate: soon\n")
    assert list_mail(tmp_path) == [StoredMail("odd.eml", "", "", "", None)]


def test_folder_that_cannot_be_written_is_for_later(tmp_path):
    (tmp_path / "mail").write_text("a file where the folder should be")
    with pytest.raises(NoServerError):
        FolderTransport(tmp_path / "mail").send(mail())


def test_folder_is_left_clean_by_a_failed_write(tmp_path):
    (tmp_path / "1@livinglab.example.eml").mkdir()
    with pytest.raises(NoServerError):
        FolderTransport(tmp_path).send(mail())
    assert [file.name for file in tmp_path.iterdir()] == ["1@livinglab.example.eml"]
