"""Drivers that break one promise about broken connections and lost answers each, and what the check says of it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeVar

from hal.driver import Lease
from hal.errors import OutcomeUnknownError, UnreachableError
from hal.orders import PackingOrder
from hal.status import Capabilities
from simulator.machine import Answer, Machine
from tests.conformance.broken_links import CLOCK, Forgetful, Untied
from tests.conformance.sound import Build
from tests.conformance.twists import Twisted

Result = TypeVar("Result")


class Patient(Twisted):
    """Does not notice at the bell that the machine is silent."""

    async def doorbell(self) -> AsyncIterator[None]:
        while not self.plant.is_stalled:
            self.guard()
            yield
            await CLOCK.sleep(0.1)
        await asyncio.Event().wait()


class ForgetfulAfterCuts(Forgetful):
    """Leaves one out when it was opened anew."""

    since = 1


class Raw(Twisted):
    """Lets through what the operating system says."""

    def guard(self) -> None:
        if self.line >= 0 and self.line != self.plant.lines:
            raise ConnectionResetError("connection reset by peer")
        super().guard()


class SlowToSee(Twisted):
    """Takes long to see that nobody is there."""

    async def open(self, lease: Lease) -> Capabilities:
        if self.plant.is_shut:
            await CLOCK.sleep(15)
        return await super().open(lease)


class WaitsForGood(Twisted):
    """Waits for an answer without end."""

    async def write(self, act: Callable[[Machine], Result], text: str) -> Result:
        if self.plant.is_stalled:
            await asyncio.Event().wait()
        return await super().write(act, text)


class Trusting(Twisted):
    """Takes silence for consent."""

    async def obey(self, act: Callable[[Machine], Answer], text: str = "command") -> None:
        try:
            await super().obey(act, text)
        except OutcomeUnknownError:
            return


class Lying(Twisted):
    """Says that nothing was sent whenever no answer came."""

    async def obey(self, act: Callable[[Machine], Answer], text: str = "command") -> None:
        try:
            await super().obey(act, text)
        except OutcomeUnknownError as error:
            raise UnreachableError(str(error)) from error


class Resending(Twisted):
    """Sends an order again when no answer came."""

    async def ensure_loaded(self, order: PackingOrder) -> None:
        try:
            await super().ensure_loaded(order)
        except OutcomeUnknownError:
            await super().ensure_loaded(order)


class UnsureOfOpening(Twisted):
    """Does not know whether it is open."""

    async def open(self, lease: Lease) -> Capabilities:
        try:
            return await super().open(lease)
        except UnreachableError as error:
            if self.plant.is_deaf:
                raise OutcomeUnknownError(str(error)) from error
            raise


BROKEN: dict[str, tuple[Build, str]] = {
    "cut-while-idle": (Raw, "ConnectionResetError"),
    "machine-gone": (SlowToSee, "opening took 15.0 s"),
    "half-open-read": (WaitsForGood, "read_status hangs"),
    "half-open-command": (Trusting, "ensure_loaded claims success"),
    "half-open-bell": (Patient, "has not noticed"),
    "doorbell-after-cut": (Untied, "silent"),
    "journal-over-cuts": (ForgetfulAfterCuts, "journal entry"),
    "load-reply-lost": (Lying, "that nothing was sent, and it took effect 1 times"),
    "load-not-sent-again": (Resending, "bytes were sent"),
    "start-reply-lost": (Trusting, "claims to have it"),
    "stop-reply-lost": (Lying, "that nothing was sent"),
    "acknowledge-reply-lost": (Lying, "that nothing was sent"),
    "open-reply-lost": (UnsureOfOpening, "outcome of opening"),
}
