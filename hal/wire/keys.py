"""A folder of OPC UA keys, the same on both sides of the wire: the own certificate and key, and who is trusted."""

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from hal.wire.certificates import Certificate, CertificateError, make, read, why_not_its_key

OWN_CERTIFICATE: Final = "own.der"
OWN_KEY: Final = "own.key.pem"
TRUSTED: Final = "trusted"
"""Names in the folder; the last is a folder of certificates, `*.der`."""

_PRIVATE_FILE: Final = 0o600
_PRIVATE_FOLDER: Final = 0o700
_OTHERS: Final = 0o077
_OTHERS_WRITE: Final = 0o022
_LARGEST_BYTES: Final = 64 * 1024


class KeysError(ValueError):
    """A folder of keys that cannot be used; the text says which file and what to do."""


@dataclass(frozen=True, slots=True)
class OwnKeys:
    """An application's certificate and key, and the certificates that it trusts."""

    certificate: Certificate
    key_pem: bytes
    trusted: frozenset[bytes]
    """Certificates, DER."""

    def __repr__(self) -> str:
        """Return it without the key, which must not stand in any log."""
        return f"OwnKeys({self.certificate.subject}, {len(self.trusted)} trusted)"


def make_keys(folder: Path, application_uri: str, hosts: Sequence[str], now: datetime) -> Certificate:
    """Make a certificate and its key in `folder`, which is made when it is not there; return the certificate.

    Raises:
        KeysError: there are keys already; they are never overwritten.
        OSError: the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=_PRIVATE_FOLDER)
    (folder / TRUSTED).mkdir(exist_ok=True, mode=_PRIVATE_FOLDER)
    for name in (OWN_CERTIFICATE, OWN_KEY):
        if (folder / name).exists():
            message = f"{folder / name} is there already; move it away first if it shall be replaced"
            raise KeysError(message)
    der, pem = make(application_uri, hosts, now)
    write_private(folder / OWN_KEY, pem)
    write_private(folder / OWN_CERTIFICATE, der)
    return read(der)


def trust(folder: Path, certificate_file: Path) -> Certificate:
    """Trust the certificate in `certificate_file`, DER or PEM, from the next connection on; return it.

    Raises:
        KeysError: it is no certificate, or cannot be read.
        OSError: the folder cannot be written.
    """
    certificate = certificate_in(certificate_file)
    (folder / TRUSTED).mkdir(parents=True, exist_ok=True, mode=_PRIVATE_FOLDER)
    name = certificate.fingerprint.replace(" ", "")[:16].lower()
    write_private(folder / TRUSTED / f"{name}.der", certificate.der)
    return certificate


def has_keys(folder: Path | None) -> bool:
    """Return whether `folder` holds an own certificate, so that signing and encryption are wanted."""
    return folder is not None and (folder / OWN_CERTIFICATE).exists()


def load(folder: Path) -> OwnKeys:
    """Return the keys in `folder`.

    Raises:
        KeysError: a file is missing, cannot be read, may be read by others, or is not what it should be.
    """
    pem = read_private(folder / OWN_KEY)
    certificate = certificate_in(folder / OWN_CERTIFICATE)
    wrong = why_not_its_key(certificate, pem)
    if wrong:
        message = f"{folder / OWN_KEY}: {wrong}"
        raise KeysError(message)
    return OwnKeys(
        certificate=certificate,
        key_pem=pem,
        trusted=frozenset(certificate_in(file).der for file in _trusted_files(folder / TRUSTED)),
    )


def _trusted_files(folder: Path) -> list[Path]:
    files = sorted(folder.glob("*.der"))
    for one in (folder, *files) if folder.exists() else ():
        try:
            mode = one.stat().st_mode
        except OSError as error:
            message = f"{one} cannot be read: {error.strerror}"
            raise KeysError(message) from error
        if mode & _OTHERS_WRITE:
            message = f"{one} may be written by others than its owner, who could have themselves trusted; chmod go-w it"
            raise KeysError(message)
    return files


def certificate_in(file: Path) -> Certificate:
    """Return the certificate in `file`, DER or PEM.

    Raises:
        KeysError: it is none, or cannot be read.
    """
    try:
        with file.open("rb") as opened:
            return read(opened.read(_LARGEST_BYTES))
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}"
        raise KeysError(message) from error
    except CertificateError as error:
        message = f"{file}: {error}"
        raise KeysError(message) from error


def read_private(file: Path) -> bytes:
    """Return the content of a file that nobody else may read or write.

    Raises:
        KeysError: others may, or it cannot be read.
    """
    try:
        with file.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            content = opened.read(_LARGEST_BYTES + 1)
    except OSError as error:
        message = f"{file} cannot be read: {error.strerror}"
        raise KeysError(message) from error
    if mode & _OTHERS or not stat.S_ISREG(mode):
        message = f"{file} may be read or written by others than its owner; chmod 600 it"
        raise KeysError(message)
    if len(content) > _LARGEST_BYTES:
        message = f"{file} is larger than {_LARGEST_BYTES} bytes"
        raise KeysError(message)
    return content


def write_private(file: Path, content: bytes) -> None:
    """Write `file` whole or not at all, for its owner alone.

    Raises:
        OSError: it cannot be written.
    """
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
    with os.fdopen(handle, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    draft.replace(file)
