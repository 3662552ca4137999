"""Files that wait for a decision of who sent them: kept for a day in a folder, by a random key."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from datetime import datetime, timedelta
from typing import IO, TYPE_CHECKING

from livinglab.adapters.secrets import new_token

if TYPE_CHECKING:
    from pathlib import Path

KEPT_FOR = timedelta(days=1)
_KEY = re.compile(r"[\w-]{20,60}")


class Waiting:
    """The waiting files of one person; nobody else's are found."""

    def __init__(self, folder: Path, owner: int) -> None:
        self._folder, self._owner = folder, owner

    def keep(self, file: IO[bytes], now: datetime) -> str:
        """Keep what is left to read of a file; its key. Files of yesterday go."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for old in self._folder.iterdir():
            with suppress(FileNotFoundError):  # another process was faster
                if datetime.fromtimestamp(old.stat().st_mtime, now.tzinfo) < now - KEPT_FOR:
                    old.unlink()
        key = new_token()
        path = self._path(key)
        path.touch(0o600)
        with path.open("wb") as kept:
            shutil.copyfileobj(file, kept)
        return key

    def open(self, key: str) -> IO[bytes]:
        """The file of that key.

        Raises:
            FileNotFoundError: there is none of this person's.
        """
        return self._path(key).open("rb")

    def drop(self, key: str) -> None:
        """Forget a file."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise FileNotFoundError(key)
        return self._folder / f"{self._owner}.{key}"
