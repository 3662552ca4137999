"""How sending fails: by class of reply (RFC 5321 4.2.1)."""


class MailError(Exception):
    """A mail did not go out; the message says what the other side said."""


class TransientMailError(MailError):
    """Worth another try later: a 4yz reply, a dead line, a server that does not let us in."""


class NoServerError(TransientMailError):
    """Nobody is there to take mail: no connection, no entry, a full disk. No fault of the mail."""


class PermanentMailError(MailError):
    """This mail will never go out: a 5yz reply, an address that is none."""
