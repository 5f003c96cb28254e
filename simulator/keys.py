"""Keys and users of simulated machines that are spoken to with signing and encryption."""

import base64
import binascii
import hashlib
import hmac
import secrets
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from hal.wire import keys as wire_keys
from hal.wire import opcua as words
from hal.wire.certificates import Certificate
from hal.wire.keys import KeysError, OwnKeys, read_private, write_private

USERS: Final = "users.toml"
"""Name in the folder: the table `users`, name to hash."""

_SCHEME: Final = "scrypt"
_COST: Final = (16_384, 8, 1)
"""n, r and p of new hashes: 16 MiB and some 40 ms each. More would hold up the machine's other callers."""
_DEAREST: Final = (65_536, 16, 4)
_SALT_BYTES: Final = 16
_HASH_BYTES: Final = 32
_PARTS: Final = 6
_MEMORY_BYTES: Final = 256 * 1024 * 1024
LEAST_PASSWORD: Final = 12
LONGEST_NAME: Final = 64
FORBIDDEN_NAMES: Final = frozenset({"admin", "administrator", "anonymous", "root"})
"""Names that OPC UA stacks treat in ways of their own."""


@dataclass(frozen=True, slots=True)
class Hash:
    """A password's scrypt hash (RFC 7914) with what it was made with."""

    cost: tuple[int, int, int]
    salt: bytes
    digest: bytes

    def fits(self, password: str) -> bool:
        """Return whether this is the hash of `password`; takes as long when it is not."""
        return hmac.compare_digest(_scrypt(password, self.salt, self.cost), self.digest)

    def __str__(self) -> str:
        """Return it as it stands in the file."""
        salt, digest = (base64.b64encode(part).decode() for part in (self.salt, self.digest))
        return "$".join((_SCHEME, *map(str, self.cost), salt, digest))


def hash_of(password: str) -> Hash:
    """Return a hash of `password` with a salt of its own."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return Hash(_COST, salt, _scrypt(password, salt, _COST))


def parse_hash(text: str) -> Hash:
    """Return the hash that `text` says.

    Raises:
        ValueError: it says none, or one that nobody should have to compute.
    """
    parts = text.split("$")
    if len(parts) != _PARTS or parts[0] != _SCHEME:
        raise ValueError("no scrypt hash: scrypt$n$r$p$salt$hash")
    n, r, p = (int(part) for part in parts[1:4])
    if not all(1 <= value <= most for value, most in zip((n, r, p), _DEAREST, strict=True)) or n & (n - 1) or n == 1:
        message = f"n, r and p may be at most {_DEAREST}, and n a power of two"
        raise ValueError(message)
    try:
        salt, digest = (base64.b64decode(part, validate=True) for part in parts[4:])
    except binascii.Error as error:
        raise ValueError("salt and hash are base64") from error
    if len(salt) < _SALT_BYTES or len(digest) != _HASH_BYTES:
        message = f"salt of at least {_SALT_BYTES} bytes and hash of {_HASH_BYTES}"
        raise ValueError(message)
    return Hash((n, r, p), salt, digest)


class Users:
    """Who may speak to the machine."""

    def __init__(self, hashes: Mapping[str, Hash]) -> None:
        self._hashes = dict(hashes)
        self._nobody = hash_of(secrets.token_hex())

    def may_enter(self, name: str, password: str) -> bool:
        """Return whether this is the password of this user; an unknown user takes as long as a wrong password."""
        known = self._hashes.get(name)
        return (known or self._nobody).fits(password) and known is not None


@dataclass(frozen=True, slots=True)
class Security:
    """What a machine needs to be spoken to with signing and encryption."""

    keys: OwnKeys
    users: Users


def make_machine_keys(folder: Path, application_uri: str, hosts: Sequence[str], now: datetime) -> Certificate:
    """Make keys in `folder` and an empty list of users; return the certificate.

    Raises:
        KeysError: there are keys already.
        OSError: the folder cannot be written.
    """
    certificate = wire_keys.make_keys(folder, application_uri, hosts, now)
    if not (folder / USERS).exists():
        write_private(folder / USERS, b"[users]\n")
    return certificate


def prepare(folder: Path, hosts: Sequence[str], trusted: Sequence[Path], login: tuple[str, str]) -> Iterator[str]:
    """Make what is missing of a machine's keys, trust certificates, let `login` in if it names a user; tell of each.

    Raises:
        KeysError: a file, name or password that is not taken.
        OSError: the folder cannot be written.
    """
    if wire_keys.has_keys(folder):
        own = wire_keys.load(folder).certificate
    else:
        # Every machine goes by a URI of its own.
        uri = f"{words.APPLICATION_URI}:{quote(folder.resolve().name, safe='')}"
        own = make_machine_keys(folder, uri, hosts, datetime.now(UTC))
    yield f"certificate {folder / wire_keys.OWN_CERTIFICATE} {own.fingerprint}"
    for file in trusted:
        yield f"trusted {file} {wire_keys.trust(folder, file).fingerprint}"
    user, password = login
    if user:
        add_user(folder, user, password)
        yield f"user {user}"


def add_user(folder: Path, name: str, password: str) -> None:
    """Let `name` in with `password`; a former password of that name is void from the next start on.

    Raises:
        KeysError: a name or password that is not taken, or the file is damaged.
        OSError: the file cannot be written.
    """
    if not (name.isascii() and name.isidentifier() and len(name) <= LONGEST_NAME) or name.lower() in FORBIDDEN_NAMES:
        message = f"{name!r}: a user's name has ASCII letters, digits and _, and is none of {sorted(FORBIDDEN_NAMES)}"
        raise KeysError(message)
    if len(password) < LEAST_PASSWORD:
        message = f"a password has at least {LEAST_PASSWORD} characters"
        raise KeysError(message)
    hashes = _hashes(folder / USERS) if (folder / USERS).exists() else {}
    hashes[name] = hash_of(password)
    lines = ["[users]", *(f'{user} = "{kept}"' for user, kept in sorted(hashes.items()))]
    write_private(folder / USERS, ("\n".join(lines) + "\n").encode())


def load_security(folder: Path) -> Security:
    """Return the keys and users in `folder`.

    Raises:
        KeysError: a file is missing, damaged, or may be read by others.
    """
    return Security(wire_keys.load(folder), Users(_hashes(folder / USERS)))


def _hashes(file: Path) -> dict[str, Hash]:
    try:
        document = tomllib.loads(read_private(file).decode())
        return {name: parse_hash(text) for name, text in _texts(document).items()}
    except KeysError:
        raise
    except ValueError as error:
        message = f"{file}: {error}"
        raise KeysError(message) from error


def _texts(document: dict[str, object]) -> dict[str, str]:
    users = document.get("users")
    if document.keys() != {"users"} or not isinstance(users, dict):
        raise ValueError("needs one table, [users]")
    return {str(name): str(text) for name, text in users.items()}


def _scrypt(password: str, salt: bytes, cost: tuple[int, int, int]) -> bytes:
    n, r, p = cost
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"), salt=salt, n=n, r=r, p=p, maxmem=_MEMORY_BYTES, dklen=_HASH_BYTES
    )
