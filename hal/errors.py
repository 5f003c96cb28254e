"""What can go wrong between us and a machine.

MachineError
+-- UnreachableError          nothing was sent; the same call may be made again
+-- OutcomeUnknownError       sent, no answer: never repeat it, read instead
+-- RefusedError              the machine (or the driver, before sending) said no, with all reasons
|   +-- GaveWayError          the driver said no to a load, because a stop came before the machine had all of it
+-- ProtocolViolationError    the other side does not speak the contract
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason for a refusal: a stable code of `hal.wire.words`, and what it concerns."""

    code: str
    detail: str


class MachineError(Exception):
    """Anything that a driver raises."""


class UnreachableError(MachineError):
    """Nothing was sent."""


class OutcomeUnknownError(MachineError):
    """Something was sent and no answer came; the next step is a read."""


class ProtocolViolationError(MachineError):
    """An answer that the contract does not allow."""


class RefusedError(MachineError):
    """Refused, with every reason."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        """Keep all `reasons`; at least one."""
        super().__init__("; ".join(f"{reason.code}: {reason.detail}" for reason in reasons))
        self.reasons = reasons


class GaveWayError(RefusedError):
    """A load was broken off for a stop: the machine does not know the order, and never will from what was sent."""
