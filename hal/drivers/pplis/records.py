r"""PP-LIS records: a message as bytes and back, closed by a CRC-32; pure.

The 8-bit checksum of a frame misses every swap of two neighbouring bytes and one in fifteen double bit flips;
the CRC-32 in the trailer is what a message is believed by.
"""

import re
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote_to_bytes

from hal.wire import pplis

_PRINTABLE: Final = re.compile(rb"[\x20-\x7e\r]*\Z")
_BAD_ESCAPE: Final = re.compile(rb"%(?![0-9A-F]{2})")
_COUNT: Final = re.compile(r"[1-9][0-9]{0,6}\Z")
_SAFE: Final = "".join(chr(byte) for byte in range(0x20, 0x7F) if chr(byte) not in "%|\\^&")
_CRC_DIGITS: Final = 8
_HEADER_FIELDS: Final = 9
_TRAILER_FIELDS: Final = 3

Record = tuple[str, ...]
"""A record's fields, its type first."""


class MalformedError(ValueError):
    """Not a message, or one that was changed on its way; it is never acted on."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of either side; `body` is every record between header and trailer."""

    message_id: str
    sender: str
    receiver: str
    boot_id: str
    utc: str
    kind: str
    body: tuple[Record, ...]

    def fields_of(self, record_type: str) -> tuple[Record, ...]:
        """Return the fields, without the type, of every body record of this type."""
        return tuple(record[1:] for record in self.body if record[0] == record_type)


def encode(message: Message) -> tuple[bytes, ...]:
    """Return the records of `message` as they stand on the line, each with its CR."""
    header = _line((message.message_id, message.sender, message.receiver, pplis.RECORD_VERSION))
    tail = _line((message.boot_id, message.utc, message.kind))
    records = [f"{pplis.HEADER}|{pplis.DELIMITERS}|{header}|{tail}\r".encode()]
    records += [_line(record).encode() + b"\r" for record in message.body]
    crc = 0
    for record in records:
        crc = zlib.crc32(record, crc)
    trailer = f"{pplis.TRAILER}|{len(records) + 1}|".encode()
    crc = zlib.crc32(trailer, crc)
    records.append(b"%b%08X\r" % (trailer, crc))
    return tuple(records)


def decode(data: bytes) -> Message:
    """Return the message that `data` holds: the texts of all frames of one link session, joined.

    Raises:
        MalformedError: anything else than exactly one whole message with the right CRC-32.
    """
    if len(data) > pplis.LARGEST_MESSAGE_BYTES:
        raise MalformedError("message too long")
    if not _PRINTABLE.match(data) or not data.endswith(b"\r"):
        raise MalformedError("a byte that no record may hold, or no CR at the end")
    if _BAD_ESCAPE.search(data):
        raise MalformedError("an escape that is none")
    lines = data[:-1].split(b"\r")
    trailer = lines[-1].decode().split(pplis.FIELD_SEPARATOR)
    if len(trailer) != _TRAILER_FIELDS or trailer[0] != pplis.TRAILER:
        raise MalformedError("no trailer")
    if trailer[2] != f"{zlib.crc32(data[: -1 - _CRC_DIGITS]):08X}":
        raise MalformedError("wrong CRC-32")
    if not _COUNT.match(trailer[1]) or int(trailer[1]) != len(lines):
        raise MalformedError("wrong number of records")
    header = _header(lines[0])
    body = tuple(_fields(line.decode().split(pplis.FIELD_SEPARATOR)) for line in lines[1:-1])
    return Message(header[0], header[1], header[2], header[4], header[5], header[6], body)


def _header(line: bytes) -> Record:
    """Return message id, sender, receiver, version, boot id, time and kind."""
    fields = line.decode().split(pplis.FIELD_SEPARATOR)
    if len(fields) != _HEADER_FIELDS or fields[:2] != [pplis.HEADER, pplis.DELIMITERS]:
        raise MalformedError("no header")
    header = _fields(fields[2:])
    if header[3] != pplis.RECORD_VERSION:
        message = f"version {header[3]!r} is not {pplis.RECORD_VERSION}"
        raise MalformedError(message)
    return header


def _line(fields: Iterable[str]) -> str:
    return pplis.FIELD_SEPARATOR.join(quote(field, safe=_SAFE) for field in fields)


def _fields(fields: Iterable[str]) -> Record:
    try:
        return tuple(unquote_to_bytes(field).decode() if "%" in field else field for field in fields)
    except UnicodeDecodeError as error:
        raise MalformedError("not UTF-8") from error
