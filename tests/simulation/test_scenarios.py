"""Every shipped scenario passes, every fault has one, every expectation can fail, and every run can be done again."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from functools import cache

import pytest

from hal.journal import JournalEntry, entry_of
from hal.orders import order_of
from safety.pouch_checks import check_pouch
from simulator.injectable import FAULTS
from simulator.logbook import encode
from simulator.recording import first_difference, head_of, replay, run_of
from simulator.scenario import Entry, Expected, Scenario, VoidPouch
from simulator.scenario_files import load, shipped
from simulator.scenario_play import Played, play
from simulator.scenario_verdicts import judge

NAMES = [path.stem for path in shipped()]
PATHS = {path.stem: path for path in shipped()}
FAULT_NUMBERS = 32


@cache
def played(name: str) -> Played:
    return play(load(PATHS[name]))


@cache
def scenario(name: str) -> Scenario:
    return load(PATHS[name])


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_passes(name: str) -> None:
    failed = [verdict for verdict in judge(scenario(name).expected, played(name)) if not verdict.passed]
    assert failed == []


def test_every_fault_has_a_scenario() -> None:
    shown = {number for name in NAMES for number in scenario(name).faults}
    assert shown == set(range(1, FAULT_NUMBERS + 1))


def test_every_fault_that_can_be_put_in_is_put_in() -> None:
    used = {step.values["fault"] for name in NAMES for step in scenario(name).steps if step.do == "inject"}
    assert used == FAULTS.keys()


def test_a_scenario_says_what_it_shows_in_both_languages() -> None:
    for name in NAMES:
        one = scenario(name)
        assert all((one.title.da, one.title.en, one.about.da, one.about.en)), name
        assert one.title.da != one.title.en, name


def other_texts(texts: tuple[str, ...], other: str) -> tuple[str, ...]:
    return (*texts[:-1], other) if texts else (other,)


def packed_more(expected: Expected) -> Expected:
    packed = expected.packed or {}
    name = next(iter(packed), "roll")
    return replace(expected, packed={**packed, name: (*packed.get(name, ()), 99)})


def another_state(expected: Expected) -> Expected:
    return replace(expected, orders={**expected.orders, next(iter(expected.orders)): "held"})


# What each key says, changed; None where it says nothing.
MUTATIONS: dict[str, Callable[[Expected], Expected | None]] = {
    "alarms": lambda one: replace(
        one, alarms=other_texts(one.alarms, "CUTTER" if "CUTTER" not in one.alarms else "JAM")
    ),
    "refusals": lambda one: replace(one, refusals=other_texts(one.refusals, "NO_FILM")),
    "clock_falls": lambda one: replace(one, clock_falls=not one.clock_falls),
    "wrong": lambda one: replace(one, wrong={} if any(one.wrong.values()) else {"roll": (99,)}),
    "passes": lambda one: replace(one, passes=(*one.passes, "Held")) if one.passes else None,
    "ends_in": lambda one: replace(one, ends_in="Clearing") if one.ends_in is not None else None,
    "orders": lambda one: another_state(one) if one.orders else None,
    "packed": lambda one: packed_more(one) if one.packed is not None else None,
    "void": lambda one: replace(one, void=(*one.void, VoidPouch("roll", 1, "jam"))) if one.void is not None else None,
    "kinds": lambda one: replace(one, kinds=(*one.kinds, "AlarmCleared")) if one.kinds else None,
    "never": lambda one: replace(one, never=(*one.never, "PowerUp")) if one.never else None,
    "entries": lambda one: (
        replace(one, entries=(*one.entries, Entry("PouchClosed", 1, {"film": 12_345}))) if one.entries else None
    ),
    "boots": lambda one: replace(one, boots=one.boots + 1) if one.boots is not None else None,
    "least_ms": lambda one: replace(one, least_ms=10**9) if one.least_ms else None,
    "link": lambda one: replace(one, link={**one.link, "unreadable": 10_000}) if one.link else None,
}


def mutants(expected: Expected) -> Iterator[tuple[str, Expected]]:
    for what, mutate in MUTATIONS.items():
        mutant = mutate(expected)
        if mutant is not None:
            yield what, mutant


@pytest.mark.parametrize("name", NAMES)
def test_each_expectation_can_fail(name: str) -> None:
    run = played(name)
    before = {verdict.name: verdict for verdict in judge(scenario(name).expected, run)}
    for what, mutant in mutants(scenario(name).expected):
        failed = [verdict for verdict in judge(mutant, run) if not verdict.passed]
        assert len(failed) == 1, (what, failed)
        assert failed[0].expected != before.get(failed[0].name, failed[0]).found, what


def test_every_expectation_is_made_and_mutated_somewhere() -> None:
    mutated = {what for name in NAMES for what, _ in mutants(scenario(name).expected)}
    assert mutated == {one.name for one in fields(Expected)}


@pytest.mark.parametrize("name", NAMES)
def test_a_run_is_done_again_byte_for_byte_from_what_was_recorded(name: str) -> None:
    run = played(name)
    lines = [encode(one) for one in (head_of(run.scenario.machine, "1", "abc"), *run.events)]
    assert first_difference(run.lines, replay(run_of(lines), run.lines)) == ""


def test_a_scenario_played_twice_is_the_same_run() -> None:
    for name in ("22-noise", "25-replay-old", "17-sensor-noisy"):
        again = play(scenario(name))
        assert (again.lines, again.events, again.link) == (played(name).lines, played(name).events, played(name).link)


def test_the_controllers_own_check_takes_every_packed_pouch_but_those_with_the_picture_of_another() -> None:
    doubted = {name: found for name in NAMES if (found := doubts(played(name)))}
    assert doubted == {"19-inspection-off-by-one": [2, 3, 4], "19-inspection-reversed": [2, 3]}


def doubts(run: Played) -> list[int]:
    """Return the pouches that the machine calls packed, and its own journal belies."""
    stored = (order_of(document) for document in orders_sent(run))
    ordered = {(order.number, pouch.number): pouch for order in stored for pouch in order.pouches}
    found: list[int] = []
    films: dict[tuple[int, int], list[JournalEntry]] = {}
    for entry in (entry_of(json.dumps(one)) for one in run.entries):
        pair = entry.order_number, entry.pouch
        if entry.kind == "PouchStarted":
            films[pair] = []
        films.setdefault(pair, []).append(entry)
        is_packed = entry.kind == "PouchClosed" and entry.fields["outcome"] == "packed"
        if is_packed and check_pouch(ordered[pair], films[pair]):
            found.append(entry.pouch)
    return found


def orders_sent(run: Played) -> Iterator[str]:
    for event in run.events:
        arguments = event.get("args")
        if event.get("call") == "store" and isinstance(arguments, Sequence):
            yield str(arguments[0])
