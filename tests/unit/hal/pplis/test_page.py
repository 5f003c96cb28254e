"""The worked example on the reference page is what both sides really say."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from hal.drivers.pplis.actions import Delivered, Send
from hal.drivers.pplis.frames import frames_of
from hal.drivers.pplis.link import HostLink
from hal.drivers.pplis.records import Message, decode, encode
from hal.drivers.pplis.timers import LinkTimers
from hal.journal import chain, entry_of
from hal.orders import BayPick, PackingOrder, PouchOrder, digest_of, document_of
from hal.status import Capabilities, MachineStatus
from hal.wire import pplis, words
from simulator.ports.lis_link import InstrumentLink, Timers
from simulator.ports.lis_records import read, write

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "pp-lis.md"
START = Message(
    "4f1c22a0.7", "controller-1", "machine", "", "2026-11-22T08:28:00.000+00:00", "START", (("C", "7", "3", "12"),)
)
ANSWER = ("b1.42", "machine", "controller-1", "b1", "2026-11-22T08:28:00.050+00:00", "ANSWER")


ORDER = PackingOrder(
    "rulle-9",
    12,
    7,
    "0" * 64,
    (
        PouchOrder(
            1,
            "(01)05712345000014(21)9001",
            ("Åse Sørensen", "100 %"),
            (BayPick(3, "C-3", "F-1", "28100000101", 2),),
        ),
    ),
)
KINDS = {
    "POWER_UP",
    "STATE_CHANGED",
    "MODE_CHANGED",
    "ORDER_CHANGED",
    "POUCH_STARTED",
    "DROPPED",
    "SEALED",
    "PRINTED",
    "INSPECTED",
    "POUCH_CLOSED",
    "ALARM_RAISED",
    "ALARM_CLEARED",
    "BAY_CHANGED",
    "FILM_CHANGED",
    "CONSUMABLE",
}
REQUESTS = ("ABOUT", "HELLO", "STATUS", "BAYS", "LOAD", "START", "PAUSE", "STOP", "JOURNAL", "ACKNOWLEDGE", "BELL")
VECTORS = {
    "HELLO": ("4f1c22a0.1", "controller-1", "machine", "", "HELLO", (("C", "controller-1", "7"),)),
    "LOAD": (
        "4f1c22a0.2",
        "controller-1",
        "machine",
        "",
        "LOAD",
        (("J", digest_of(ORDER)), ("D", document_of(ORDER))),
    ),
    "answer": (
        "b1.41",
        "machine",
        "controller-1",
        "b1",
        "ANSWER",
        (("A", "4f1c22a0.2", "REFUSED", "QUEUE_FULL", "2 orders wait", "UNPRINTABLE", "ø|ł"),),
    ),
}


def as_bytes(text: str) -> bytes:
    return re.sub(rb"<([0-9A-F]{2})>", lambda found: bytes([int(found[1], 16)]), text.encode())


def section(name: str) -> str:
    return PAGE.read_text("utf-8").split(f"## {name}\n")[1].split("\n## ")[0]


def example() -> list[tuple[str, bytes]]:
    found = re.findall(r"^(host|machine) +(.+)$", section("Example"), re.MULTILINE)
    return [(side, as_bytes(data)) for side, data in found]


@pytest.mark.parametrize("name", VECTORS)
def test_the_vectors_are_what_both_sides_write_and_read(name: str) -> None:
    (text,) = re.findall(rf"^{name}:\n\n```\n(.+?)\n```", section("Test vectors"), re.MULTILINE | re.DOTALL)
    frames = [as_bytes(line) for line in text.split("\n")]
    message_id, sender, receiver, boot_id, kind, body = VECTORS[name]
    utc = "2026-11-22T08:28:00.000+00:00"
    records = encode(Message(message_id, sender, receiver, boot_id, utc, kind, body))
    assert list(frames_of(records)) == frames
    assert list(records) == write((message_id, sender, receiver, boot_id, utc, kind), body)
    machine = InstrumentLink(Timers())
    machine.on_bytes(b"\x05" + b"".join(frames) + b"\x04", 0)
    assert read(machine.inbox[0]).records == [list(record) for record in body]
    delivered = HostLink(LinkTimers()).feed(b"\x05" + b"".join(frames) + b"\x04", 0)[-1]
    assert isinstance(delivered, Delivered)
    assert decode(delivered.data).body == body


def test_the_digest_and_the_chain_of_the_page_are_right() -> None:
    text = section("Test vectors")
    assert f"digest is `{digest_of(ORDER)}`" in text
    rows = re.findall(r"^\| `(\{.+?\})` \| `([0-9a-f]{64})` \|$", text, re.MULTILINE)
    head = ""
    for document, told in rows:
        head = chain(head, entry_of(document))
        assert head == told
    assert len(rows) == 2


def test_the_page_names_every_word() -> None:
    text = PAGE.read_text("utf-8")
    kinds = [getattr(words, name) for name in vars(words) if name in KINDS]
    named = [*words.REFUSALS, *kinds, *(getattr(pplis, name) for name in REQUESTS)]
    named += [field.name for kind in (Capabilities, MachineStatus) for field in fields(kind)]
    assert [word for word in named if f"`{word}`" not in text] == []


def test_both_sides_say_what_the_page_says() -> None:
    host, machine = HostLink(LinkTimers()), InstrumentLink(Timers())
    said: list[tuple[str, bytes]] = []
    to_machine = [action.data for action in host.send(encode(START), 0) if isinstance(action, Send)]
    messages: list[bytes] = []
    while to_machine:
        for data in to_machine:
            said.append(("host", data))
            machine.on_bytes(data, 0)
        to_machine.clear()
        if machine.inbox:
            request = read(machine.inbox.popleft())
            assert (request.kind, request.records) == ("START", [["C", "7", "3", "12"]])
            machine.submit(write(ANSWER, [["A", request.message_id, "OK"]]), 0)
        for data in machine.output:
            said.append(("machine", data))
            for action in host.feed(data, 0):
                if isinstance(action, Send):
                    to_machine.append(action.data)
                elif isinstance(action, Delivered):
                    messages.append(action.data)
        machine.output.clear()
    assert said == example()
    assert decode(messages[0]).body == (("A", "4f1c22a0.7", "OK"),)
