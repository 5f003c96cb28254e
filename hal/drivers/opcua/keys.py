"""A driver's own folder of keys: its certificate, the machines it trusts, and the user it goes by.

Everything here is done by an administrator's command, or read at every connect, so that a new key needs no restart.
`cryptography` is imported only when a key is made or read.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from hal.wire import keys as wire_keys
from hal.wire.certificates import Certificate
from hal.wire.keys import KeysError, OwnKeys, has_keys, read_private, trust, write_private

__all__ = [
    "APPLICATION_URI",
    "DriverKeys",
    "Identity",
    "KeysError",
    "fingerprint",
    "has_keys",
    "load",
    "make_keys",
    "set_identity",
    "trust",
]

APPLICATION_URI: Final = "urn:dosisfleet:controller"
"""What the controller goes by unless a site says otherwise."""
IDENTITY: Final = "identity.toml"
"""Name in the folder: `user` and `password`."""
LONGEST: Final = 256
"""Characters of a user's name or a password."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the controller is to the machine."""

    user: str
    password: str

    def __repr__(self) -> str:
        """Return it without the password, which must not stand in any log."""
        return f"Identity({self.user!r})"


@dataclass(frozen=True, slots=True)
class DriverKeys:
    """What a driver needs to speak with signing and encryption."""

    own: OwnKeys
    identity: Identity


def make_keys(
    folder: Path, application_uri: str = APPLICATION_URI, hosts: Sequence[str] = (), *, now: datetime
) -> Certificate:
    """Make the controller's certificate and key for one machine in `folder`; return the certificate.

    Its file, `own.der`, is what the machine's owner must trust.

    Raises:
        KeysError: there are keys already; they are never overwritten.
        OSError: the folder cannot be written.
    """
    return wire_keys.make_keys(folder, application_uri, hosts, now)


def set_identity(folder: Path, user: str, password: str) -> None:
    """Let the controller go by `user` and `password`, from the next connect on.

    Raises:
        KeysError: an empty or overlong name or password, or a control character in it.
        OSError: the folder cannot be written.
    """
    for name, value in (("user", user), ("password", password)):
        if not 0 < len(value) <= LONGEST or not value.isprintable():
            message = f"{name}: 1 to {LONGEST} printable characters"
            raise KeysError(message)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lines = (f"user = {_quoted(user)}", f"password = {_quoted(password)}", "")
    write_private(folder / IDENTITY, "\n".join(lines).encode())


def fingerprint(certificate_file: Path) -> str:
    """Return the SHA-256 of a certificate file, DER or PEM, as two people read it to each other.

    Raises:
        KeysError: it is no certificate, or cannot be read.
    """
    return wire_keys.certificate_in(certificate_file).fingerprint


def load(folder: Path) -> DriverKeys:
    """Return the keys and the identity in `folder`.

    Raises:
        KeysError: a file is missing, damaged, or may be read by others.
    """
    return DriverKeys(wire_keys.load(folder), _identity(folder / IDENTITY))


def _identity(file: Path) -> Identity:
    try:
        document = tomllib.loads(read_private(file).decode())
    except KeysError:
        raise
    except ValueError as error:
        message = f"{file}: {error}"
        raise KeysError(message) from error
    user, password = document.get("user"), document.get("password")
    if document.keys() != {"user", "password"} or not isinstance(user, str) or not isinstance(password, str):
        message = f"{file}: needs exactly user and password, both text"
        raise KeysError(message)
    return Identity(user, password)


def _quoted(value: str) -> str:
    """Return `value` as a TOML basic string; it is printable."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
