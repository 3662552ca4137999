"""What stands outside the database about people who were erased from it.

``erasures.jsonl`` lists them by keyed hashes (HMAC-SHA-256, RFC 2104): it names nobody, and yet a
backup restored from before an erasure can be told whom to erase again. Lines are only added.
"""

from __future__ import annotations

import hmac
import json
import os
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from livinglab.adapters.mail.folder import forget_mail

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

LIST = "erasures.jsonl"
MAIL = "mail"
IMPORTS = "imports"


@dataclass(frozen=True, slots=True)
class Erasures:
    """The list in an instance ``folder``, and the files there that tell of people.

    ``key`` must be the same as long as backups are kept: without it nobody in the list is known.
    """

    folder: Path
    key: bytes

    def note(self, user_id: int, email: str, at: datetime) -> None:
        """Add a person; the line is on the disk when this returns."""
        line = {"person": self._hash(str(user_id)), "email": self._hash(email.lower())}
        path = self.folder / LIST
        path.touch(0o600)
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({**line, "at": at.isoformat()}) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def when(self, user_id: int, email: str) -> list[datetime]:
        """When somebody of that id or address was erased; usually never."""
        wanted = {self._hash(str(user_id)), self._hash(email.lower())}
        return [
            datetime.fromisoformat(line["at"])
            for line in self._lines()
            if wanted & {line["person"], line["email"]}
        ]

    def remove_files(self, user_id: int, words: Collection[str]) -> None:
        """Remove files the person sent that still wait, and kept mails with one of the words."""
        for path in (self.folder / IMPORTS).glob(f"{user_id}.*"):
            path.unlink(missing_ok=True)
        forget_mail(self.folder / MAIL, words)

    def _hash(self, text: str) -> str:
        return hmac.digest(self.key, text.encode(), "sha256").hex()

    def _lines(self) -> Iterator[dict[str, str]]:
        path = self.folder / LIST
        if path.exists():
            with path.open(encoding="utf-8") as file:
                yield from map(json.loads, file)
