"""The bench itself: what goes wrong on it stays in one result, and it leaves the machine as it should be."""

import asyncio
from dataclasses import replace

import pytest

from hal.conformance.breach import ConformanceError
from hal.conformance.check import Verdict
from hal.conformance.samples import order_from_bays
from hal.conformance.suite import CHECKS, chosen, run_checks
from hal.driver import Lease
from hal.errors import UnreachableError
from hal.orders import BayPick, PackingOrder
from hal.status import Bay, Capabilities, MachineStatus, OrderState
from tests.conformance.quick import quickly
from tests.conformance.sound import SPEC, Sound, bench

LOADING = chosen(ids=["load-twice"])
BAYS = (Bay(1, "K1", "F1", "A", 3), Bay(2, "K2", "F2", "B", 900), Bay(7, "K7", "F7", "C", 900))


class Crashing(Sound):
    """Raises what no contract names."""

    async def read_bays(self) -> list[Bay]:
        raise LookupError("no bay")


class Hanging(Sound):
    """Never answers."""

    async def read_status(self) -> MachineStatus:
        await asyncio.Event().wait()
        return await super().read_status()


class Coming(Sound):
    """Can be opened only when it was tried some times."""

    tries = 0

    async def open(self, lease: Lease) -> Capabilities:
        self.tries += 1
        if self.tries <= 3:
            raise UnreachableError("still starting")
        return await super().open(lease)


async def capabilities() -> Capabilities:
    async with bench().opened() as station:
        return station.capabilities


def made(capabilities: Capabilities, pouches: int = 5) -> PackingOrder:
    return order_from_bays(capabilities, BAYS, number=4, epoch=2, pouches=pouches)


def test_a_driver_that_crashes_fails_check_by_check() -> None:
    results = quickly(run_checks(bench(Crashing)))
    assert len(results) == len(CHECKS)
    assert {result.detail for result in results if not result.passed} == {"LookupError: no bay"}
    assert any(result.passed for result in results)


def test_a_check_without_its_hand_is_exempt_and_says_why() -> None:
    results = quickly(run_checks(bench(power=None, tamper=None, operator=None, inject=None)))
    exempt = {result.id for result in results if result.verdict is Verdict.EXEMPT}
    assert exempt == {check.id for check in CHECKS if check.needs}
    assert all(result.detail and result.missing for result in results if result.verdict is Verdict.EXEMPT)
    assert all(result.passed for result in results if result.id not in exempt)


def test_what_a_machine_does_not_have_is_exempt_and_says_why() -> None:
    plain = replace(SPEC, charset="utf-8", symbol_characters=0, tray_cells=0, camera=False, cell_quarters=(0,))
    results = quickly(run_checks(bench(spec=plain)))
    assert {result.id for result in results if result.verdict is not Verdict.PASSED} == {
        "refused-wrong-fraction",
        "refused-unprintable",
        "refused-symbol-too-long",
        "halves-in-cells",
        "print-read-back",
        "fault-reject",
        "fault-blank-print",
    }
    assert {result.verdict for result in results} == {Verdict.PASSED, Verdict.EXEMPT}


def test_a_driver_that_hangs_is_cut_off_check_by_check() -> None:
    results = quickly(run_checks(bench(Hanging, limit=100), CHECKS[:30]))
    assert not any(result.passed for result in results)
    assert all(
        "Timeout" in result.detail or "hangs" in result.detail or "no end" in result.detail
        for result in results
        if not result.passed
    )


def test_whoever_runs_the_checks_can_cancel_them() -> None:
    async def run() -> None:
        running = asyncio.ensure_future(run_checks(bench(Hanging)))
        await asyncio.sleep(0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    quickly(run())


def test_opening_is_tried_again_while_the_machine_is_not_there() -> None:
    assert [result.detail for result in quickly(run_checks(bench(Coming), CHECKS[:1]))] == [""]


def test_an_epoch_below_that_of_the_machine_is_told() -> None:
    async def run() -> str:
        trial = bench(epoch=5)
        async with trial.opened():
            trial.epoch = 4
        (result,) = await run_checks(trial, CHECKS[:1])
        return result.detail

    assert quickly(run()).startswith("RefusedError: FENCED: epoch 4, highest seen is 5")


def test_no_live_order_is_left_behind_and_none_is_found() -> None:
    async def run() -> None:
        trial = bench()
        async with trial.opened() as station:
            order = await station.order()
            await station.start(order)
        async with trial.opened() as station:
            known = await station.known(order.number)
            assert known is not None
            assert known.state is OrderState.INTERRUPTED

    quickly(run())


def test_a_sample_order_takes_from_every_bay_that_holds_enough() -> None:
    order = made(quickly(capabilities()))
    assert [pouch.number for pouch in order.pouches] == [0, 1, 2, 3, 4]
    assert order.pouches[0].picks == ()
    assert {pick.bay for pouch in order.pouches for pick in pouch.picks if isinstance(pick, BayPick)} == {2, 7}


def test_a_sample_order_fits_the_print_of_the_machine() -> None:
    narrow = replace(quickly(capabilities()), print_columns=6, print_lines=1)
    assert {line for pouch in made(narrow).pouches for line in pouch.lines} == {"Åse Ær"}
    assert max(len(pouch.lines) for pouch in made(narrow).pouches) == 1


def test_a_machine_that_cannot_be_tried_is_told() -> None:
    ready = quickly(capabilities())
    with pytest.raises(ConformanceError, match="no bay holds 901 units"):
        made(replace(ready, order_pouches=1_000), 901)
    with pytest.raises(ConformanceError, match="takes 3 pouches"):
        made(replace(ready, order_pouches=3))
    results = quickly(run_checks(bench(spec=replace(SPEC, bays=())), LOADING))
    assert [result.detail for result in results] == [
        "ConformanceError: no bay holds 4 units: fill one, or give the bench fewer pouches"
    ]


def test_a_result_reads_as_a_line() -> None:
    passed, failed = (quickly(run_checks(bench(build), LOADING))[0] for build in (Sound, Crashing))
    assert str(passed).startswith("ok     load-twice: The same order")
    assert str(failed).splitlines()[1].strip() == failed.detail
