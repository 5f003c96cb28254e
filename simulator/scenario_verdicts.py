"""Holds what came of a scenario against what it expects: one verdict for each expectation, both sides told; pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from hal.wire.words import ALARM_RAISED, PACKED, POUCH_CLOSED, POUCH_STARTED, STATE_CHANGED, VOID
from simulator.scenario import Entry, Expected
from simulator.scenario_play import Played

Pair = tuple[int, int]
"""Order number and pouch number."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One expectation and what was found."""

    name: str
    expected: str
    found: str
    passed: bool


def judge(expected: Expected, played: Played) -> tuple[Verdict, ...]:
    """Return the verdicts on a run, the ones that every run must pass first."""
    return (*_always(played), *_states(expected, played), *_pouches(expected, played), *_journal(expected, played))


# -- What every run must pass ------------------------------------------------------------------------------------


def _always(played: Played) -> Iterator[Verdict]:
    yield _same("every step was done", "none failed", "; ".join(played.trouble) or "none failed")
    gaps = [
        f"{boot}: {one['seq']} after {other['seq']}"
        for boot, found in groupby(played.entries, key=lambda entry: entry["boot"])
        for other, one in pairwise(found)
        if one["seq"] != other["seq"] + 1
    ]
    yield _same("journal without a gap", "none", "; ".join(gaps) or "none")
    packed = Counter(_packed(played))
    twice = [_named(played, pair) for pair, count in packed.items() if count > 1]
    yield _same("packed twice", "none", ", ".join(twice) or "none")
    closed = Counter((e["order"], e["pouch"], e["fields"]["film"]) for e in _of(played, POUCH_CLOSED))
    open_ones = [
        f"film {entry['fields']['film']}"
        for entry in _of(played, POUCH_STARTED)
        if closed[entry["order"], entry["pouch"], entry["fields"]["film"]] != 1
    ]
    # A run may end with the power off; its last pouch is closed at the next power-up.
    allowed = 0 if played.ends_in else 1
    found = ", ".join(open_ones[: len(open_ones) - allowed]) or "none"
    yield _same("started and not closed once", "none", found)
    if played.unread is not None:
        yield _same("entries not read over the wire as written", "0", str(played.unread))


# -- States, alarms, refusals ------------------------------------------------------------------------------------


def _states(expected: Expected, played: Played) -> Iterator[Verdict]:
    passed = [entry["fields"]["to"] for entry in _of(played, STATE_CHANGED)]
    if expected.passes is not None:
        rest = iter(passed)
        is_so = all(state in rest for state in expected.passes)
        yield Verdict("states passed", _row(expected.passes), _row(passed), is_so)
    if expected.ends_in is not None:
        yield _same("state at the end", expected.ends_in, played.ends_in or "without power")
    if expected.boots is not None:
        yield _same("times powered up", str(expected.boots), str(played.boots))
    if expected.least_ms:
        lasted = played.elapsed_ms
        yield Verdict("lasts", f"at least {expected.least_ms} ms", f"{lasted} ms", lasted >= expected.least_ms)
    alarms = [entry["fields"]["code"] for entry in _of(played, ALARM_RAISED)]
    yield _same("alarms", _row(expected.alarms), _row(alarms))
    yield _same("refusals", _row(expected.refusals), _row([code for code, _ in played.refusals]))
    numbers = {plan.name: plan.number for plan in played.scenario.orders}
    for name, state in expected.orders.items():
        yield _same(f"order {name}", state, played.states.get(numbers[name], "unknown to the machine"))
    for name, count in expected.link.items():
        found = played.link.get(name, 0)
        wanted = f"at least {count}" if count else "0"
        yield Verdict(f"link: {name}", wanted, str(found), found >= count if count else found == 0)


# -- Pouches -----------------------------------------------------------------------------------------------------


