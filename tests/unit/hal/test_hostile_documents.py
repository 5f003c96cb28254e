"""Documents that are JSON and yet no documents: text that no encoding holds, numbers that no database holds."""

import json
from dataclasses import asdict
from typing import Final

import pytest

from hal.documents import bays_of, capabilities_of, entry_of, status_of
from hal.drivers.opcua.answers import check_answer
from hal.drivers.pplis.answers import bay_of
from hal.errors import ProtocolViolationError
from hal.journal import JournalEntry, document_of
from hal.status import Capabilities

CAPABILITIES: Final = asdict(
    Capabilities(2, "v", "m", "1", "1", 1, 1, 8, 0, 20, 40, 400, 2, 1000, 60, True, True, True, True, True, True)  # noqa: FBT003 - in the order of the document
)
STATUS: Final = {
    "state": "Idle",
    "boot_id": "b",
    "last_seq": 1,
    "high_water": 0,
    "film": 0,
    "epoch": 1,
    "orders": [],
    "alarms": [],
    "pouches_per_minute": 60,
    "mode": 1,
    "journal_head": "",
    "acknowledged": {"boot_id": "", "seq": 0, "head": ""},
    "consumables": [],
    "command": 0,
}
LONE: Final = "\ud800"


@pytest.mark.parametrize("text", [LONE, "a\udfffb", "\udc00\ud800"])
@pytest.mark.parametrize("escaped", [True, False])
def test_text_that_no_encoding_holds_is_no_document(text: str, escaped: bool) -> None:  # noqa: FBT001 - a parameter
    status = json.dumps({**STATUS, "alarms": [{"code": "JAM", "detail": text}]}, ensure_ascii=escaped)
    capabilities = json.dumps({**CAPABILITIES, "vendor": text}, ensure_ascii=escaped)
    bay = {"number": 1, "canister_id": "K", "fill_code": "F", "product": text, "units": 1}
    refusal = json.dumps({"ok": False, "reasons": [{"code": "X", "detail": text}]}, ensure_ascii=escaped)
    for act in (
        lambda: status_of(status),
        lambda: capabilities_of(capabilities),
        lambda: bays_of(json.dumps([bay], ensure_ascii=escaped)),
        lambda: check_answer(refusal),
    ):
        with pytest.raises(ProtocolViolationError):
            act()


def test_an_escaped_character_beyond_the_first_plane_is_text() -> None:
    told = status_of(json.dumps({**STATUS, "alarms": [{"code": "JAM", "detail": "\U0001f48a"}]}))
    assert told.alarms[0].detail == "\U0001f48a"


@pytest.mark.parametrize("number", [2**63, -(2**63) - 1, 10**30])
def test_a_number_that_no_database_holds_is_no_number(number: int) -> None:
    with pytest.raises(ProtocolViolationError, match="film"):
        entry_of(document_of(JournalEntry("b", 1, 1, "t", "PowerUp", fields={"film": number})))
    with pytest.raises(ProtocolViolationError, match="cell_quarters"):
        capabilities_of(json.dumps({**CAPABILITIES, "cell_quarters": [number]}))


@pytest.mark.parametrize("number", ["9" * 19, "9" * 5_000], ids=["nineteen digits", "five thousand"])
def test_a_bay_with_a_number_that_no_database_holds_is_no_bay(number: str) -> None:
    for fields in ((number, "K", "F", "P", "1"), ("1", "K", "F", "P", number)):
        with pytest.raises(ProtocolViolationError, match="not a bay"):
            bay_of(fields)


def test_an_answer_that_says_no_and_yes_is_neither() -> None:
    with pytest.raises(ProtocolViolationError):
        check_answer('{"ok":false,"ok":true}')
