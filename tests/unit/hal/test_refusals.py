"""Every code of the contract has its words, and every machine has exactly one procedure."""

from dataclasses import astuple, replace

import pytest

from hal.recovery import PROCEDURES, Recovery, procedure_of, recovery_of
from hal.refusals import ALARMS, REFUSALS, meaning_of
from hal.wire import words
from tests.support.serial_peer import CAPABILITIES


def constants(prefix: str = "") -> set[str]:
    return {str(value) for name, value in vars(words).items() if name.startswith(prefix) and isinstance(value, str)}


def test_every_refusal_and_every_alarm_has_its_words() -> None:
    assert set(REFUSALS) == set(words.REFUSALS)
    assert set(words.REFUSALS) <= constants()
    assert set(ALARMS) == set(words.ALARMS) == constants("ALARM_") - {words.ALARM_RAISED, words.ALARM_CLEARED}
    for code in (*REFUSALS, *ALARMS):
        meaning = meaning_of(code)
        assert meaning is not None
        assert all(astuple(meaning)), code
        assert meaning.text_da != meaning.text_en
    assert meaning_of("NO_SUCH_CODE") is None


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        ({"journal": True, "idempotent_load": True, "encoder": True}, Recovery.JOURNALED),
        ({"journal": True, "idempotent_load": True, "encoder": False}, Recovery.JOURNALED),
        ({"journal": True, "idempotent_load": False, "encoder": True}, Recovery.ENCODER),
        ({"journal": False, "idempotent_load": True, "encoder": True}, Recovery.ENCODER),
        ({"journal": False, "idempotent_load": False, "encoder": False}, Recovery.BLIND),
        ({"journal": True, "idempotent_load": False, "encoder": False}, Recovery.BLIND),
    ],
)
def test_the_flags_name_one_procedure(flags: dict[str, bool], expected: Recovery) -> None:
    capabilities = replace(CAPABILITIES, **flags)
    assert recovery_of(capabilities) is expected
    assert procedure_of(capabilities) is PROCEDURES[expected]


def test_every_procedure_says_what_it_does() -> None:
    assert set(PROCEDURES) == set(Recovery)
    for procedure in PROCEDURES.values():
        assert procedure.steps
        assert all(all(astuple(step)) for step in procedure.steps)
    codes = [step.code for step in PROCEDURES[Recovery.BLIND].steps]
    assert codes.index("drain") < codes.index("close-void") < codes.index("feed-void") < codes.index("interrupt")
    assert not PROCEDURES[Recovery.JOURNALED].feeds_void
