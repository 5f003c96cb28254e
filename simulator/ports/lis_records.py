"""PP-LIS records on the machine's side: texts to bytes and back, with the CRC-32 that ends a message; pure.

Written from the description of the wire, without the controller's code, so that each checks the other.
"""

import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from hal.wire import pplis

_TO_ESCAPE: Final = re.compile(rb"[^ -~]|[%|\\^&]")
_ESCAPED: Final = re.compile(rb"%([0-9A-F]{2})")
_NEVER: Final = re.compile(rb"[^ -~]|%(?![0-9A-F]{2})")
_HEAD_COUNT: Final = 9
_SEPARATOR: Final = pplis.FIELD_SEPARATOR.encode()
_CR: Final = bytes([pplis.CR])


class UnreadableError(ValueError):
    """Bytes that are no whole, unchanged message."""


@dataclass(frozen=True, slots=True)
class Request:
    """A message as the machine uses it: who asks, which kind, and the records between header and trailer."""

    message_id: str
    kind: str
    sender: str = ""
    records: list[list[str]] = field(default_factory=list)

    def only(self, record_type: str, *counts: int) -> list[str]:
        """Return the fields, one of `counts`, of the one record of this type.

        Raises:
            UnreadableError: there is not exactly one, or it has another number of fields.
        """
        found = [record[1:] for record in self.records if record[0] == record_type]
        if len(found) != 1 or len(found[0]) not in counts:
            message = f"needs one {record_type} record with {' or '.join(map(str, counts))} fields"
            raise UnreadableError(message)
        return found[0]


def write(head: Sequence[str], body: Sequence[Sequence[str]]) -> list[bytes]:
    """Return a message as records with their CR.

    `head` is message id, sender, receiver, boot id, time and kind.
    """
    message_id, sender, receiver, boot_id, utc, kind = head
    start = [pplis.HEADER.encode(), pplis.DELIMITERS.encode()]
    start += map(_escape, (message_id, sender, receiver, pplis.RECORD_VERSION, boot_id, utc, kind))
    lines = [_SEPARATOR.join(start) + _CR]
    lines.extend(_SEPARATOR.join(map(_escape, record)) + _CR for record in body)
    end = b"L|%d|" % (len(lines) + 1)
    lines.append(end + b"%08X" % binascii.crc32(b"".join(lines) + end) + _CR)
    return lines


def read(data: bytes) -> Request:
    """Return the message in `data`.

    Raises:
        UnreadableError: it is not exactly one message, or its CRC-32 is not that of its bytes.
    """
    if data[-1:] != _CR:
        raise UnreadableError("does not end with CR")
    end = data.rfind(_CR, 0, len(data) - 1) + 1
    total = re.fullmatch(rb"L\|([1-9][0-9]{0,6})\|([0-9A-F]{8})\r", data[end:])
    if total is None:
        raise UnreadableError("no L record at the end")
    if binascii.crc32(data[: end + total.start(2)]) != int(total[2], 16):
        raise UnreadableError("the CRC-32 is not that of the message")
    lines = data[:end].split(_CR)[:-1]
    if int(total[1]) != len(lines) + 1:
        raise UnreadableError("the number of records is wrong")
    records = [[_plain(part) for part in line.split(_SEPARATOR)] for line in lines]
    head = records[0] if records else []
    if len(head) != _HEAD_COUNT or head[:2] != [pplis.HEADER, pplis.DELIMITERS] or head[5] != pplis.RECORD_VERSION:
        raise UnreadableError("no H record of this version at the beginning")
    return Request(message_id=head[2], kind=head[8], sender=head[3], records=records[1:])


def _escape(text: str) -> bytes:
    return _TO_ESCAPE.sub(lambda found: b"%%%02X" % found[0][0], text.encode())


def _plain(part: bytes) -> str:
    if _NEVER.search(part):
        raise UnreadableError("a character or an escape that no field may hold")
    try:
        return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), part).decode()
    except UnicodeDecodeError as error:
        raise UnreadableError("not UTF-8") from error
