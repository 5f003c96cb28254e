"""Every known failure has one exit code and words; what is not known is not swallowed."""

import pytest

from dispenser.app.absence import UnsignedError
from dispenser.app.batching import NothingToPackError, PlansMovingError
from dispenser.app.machines import NoMachineKnownError
from dispenser.app.release import NotReleasableError
from dispenser.app.slot_file import SlotTableError
from dispenser.app.told import Note
from dispenser.cli.failures import explain
from dispenser.cli.push import ServerUnreachableError
from dispenser.config import ConfigError
from dispenser.core.periods import PeriodLengthError, ReasonMissingError
from dispenser.core.presence import PresenceError
from dispenser.main import ForeignPackageError, PortInUseError
from dispenser.store import errors
from hal.errors import OutcomeUnknownError, UnreachableError
from labels.errors import GlyphError, LayoutError
from safety import slot_codes
from safety.findings import found
from scheduling.calendar import CalendarEndsError

STORE = [
    error
    for error in vars(errors).values()
    if isinstance(error, type) and issubclass(error, errors.StoreError) and error is not errors.StoreError
]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (PlansMovingError(), 1),
        (errors.BusyError("x"), 1),
        (errors.DamagedRecordError("x"), 1),
        (NotReleasableError((Note("a", "x"), Note("b", "y"))), 3),
        (NothingToPackError(), 3),
        (errors.ConflictError("x"), 3),
        (errors.NotFoundError("x"), 3),
        (SlotTableError([found(slot_codes.NO_NAME, "who")]), 3),
        (PeriodLengthError("x"), 3),
        (ReasonMissingError("x"), 3),
        (CalendarEndsError("x"), 3),
        (PresenceError("x"), 3),
        (UnsignedError("x"), 3),
        (GlyphError("☃"), 3),
        (LayoutError("x"), 3),
        (NoMachineKnownError(), 4),
        (UnreachableError(), 4),
        (OutcomeUnknownError("x"), 4),
        (ServerUnreachableError("x"), 4),
        (ConfigError(("x", "y")), 5),
        (ForeignPackageError("x"), 5),
        (PortInUseError("x"), 5),
        (PermissionError(13, "Permission denied", "labels.pdf"), 5),
        (errors.DatabaseNewerError("x"), 6),
    ],
)
def test_a_known_failure_ends_with_its_code_and_its_words(
    capsys: pytest.CaptureFixture[str], error: Exception, code: int
) -> None:
    assert explain(error) == code
    told = capsys.readouterr().err
    assert told.strip()
    assert str(error) in told


@pytest.mark.parametrize("kind", STORE)
def test_nothing_that_the_store_says_ends_in_a_traceback(kind: type[Exception]) -> None:
    assert explain(kind("x")) in {1, 3, 5, 6}


def test_an_unknown_failure_is_left_to_be_seen(capsys: pytest.CaptureFixture[str]) -> None:
    assert explain(ZeroDivisionError("x")) is None
    assert capsys.readouterr().err == ""
