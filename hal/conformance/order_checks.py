"""Level behaviour: which orders a machine knows. Nothing is packed here."""

from dataclasses import replace
from typing import Final

from hal.conformance.bench import Bench
from hal.conformance.breach import ConformanceError, refusal, require, same
from hal.conformance.check import Level, check
from hal.conformance.refusal_checks import took_nothing
from hal.orders import BayPick, PouchOrder, digest_of
from hal.status import OrderState
from hal.wire.words import (
    CONFLICT,
    ORDER_CHANGED,
    POUCH_STARTED,
    STALE_JOB,
    UNKNOWN_ORDER,
    WRONG_CANISTER,
    WRONG_CAPABILITIES,
)

_TWO: Final = 2


@check(
    "load-twice",
    Level.BEHAVIOUR,
    "The same order loaded twice is loaded once, and nothing moves",
    "Samme ordre lagt ind to gange er lagt ind én gang, og intet bevæger sig",
)
async def load_twice(bench: Bench) -> None:
    """After a lost answer the controller may find the order there and load it again."""
    async with bench.opened() as station:
        mark, film = await station.mark(), (await station.driver.read_status()).film
        order = await station.order()
        await station.driver.ensure_loaded(order)
        await station.driver.ensure_loaded(order)
        status = await station.watch()
        same("high-water mark", status.high_water, order.number)
        same("pouches fed", status.film, film)
        known = [one for one in status.orders if one.number >= order.number]
        same("orders known", [(one.number, one.digest) for one in known], [(order.number, digest_of(order))])
        same("state of the order", (known[0].state, known[0].closed), (OrderState.LOADED, 0))
        entries = await station.news(mark)
        changes = [entry.fields.get("state") for entry in entries if entry.kind == ORDER_CHANGED]
        same("what the journal tells of it", changes, [OrderState.LOADED.value])


@check(
    "load-conflict",
    Level.BEHAVIOUR,
    "A known number with other content is refused as CONFLICT",
    "Et kendt nummer med andet indhold afvises som CONFLICT",
)
async def load_conflict(bench: Bench) -> None:
    """One number means one order for good."""
    async with bench.opened() as station:
        order = await station.order()
        await station.driver.ensure_loaded(order)
        other = replace(order, order_id=f"{order.order_id}-other")
        codes = await refusal(station.driver.ensure_loaded(other), "other content under a known number")
        require(CONFLICT in codes, f"other content under a known number was refused as {codes}")
        known = await station.known(order.number)
        same("digest that the machine keeps", known.digest if known else "", digest_of(order))


@check(
    "stale-number",
    Level.BEHAVIOUR,
    "An unknown number below the high-water mark is refused as STALE_JOB",
    "Et ukendt nummer under det højeste afvises som STALE_JOB",
)
async def stale_number(bench: Bench) -> None:
    """A late message of a former controller must not be packed."""
    async with bench.opened() as station:
        late = await station.order()
        order = await station.order(ahead=2)
        await station.driver.ensure_loaded(order)
        codes = await refusal(station.driver.ensure_loaded(late), f"order {late.number} after {order.number}")
        require(STALE_JOB in codes, f"order {late.number} after {order.number} was refused as {codes}")
        await took_nothing(station, late, order.number)


@check(
    "all-reasons-at-once",
    Level.BEHAVIOUR,
    "A wrong canister and a wrong fill are refused, each with its reason",
    "En forkert beholder og en forkert fyldning afvises, hver med sin grund",
)
async def all_reasons_at_once(bench: Bench) -> None:
    """Whoever mends an order must see everything that is wrong with it."""
    async with bench.opened() as station:
        order = await station.order()
        wrong = replace(order, pouches=_with_two_mistakes(order.pouches))
        codes = await refusal(station.driver.ensure_loaded(wrong), "a wrong canister and a wrong fill")
        require(codes.count(WRONG_CANISTER) >= _TWO, f"two mistakes in two pouches were refused as {codes}")
        await took_nothing(station, wrong, order.number - 1)


def _with_two_mistakes(pouches: tuple[PouchOrder, ...]) -> tuple[PouchOrder, ...]:
    """Return pouches of which the first with a bay names a wrong canister, the second a wrong fill."""
    made, mistakes = list[PouchOrder](), 0
    for pouch in pouches:
        picks = list(pouch.picks)
        at = next((at for at, pick in enumerate(picks) if isinstance(pick, BayPick)), None)
        if at is not None and mistakes < _TWO:
            pick = picks[at]
            if isinstance(pick, BayPick):
                picks[at] = (
                    replace(pick, fill_code=f"{pick.fill_code}-not")
                    if mistakes
                    else replace(pick, canister_id=f"{pick.canister_id}-not")
                )
            mistakes += 1
        made.append(replace(pouch, picks=tuple(picks)))
    if mistakes < _TWO:
        raise ConformanceError("the orders of the bench need two pouches with a pick from a bay")
    return tuple(made)


@check(
    "wrong-capabilities",
    Level.BEHAVIOUR,
    "An order for another machine is refused as WRONG_CAPABILITIES",
    "En ordre til en anden maskine afvises som WRONG_CAPABILITIES",
)
async def wrong_capabilities(bench: Bench) -> None:
    """The machine may have been rebuilt since the controller read what it can do."""
    async with bench.opened() as station:
        order = replace(await station.order(), capabilities_digest="0" * 64)
        codes = await refusal(station.driver.ensure_loaded(order), "a foreign capabilities digest")
        require(WRONG_CAPABILITIES in codes, f"a foreign capabilities digest was refused as {codes}")
        await took_nothing(station, order, order.number - 1)


@check(
    "unknown-start",
    Level.BEHAVIOUR,
    "An order that was never loaded cannot be started",
    "En ordre, der aldrig blev lagt ind, kan ikke startes",
)
async def unknown_start(bench: Bench) -> None:
    """The machine may have forgotten, or never got, what the controller means."""
    async with bench.opened() as station:
        mark = await station.mark()
        number = (await station.order()).number
        codes = await refusal(station.driver.ensure_packing(number), f"starting order {number}, never loaded,")
        require(UNKNOWN_ORDER in codes, f"starting an order that was never loaded was refused as {codes}")
        await station.watch()
        fed = [entry for entry in await station.news(mark) if entry.kind == POUCH_STARTED]
        same("pouches fed", len(fed), 0)
