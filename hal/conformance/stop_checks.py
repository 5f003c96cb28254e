"""Level behaviour: a stop that comes while an order is being loaded."""

import asyncio
from typing import Final

from hal.conformance.bench import Bench
from hal.conformance.breach import require, same
from hal.conformance.check import Level, check
from hal.conformance.reading import started_films
from hal.errors import RefusedError
from hal.status import OrderState

_MOMENTS: Final = 5


@check(
    "load-meets-stop",
    Level.BEHAVIOUR,
    "An order that is loaded when a stop comes is told as loaded and known, or as refused and unknown",
    "En ordre, der lægges ind, når et stop kommer, meldes lagt ind og er kendt, eller afvist og er ukendt",
)
async def load_meets_stop(bench: Bench) -> None:
    """Half an order is none, and whoever sent it must know which it is (I9)."""
    async with bench.opened() as station:
        mark = await station.mark()
        pouches = min(bench.long_pouches, station.capabilities.order_pouches)
        took = 0.0
        for part in range(_MOMENTS):
            order, began = await station.order(pouches), station.clock.monotonic()
            loading = asyncio.ensure_future(station.driver.ensure_loaded(order))
            if part == 0:
                await asyncio.wait([loading])
                took = station.clock.monotonic() - began
            await station.clock.sleep(took * (_MOMENTS - part) / _MOMENTS)
            try:
                await station.driver.ensure_stopped()
            finally:
                (outcome,) = await asyncio.gather(loading, return_exceptions=True)
            if outcome is None:
                require(
                    await station.known(order.number) is not None, f"order {order.number} was loaded, and is unknown"
                )
                # It may have come to the machine after the stop.
                await station.driver.ensure_stopped()
                await station.until_order(order.number, OrderState.INTERRUPTED)
            elif isinstance(outcome, RefusedError):
                require(await station.known(order.number) is None, f"order {order.number} was refused, and is known")
            else:
                raise outcome
        await station.watch()
        same("pouches fed", started_films(await station.news(mark)), [])
