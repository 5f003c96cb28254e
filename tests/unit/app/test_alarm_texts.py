"""An alarm is on the board in both languages, with what to do at the machine; its own words go before ours."""

import json
from datetime import UTC, datetime

import pytest

from dispenser.app.machines import capabilities_document, snapshot_document
from dispenser.app.told import Note
from dispenser.app.views_board import tile_of
from dispenser.core.ids import MachineId
from dispenser.core.product import Catalogue
from dispenser.store.board import Load
from dispenser.store.records import MachineRecord
from hal.documents import capabilities_of, status_of
from hal.journal import START
from hal.wire import words
from simulator.machine import Machine
from simulator.memory import InMemory
from simulator.spec import MachineSpec
from tests.support.medicine import catalogue

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
GOODS: Catalogue = catalogue()


def record(code: str, note: Note = Note(), texts: dict[str, str] | None = None) -> MachineRecord:  # noqa: B008 - frozen
    machine = Machine(MachineSpec("m1"), InMemory())
    able = machine.capabilities_document()
    if texts is not None:
        able["alarms"] = [{"code": code, "category": "hold", **texts}]
    status = status_of(json.dumps({**machine.status_document(), "alarms": [{"code": code, "detail": "bay 4"}]}))
    return MachineRecord(
        machine_id=MachineId("m1"),
        uri="opc.tcp://x/",
        epoch=1,
        next_order_number=1,
        cursor=START,
        journal_head="",
        capabilities=capabilities_document(capabilities_of(json.dumps(able))),
        status=snapshot_document(status, (), note),
        link="online",
        seen_at=NOW,
    )


def told(one: MachineRecord) -> Note:
    return tile_of(one, Load(), GOODS, NOW).note


@pytest.mark.parametrize("code", [words.ALARM_EMPTY, words.ALARM_DOOR, "FILM_OUT", "RIBBON_OUT", "TAKE_UP_FULL"])
def test_every_known_alarm_says_what_to_do(code: str) -> None:
    note = told(record(code))
    assert len(note.danish) > 20
    assert len(note.english) > 20
    assert note.danish != note.english


def test_the_machines_own_words_go_before_ours() -> None:
    own = {"text_da": "Folien er væk.", "text_en": "Film is gone.", "steps_da": "Sæt ny i.", "steps_en": "Put in new."}
    assert told(record("FILM_OUT", texts=own)) == Note("Folien er væk. Sæt ny i.", "Film is gone. Put in new.")


def test_why_the_controller_waits_goes_before_the_alarm() -> None:
    assert told(record("FILM_OUT", Note("venter", "waits"))) == Note("venter", "waits")


def test_a_code_that_nobody_knows_says_nothing_more() -> None:
    assert told(record("ACME_99")) == Note()
