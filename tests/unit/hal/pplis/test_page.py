"""The worked example on the reference page is what both sides really say."""

import re
from pathlib import Path

from hal.drivers.pplis.link import Delivered, HostLink, Send
from hal.drivers.pplis.records import Message, decode, encode
from hal.drivers.pplis.timers import LinkTimers
from simulator.ports.lis_link import InstrumentLink, Timers
from simulator.ports.lis_records import read, write

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "pp-lis.md"
START = Message(
    "4f1c22a0.7", "controller-1", "machine", "", "2026-11-22T08:28:00.000+00:00", "START", (("C", "7", "12"),)
)
ANSWER = ("b1.42", "machine", "controller-1", "b1", "2026-11-22T08:28:00.050+00:00", "ANSWER")


def example() -> list[tuple[str, bytes]]:
    text = PAGE.read_text("utf-8").split("## Example")[1]
    return [
        (side, re.sub(rb"<([0-9A-F]{2})>", lambda found: bytes([int(found[1], 16)]), data.encode()))
        for side, data in re.findall(r"^(host|machine) +(.+)$", text, re.MULTILINE)
    ]


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
            assert (request.kind, request.records) == ("START", [["C", "7", "12"]])
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
