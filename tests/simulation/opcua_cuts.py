"""A controller whose link is cut at random moments, and what it cost."""

import asyncio
import random
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

from hal.drivers.opcua.driver import OpcUaDriver
from hal.errors import MachineError
from hal.journal import START, Cursor, JournalEntry
from hal.status import Capabilities, OrderState
from hal.wire.words import POUCH_CLOSED

from .opcua_bench import Bench, read_on

POUCHES = 20
RECOVERY_SECONDS = 10.0
MOSTLY = 0.8
"""How many of the cuts wait until the link is open; the others may come while it is opened."""
LATEST_SECONDS = 0.08
"""A cut comes at most so long after the link was asked for or is open: while orders are sent or the journal is read."""


@dataclass
class Cost:
    """What the cuts did: `where` counts what was going on, `away` holds seconds from each cut to an open link."""

    where: Counter[str] = field(default_factory=Counter)
    away: list[float] = field(default_factory=list)
    seen: list[JournalEntry] = field(default_factory=list)

    def told(self) -> str:
        longest = max(self.away, default=0.0)
        middle = sorted(self.away)[len(self.away) // 2] if self.away else 0.0
        return (
            f"{sum(self.where.values())} cuts ({dict(self.where)}), {len(self.seen)} journal entries; "
            f"from a cut to an open link {middle * 1000:.0f} ms in the middle, {longest * 1000:.0f} ms at most"
        )


class Controller:
    """Keeps the machine busy and follows its journal, as far as the link lasts."""

    def __init__(self, bench: Bench, cost: Cost) -> None:
        self._bench = bench
        self._cost = cost
        self.driver: OpcUaDriver = bench.driver()
        self.doing = "opening"
        self.is_open = asyncio.Event()

    async def work(self) -> None:
        """Work until the link is lost."""
        self.doing = "opening"
        capabilities = await self.driver.open(self._bench.lease())
        self.is_open.set()
        while True:
            await self._feed(capabilities)
            self.doing = "reading"
            await self.catch_up()

    async def _feed(self, capabilities: Capabilities) -> None:
        self.doing = "asking"
        orders = (await self.driver.read_status()).orders
        waiting = [order.number for order in orders if order.state in {OrderState.LOADED, OrderState.HELD}]
        if not waiting and not any(order.state is OrderState.RUNNING for order in orders):
            order = await self._bench.order(self.driver, capabilities, POUCHES)
            self.doing = "sending"
            await self.driver.ensure_loaded(order)
            waiting = [order.number]
        for number in waiting:
            self.doing = "starting"
            await self.driver.ensure_packing(number)

    async def catch_up(self) -> None:
        """Read on from the last entry that was seen."""
        seen = self._cost.seen
        seen += await self.driver.journal_after(Cursor(seen[-1].boot_id, seen[-1].seq) if seen else START, 200)


async def cut_and_return(bench: Bench, cuts: int, seed: int) -> Cost:
    """Cut the link `cuts` times at random moments; in the end everything that the machine noted has been seen."""
    chance, cost = random.Random(seed), Cost()
    controller = Controller(bench, cost)
    began = None
    for _ in range(cuts):
        controller.is_open.clear()
        working = asyncio.create_task(controller.work())
        if chance.random() < MOSTLY:
            await asyncio.wait_for(controller.is_open.wait(), RECOVERY_SECONDS)
            if began is not None:
                cost.away.append(time.monotonic() - began)
        await asyncio.sleep(chance.uniform(0.0, LATEST_SECONDS))
        cost.where[controller.doing] += 1
        began = time.monotonic()
        while not working.done():
            bench.wire.cut()
            await asyncio.wait([working], timeout=0.05)
        with suppress(MachineError):
            working.result()
    await controller.driver.open(bench.lease())
    while any(order.state is OrderState.RUNNING for order in (await controller.driver.read_status()).orders):
        await controller.catch_up()
    cost.seen += await read_on(controller.driver, Cursor(cost.seen[-1].boot_id, cost.seen[-1].seq), 1000)
    told = await read_on(controller.driver, START, 1000)
    await controller.driver.close()
    assert cost.seen == told, "an entry was lost, doubled or out of order"
    check_pouches(cost.seen)
    return cost


def check_pouches(entries: list[JournalEntry]) -> None:
    """Every order's pouches are closed once each, from the first on."""
    closed: dict[int, list[int]] = {}
    for entry in entries:
        if entry.kind == POUCH_CLOSED and entry.order_number is not None and entry.pouch is not None:
            closed.setdefault(entry.order_number, []).append(entry.pouch)
    assert closed
    for number, pouches in closed.items():
        assert pouches == list(range(len(pouches))), f"order {number}"
