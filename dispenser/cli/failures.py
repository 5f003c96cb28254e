"""Known failures: what to say, and with which exit code to end."""

import sys

from dispenser.app.absence import UnsignedError
from dispenser.app.allergies import AllergyError
from dispenser.app.batching import NothingToPackError, PlansMovingError
from dispenser.app.closing import NotClosableError
from dispenser.app.machines import NoMachineKnownError
from dispenser.app.recall import LotError
from dispenser.app.refill import RefillError
from dispenser.app.release import NotReleasableError
from dispenser.app.site import UnsoundSiteError
from dispenser.app.slot_file import SlotTableError
from dispenser.app.staff import NotAllowedError
from dispenser.cli.push import ServerUnreachableError
from dispenser.config import ConfigError
from dispenser.core.periods import PeriodError
from dispenser.core.presence import PresenceError
from dispenser.main import ForeignPackageError, PortInUseError
from dispenser.store.errors import ConflictError, DatabaseError, DatabaseNewerError, NotFoundError, StoreError
from hal.errors import MachineError
from labels.errors import LabelError
from pharmacy_sync.problems import RefusedMessageError
from safety.rulepack_file import RulePackError

FAILED = 1
REFUSED = 3
UNREACHABLE = 4
SURROUNDINGS = 5
NEWER_DATA = 6

# The first that fits counts, so what is special comes before what is general.
_CODES: tuple[tuple[type[Exception], int], ...] = (
    (DatabaseNewerError, NEWER_DATA),
    (DatabaseError, SURROUNDINGS),
    (ConfigError, SURROUNDINGS),
    (ForeignPackageError, SURROUNDINGS),
    (PortInUseError, SURROUNDINGS),
    (NotReleasableError, REFUSED),
    (UnsoundSiteError, REFUSED),
    (NotClosableError, REFUSED),
    (NothingToPackError, REFUSED),
    (RefillError, REFUSED),
    (LotError, REFUSED),
    (ConflictError, REFUSED),
    (PeriodError, REFUSED),
    (SlotTableError, REFUSED),
    (NotAllowedError, REFUSED),
    (NotFoundError, REFUSED),
    (PresenceError, REFUSED),
    (UnsignedError, REFUSED),
    (AllergyError, REFUSED),
    (RulePackError, REFUSED),
    (RefusedMessageError, REFUSED),
    (LabelError, REFUSED),
    (PlansMovingError, FAILED),
    (StoreError, FAILED),
    (NoMachineKnownError, UNREACHABLE),
    (MachineError, UNREACHABLE),
    (ServerUnreachableError, UNREACHABLE),
    (OSError, SURROUNDINGS),
)


def explain(error: Exception) -> int | None:
    """Print what `error` means and return its exit code; None when it is not a known failure."""
    for kind, code in _CODES:
        if isinstance(error, kind):
            sys.stderr.write(f"{str(error) or kind.__doc__}\n")
            return code
    return None
