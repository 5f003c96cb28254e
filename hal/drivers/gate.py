"""Looks at an order before it is sent: all reasons against it are told without bothering the machine with it."""

from collections.abc import Sequence
from typing import Protocol

from hal.driver import Lease
from hal.errors import Reason, RefusedError
from hal.orders import PackingOrder
from hal.preflight import flaw_of, refusals
from hal.status import Bay, Capabilities, MachineStatus
from hal.wire import words


class Looks(Protocol):
    """What a driver can ask of its machine; see `hal.driver.MachineDriver`."""

    async def read_status(self) -> MachineStatus:
        """Return how the machine stands."""
        ...

    async def read_bays(self) -> Sequence[Bay]:
        """Return the bays that hold a canister."""
        ...


async def require_fit(driver: Looks, capabilities: Capabilities, lease: Lease, order: PackingOrder) -> None:
    """Return when `driver`'s machine, as it stands now, will take `order`.

    Raises:
        RefusedError: it will not; with every reason. Nothing was sent.
        UnreachableError: the machine does not tell how it stands.
        ProtocolViolationError: it tells nonsense.
    """
    flaw = flaw_of(order)
    if flaw:
        raise RefusedError((Reason(words.BAD_DOCUMENT, flaw),))
    status, bays = await driver.read_status(), await driver.read_bays()
    reasons = refusals(order, capabilities, bays, status, lease)
    if reasons:
        raise RefusedError(reasons)
