"""The machine's answers, kind by kind, on a machine that writes down what it is told."""

import hashlib
import json
from dataclasses import dataclass, field

import pytest

from hal.wire import words
from simulator.ports.line_service import answer
from simulator.ports.lis_records import Request


@dataclass
class Reply:
    ok: bool = True
    reasons: tuple[tuple[str, str], ...] = ()


@dataclass
class Notebook:
    told: list[tuple[object, ...]] = field(default_factory=list)
    reply: Reply = field(default_factory=Reply)
    documents: list[str] = field(default_factory=list)

    def capabilities_document(self) -> dict[str, object]:
        return {"bays": 2}

    def status_document(self) -> dict[str, object]:
        return {"state": "Idle"}

    def bays_documents(self) -> list[dict[str, object]]:
        return [{"number": 1, "canister_id": "C1", "fill_code": "F|1", "product": "P", "units": 9}]

    def hello(self, holder: str, epoch: int) -> Reply:
        return self._note("hello", holder, epoch)

    def store(self, document: str, digest: str) -> Reply:
        return self._note("store", document, digest)

    def start(self, epoch: int, command: int, number: int) -> Reply:
        return self._note("start", epoch, command, number)

    def pause(self, epoch: int, command: int) -> Reply:
        return self._note("pause", epoch, command)

    def stop(self, epoch: int, command: int) -> Reply:
        return self._note("stop", epoch, command)

    def acknowledge(self, epoch: int, boot_id: str, seq: int, head: str) -> Reply:
        return self._note("acknowledge", epoch, boot_id, seq, head)

    def journal_after(self, boot_id: str, seq: int, limit: int) -> list[str]:
        self._note("journal", boot_id, seq, limit)
        return self.documents

    def _note(self, *what: object) -> Reply:
        self.told.append(what)
        return self.reply


@pytest.mark.parametrize(
    ("kind", "records", "told"),
    [
        ("HELLO", [["C", "holder", "7"]], ("hello", "holder", 7)),
        ("LOAD", [["J", "abc"], ["D", '{"x":'], ["D", "1}"]], ("store", '{"x":1}', "abc")),
        ("LOAD", [["J", "abc"]], ("store", "", "abc")),
        ("START", [["C", "7", "3", "12"]], ("start", 7, 3, 12)),
        ("PAUSE", [["C", "7", "4"]], ("pause", 7, 4)),
        ("STOP", [["C", "7", "5"]], ("stop", 7, 5)),
        ("ACKNOWLEDGE", [["C", "7", "b1", "12", "0" * 64]], ("acknowledge", 7, "b1", 12, "0" * 64)),
        ("JOURNAL", [["Q", "", "0", "9999"]], ("journal", "", 0, 1_000)),
    ],
)
def test_a_request_becomes_one_call(kind: str, records: list[list[str]], told: tuple[object, ...]) -> None:
    machine = Notebook()
    assert answer(machine, Request("m1", kind, "host", records))[0] == ["A", "m1", "OK"]
    assert machine.told == [told]


def test_documents_follow_the_ok() -> None:
    machine = Notebook(documents=["one", "two"])
    assert answer(machine, Request("m", "HELLO", "h", [["C", "h", "1"]]))[1:] == [["K", '{"bays":2}']]
    assert json.loads(answer(machine, Request("m", "STATUS"))[1][1]) == {"state": "Idle"}
    assert answer(machine, Request("m", "BAYS"))[1:] == [["B", "1", "C1", "F|1", "P", "9"]]
    assert answer(machine, Request("m", "JOURNAL", "h", [["Q", "b", "1", "2"]]))[1:] == [["E", "one"], ["E", "two"]]


def test_capabilities_that_the_controller_has_are_not_told_again() -> None:
    digest = hashlib.sha256(b'{"bays":2}').hexdigest()
    for known, more in ((digest, []), ("0" * 64, [["K", '{"bays":2}']])):
        assert answer(Notebook(), Request("c.1", "HELLO", "c", [["C", "c", "7", known]])) == [["A", "c.1", "OK"], *more]


def test_a_refusal_tells_every_reason_and_nothing_else() -> None:
    machine = Notebook(reply=Reply(ok=False, reasons=((words.FENCED, "by 9"), (words.STALE_JOB, ""))))
    body = answer(machine, Request("m", "HELLO", "h", [["C", "h", "1"]]))
    assert body == [["A", "m", "REFUSED", "FENCED", "by 9", "STALE_JOB", ""]]


@pytest.mark.parametrize(
    ("kind", "records"),
    [
        ("DANCE", []),
        ("HELLO", []),
        ("HELLO", [["C", "holder"]]),
        ("HELLO", [["C", "holder", "-1"]]),
        ("HELLO", [["C", "holder", "1"], ["C", "holder", "1"]]),
        ("START", [["C", "1", "٣"]]),
        ("START", [["C", "1", ""]]),
        ("START", [["C", "1", "9" * 5_000]]),
        ("START", [["C", "1", "9223372036854775808"]]),
        ("PAUSE", [["C", "1.0"]]),
        ("LOAD", [["D", "x"]]),
        ("LOAD", [["J", "x"], ["D"]]),
        ("LOAD", [["J", "x"], ["D", "1", "2"]]),
        ("JOURNAL", [["Q", "", "0"]]),
    ],
)
def test_a_request_that_makes_no_sense_is_refused_and_has_no_effect(kind: str, records: list[list[str]]) -> None:
    machine = Notebook()
    ((record, message_id, said, code, detail),) = answer(machine, Request("m1", kind, "host", records))
    assert (record, message_id, said, code) == ("A", "m1", "REFUSED", words.BAD_DOCUMENT)
    assert detail
    assert machine.told == []


def test_an_answer_never_outgrows_a_message() -> None:
    machine = Notebook(documents=["x" * 100_000] * 10)
    records = answer(machine, Request("m", "JOURNAL", "h", [["Q", "", "0", "10"]]))
    assert 1 < len(records) < 11
