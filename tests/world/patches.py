"""What the world puts in the place of real time and real chance, each in the one module that uses it."""

import gc
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from importlib import import_module
from types import SimpleNamespace
from typing import Final
from uuid import UUID

import structlog

from dispenser.app.bookkeeping import Book
from dispenser.store.machine_records import Desk
from dispenser.store.session import Transaction
from tests.world.loop import WorldLoop

START: Final = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
"""What every right clock says when a world begins."""


def patches_of(loop: WorldLoop, *, opcua: bool) -> list[tuple[str, str, object]]:
    """(module, name, what stands for it): identities, session names, and clocks that cannot be passed in."""

    def uuid4() -> UUID:
        return UUID(int=loop.random.getrandbits(128), version=4)

    def token_hex(size: int) -> str:
        return f"{loop.random.getrandbits(8 * size):0{2 * size}x}"

    class Now(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return (START + timedelta(seconds=loop.now)).astimezone(tz or UTC)

    time = SimpleNamespace(monotonic=loop.time, time=lambda: START.timestamp() + loop.now)
    uuids: list[tuple[str, str, object]] = [
        (f"dispenser.app.{name}", "uuid4", uuid4) for name in ("messages", "intake", "release")
    ]
    # asyncua's server asks the operating system for the time when it looks for idle sessions and paces subscriptions.
    servers = ("uaprocessor", "internal_session", "internal_subscription") if opcua else ()
    return [
        *uuids,
        ("dispenser.app.supervise", "Book", _watched(loop)),
        ("hal.drivers.pplis.driver", "secrets", SimpleNamespace(token_hex=token_hex)),
        ("simulator.ports.line", "time", time),
        ("simulator.ports.line", "datetime", Now),
        *((f"asyncua.server.{name}", "time", time) for name in servers),
    ]


def _watched(loop: WorldLoop) -> type[Book]:
    """The real book, and a note of whatever it writes under a lease that is not the newest any more."""

    class WatchedBook(Book):
        def desk(self, tx: Transaction) -> Desk:
            desk = super().desk(tx)
            newest = tx.machines.get(self.machine_id).epoch
            if self.epoch < newest:
                loop.failures.append(f"S6: the record of {self.machine_id} is written under {self.epoch}, not {newest}")
            return desk

    return WatchedBook


@contextmanager
def patched(loop: WorldLoop, *, opcua: bool) -> Generator[None]:
    """Nothing in the block reads real time or draws real chance; nothing is collected, and nothing is logged."""
    before: list[tuple[object, str, object]] = []
    config = structlog.get_config()
    gc.disable()
    structlog.configure(processors=[_kept(loop)])
    try:
        for name, attribute, value in patches_of(loop, opcua=opcua):
            module: object = import_module(name)
            before.append((module, attribute, getattr(module, attribute)))
            setattr(module, attribute, value)
        yield
    finally:
        for place, attribute, value in reversed(before):
            setattr(place, attribute, value)
        structlog.configure(**config)
        gc.enable()


def _kept(loop: WorldLoop) -> structlog.typing.Processor:
    def keep(_logger: object, level: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
        text = " ".join(f"{name}={event[name]!r}" for name in ("event", "machine", "kind", "detail") if name in event)
        loop.note(f"log {text}")
        loop.log.append((loop.now, level, text))
        if level == "error":
            loop.failures.append(f"{text} {event.get('exc_info')!r}")
        raise structlog.DropEvent

    return keep