def _pouches(expected: Expected, played: Played) -> Iterator[Verdict]:
    if expected.packed is not None:
        found = sorted(_named(played, pair) for pair in _packed(played))
        yield _same("reported as packed", _row(sorted(_names(expected.packed))), _row(found))
    if expected.void is not None:
        wanted = [f"{one.order} {one.pouch} ({one.reason})" for one in expected.void]
        names = [
            f"{_named(played, (entry['order'], entry['pouch']))} ({entry['fields']['reason']})"
            for entry in _of(played, POUCH_CLOSED)
            if entry["fields"]["outcome"] == VOID
        ]
        yield _same("reported as void", _row(wanted), _row(names))
    wrong = sorted({_named(played, (one["order"], one["pouch"])) for one in wrong_pouches(played)})
    yield _same("reported as packed and wrong in truth", _row(sorted(_names(expected.wrong))), _row(wrong))


def wrong_pouches(played: Played) -> list[Mapping[str, Any]]:
    """Return the truth of every pouch that was reported as packed and does not hold what was ordered."""
    symbols = {plan.number: plan.symbol or plan.name for plan in played.scenario.orders}
    return [
        one
        for one in played.truth
        if one["outcome"] == PACKED
        and (
            one["contents"] != played.ordered.get(one["order"], {}).get(one["pouch"])
            or one["symbol"] != f"{symbols.get(one['order'], '')}-{one['pouch']}"
        )
    ]


def _packed(played: Played) -> list[Pair]:
    return [
        (entry["order"], entry["pouch"]) for entry in _of(played, POUCH_CLOSED) if entry["fields"]["outcome"] == PACKED
    ]


def _named(played: Played, pair: Pair) -> str:
    for plan in played.scenario.orders:
        if plan.number == pair[0]:
            return f"{plan.name} {pair[1]}"
    return f"order {pair[0]} {pair[1]}"


def _names(pouches: Mapping[str, Sequence[int]]) -> Iterator[str]:
    for name, numbers in pouches.items():
        yield from (f"{name} {number}" for number in numbers)


# -- Journal -----------------------------------------------------------------------------------------------------


def _journal(expected: Expected, played: Played) -> Iterator[Verdict]:
    kinds = {str(entry["kind"]) for entry in played.entries}
    for kind in expected.kinds:
        yield _same(f"entry {kind}", "is there", "is there" if kind in kinds else "is not there")
    for kind in expected.never:
        yield _same(f"entry {kind}", "is not there", "is there" if kind in kinds else "is not there")
    for wanted in expected.entries:
        yield _entry(wanted, played)
    falls = [f"entry {other['seq']}" for one, other in _neighbours(played) if other["at"] < one["at"]]
    is_so = bool(falls) == expected.clock_falls
    shown = f"back at {falls[0]}" if falls else "only forward"
    yield Verdict("clock of the machine", "goes back" if expected.clock_falls else "only forward", shown, is_so)


def _neighbours(played: Played) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for one, other in pairwise(played.entries):
        if one["boot"] == other["boot"]:
            yield one, other


def _entry(wanted: Entry, played: Played) -> Verdict:
    of_kind = [e for e in _of(played, wanted.kind) if wanted.pouch in (0, e["pouch"])]
    about = f"{wanted.kind} of pouch {wanted.pouch}" if wanted.pouch else wanted.kind
    found = [{key: entry["fields"].get(key) for key in wanted.fields} for entry in of_kind]
    shown = "; ".join(dict.fromkeys(_fields(one) for one in found)) if found else "no such entry"
    return Verdict(f"entry {about}", _fields(wanted.fields), shown, dict(wanted.fields) in found)


def _fields(fields: Mapping[str, object]) -> str:
    return ", ".join(f"{key} {value}" for key, value in fields.items()) or "is there"


def _of(played: Played, kind: str) -> list[Mapping[str, Any]]:
    return [entry for entry in played.entries if entry["kind"] == kind]


def _same(name: str, expected: str, found: str) -> Verdict:
    return Verdict(name, expected, found, expected == found)


def _row(words: Sequence[str]) -> str:
    return ", ".join(words) or "none"
