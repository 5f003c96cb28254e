"""Level behaviour: what a machine keeps over power cuts. All of it needs the power hand."""

from dataclasses import replace

from hal.conformance.bench import Bench
from hal.conformance.breach import refusal, require, same
from hal.conformance.check import Level, check
from hal.conformance.hands import Hand
from hal.conformance.journal_checks import newest
from hal.conformance.reading import head_of
from hal.driver import Lease
from hal.journal import START
from hal.wire.words import FENCED, POWER_UP


@check(
    "power-new-boot",
    Level.BEHAVIOUR,
    "After a power cut the boot has a new name, a higher number, and begins with PowerUp",
    "Efter et strømsvigt har opstarten et nyt navn, et højere nummer og begynder med PowerUp",
    Hand.POWER,
)
async def power_new_boot(bench: Bench) -> None:
    """Otherwise nobody would look for what was lost."""
    async with bench.opened() as station:
        boots: list[tuple[str, int]] = []
        for _ in range(3):
            await bench.power_cycle(station)
            status, entries = await station.at_rest(START)
            last = next(entry for entry in reversed(entries) if entry.seq == 1)
            same("boot of the status", status.boot_id, last.boot_id)
            same("kind of its first entry", last.kind, POWER_UP)
            boots.append((last.boot_id, last.boot_number))
        numbers = [number for _, number in boots]
        require(len({name for name, _ in boots}) == len(boots), f"a boot name stands twice: {boots}")
        require(numbers == sorted(set(numbers)), f"boot numbers do not rise: {numbers}")


@check(
    "power-journal-kept",
    Level.BEHAVIOUR,
    "A power cut takes no journal entry away and changes none",
    "Et strømsvigt fjerner ingen journalpost og ændrer ingen",
    Hand.POWER,
)
async def power_journal_kept(bench: Bench) -> None:
    """What was told is proof."""
    async with bench.opened() as station:
        await station.packed(await station.order(2))
        before = await station.whole_journal()
        await bench.power_cycle(station)
        status, after = await station.at_rest(START)
        for former, entry in zip(before, after, strict=False):
            same(f"entry {former.seq} of boot {former.boot_id}", entry, former)
        require(len(after) > len(before), "the power cut is not in the journal")
        same("head of the journal", status.journal_head, head_of(after))


@check(
    "power-acknowledged-kept",
    Level.BEHAVIOUR,
    "What was acknowledged is kept over a power cut",
    "Det kvitterede bevares hen over et strømsvigt",
    Hand.POWER,
)
async def power_acknowledged_kept(bench: Bench) -> None:
    """A machine that forgets it might forget the journal too."""
    async with bench.opened() as station:
        await station.packed(await station.order(2))
        mark = await newest(station)
        await station.driver.acknowledge(mark)
        await bench.power_cycle(station)
        same("acknowledged after a power cut", (await station.driver.read_status()).acknowledged, mark)


@check(
    "power-epoch-kept",
    Level.BEHAVIOUR,
    "A lower epoch is fenced after a power cut too",
    "En lavere epoke holdes ude også efter et strømsvigt",
    Hand.POWER,
)
async def power_epoch_kept(bench: Bench) -> None:
    """A late controller may come while the machine starts."""
    bench.epoch += 1
    async with bench.opened() as station:
        await bench.power_cycle(station)
        order = replace(await station.order(), epoch=bench.epoch - 1)
        codes = await refusal(station.driver.ensure_loaded(order), "an order of a lower epoch")
        require(FENCED in codes, f"an order of a lower epoch was refused as {codes}")
        await station.driver.close()
        late = Lease(bench.holder, bench.epoch - 1)
        codes = await refusal(bench.open(station.driver, late), "opening with a lower epoch")
        require(FENCED in codes, f"opening with a lower epoch was refused as {codes}")
        await bench.again(station)


@check(
    "power-capabilities-kept",
    Level.BEHAVIOUR,
    "After a power cut the machine is the same, with the same canisters",
    "Efter et strømsvigt er maskinen den samme, med de samme beholdere",
    Hand.POWER,
)
async def power_capabilities_kept(bench: Bench) -> None:
    """Nobody has touched it."""
    async with bench.opened() as station:
        bays = list(await station.driver.read_bays())
        again = await bench.power_cycle(station)
        same("capabilities", again.capabilities, station.capabilities)
        same("bays", list(await station.driver.read_bays()), bays)
