"""Whatever the seed and the moment, a fault does what the table of faults says, and never a wrong pouch unseen."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hal.journal import JournalEntry, entry_of
from hal.orders import order_of
from safety.pouch_checks import check_pouch
from simulator.injectable import FAULTS
from simulator.scenario import Expected, OrderPlan, PickPlan, Scenario, Step, Words
from simulator.scenario_play import Played, play
from simulator.scenario_reader import BAYS
from simulator.spec import MachineSpec

from .fault_rules import ANY, RULES, STATE_OF_ALARM, Rule

SEEDS = st.integers(0, 2**32 - 1)
FEW = settings(max_examples=3)
PACKS = {"Execute", "Holding", "Suspending", "Stopping", "Completing"}
"""States in which a tablet may fall: a pouch that was begun is brought to its end."""
BLIND = Step("inject", {"fault": "inspection_miss", "with": {"for_pouches": 0}})


def order(pouches: int, units: int, name: str = "roll", number: int = 1) -> OrderPlan:
    odd, even = (tuple(one for one in range(1, pouches + 1) if one % 2 == rest) for rest in (1, 0))
    picks = (
        PickPlan(bay=1, units=units),
        PickPlan(bay=2, units=1),
        PickPlan(product="28100000011", quarters=2, only=odd),
        PickPlan(product="28100000012", quarters=4, only=even),
    )
    return OrderPlan(name, number, pouches, picks, lines=("Kl. 8",))


def run(steps: Sequence[Step], orders: tuple[OrderPlan, ...], seed: int, wire: str = "none") -> Played:
    nothing = Words("", "")
    machine = MachineSpec("machine-1", BAYS, seed=seed)
    played = play(
        Scenario("rule", nothing, nothing, (), machine, wire, orders, tuple(steps), Expected(), 3_600_000, "")
    )
    assert played.trouble == ()
    return played


def inject(name: str, values: Mapping[str, object]) -> Step:
    return Step("inject", {"fault": name, "with": dict(values)})


def closed(pouch: int) -> Step:
    return Step("wait", {"kind": "PouchClosed", "pouch": pouch})


def entries_of(played: Played) -> list[JournalEntry]:
    return [entry_of(json.dumps(one)) for one in played.entries]


# -- What holds of every run -------------------------------------------------------------------------------------


def holds_always(played: Played) -> None:
    entries = entries_of(played)
    for one, other in pairwise(entries):
        assert other.seq == (one.seq + 1 if one.boot_id == other.boot_id else 1)
    films = [truth["film"] for truth in played.truth]
    assert films == list(range(1, len(films) + 1)), "a film has one truth, and none is fed twice"
    closings = [one for one in entries if one.kind == "PouchClosed"]
    started = [one for one in entries if one.kind == "PouchStarted"]
    assert len(closings) == len(started) == len(films)
    assert [one.fields["outcome"] for one in closings] == [truth["outcome"] for truth in played.truth]
    packed = Counter((one.order_number, one.pouch) for one in closings if one.fields["outcome"] == "packed")
    assert all(times == 1 for times in packed.values()), "packed twice"
    by_order: dict[int, list[int]] = {}
    for number, pouch in packed:
        by_order.setdefault(number, []).append(pouch)
    assert all(pouches == list(range(1, len(pouches) + 1)) for pouches in by_order.values()), "a pouch was left out"
    for film in films_of(entries):
        if film[-1].fields["outcome"] == "packed":
            assert_evidence(film)
    assert_stock(played.lines)
    assert_states(entries)


def films_of(entries: Sequence[JournalEntry]) -> Iterator[list[JournalEntry]]:
    film: list[JournalEntry] = []
    for entry in entries:
        if entry.kind == "PouchStarted":
            film = []
        if entry.pouch >= 0:
            film.append(entry)
        if entry.kind == "PouchClosed":
            yield film


def assert_evidence(film: Sequence[JournalEntry]) -> None:
    drops = [entry.fields for entry in film if entry.kind == "Dropped"]
    assert len(drops) == 3
    assert all(drop["counted"] == drop["commanded"] for drop in drops), "packed with a miscount"
    (sealed,) = (entry.fields for entry in film if entry.kind == "Sealed")
    assert int(sealed["temperature_dc"]) >= 1_300, "packed with a cold seal"
    (seen,) = (entry.fields for entry in film if entry.kind == "Inspected")
    assert seen["result"] == "pass"
    assert seen["read"], "packed with a print that nobody can read"


def assert_stock(lines: Sequence[str]) -> None:
    """The count of a canister falls by what was counted, never by what was ordered; nothing falls from nowhere."""
    left: dict[tuple[int, str], tuple[int, int]] = {}
    for line in lines:
        document = json.loads(line)
        entry, place = document.get("entry", {}), document.get("left")
        if entry.get("kind") != "Dropped" or place is None:
            continue
        bay, units, really = place
        key = bay, entry["fields"]["fill"]
        before = left.get(key, (units + entry["fields"]["counted"], really))
        assert units in (max(0, before[0] - entry["fields"]["counted"]), 0)
        fell = [*document["fell"]["here"], *document["fell"].get("next", [])]
        assert really <= before[1]
        assert key not in left or sum(piece[1] for piece in fell) <= 4 * (before[1] - really)
        left[key] = units, really


def assert_states(entries: Sequence[JournalEntry]) -> None:
    state, standing = "Stopped", dict[str, str]()
    for entry in entries:
        fields = entry.fields
        if entry.kind == "PowerUp":
            state, standing = "Stopped", {}
        elif entry.kind == "StateChanged":
            assert fields["from"] == state
            state = str(fields["to"])
            assert not (state == "Execute" and standing), f"packs while {standing} stands"
        elif entry.kind == "AlarmRaised":
            standing[str(fields["code"])] = STATE_OF_ALARM[str(fields["code"])]
        elif entry.kind == "AlarmCleared":
            standing.pop(str(fields["code"]), None)
        elif entry.kind == "Dropped":
            assert state in PACKS, f"a tablet falls while the machine is {state}"
    for code in (str(entry.fields["code"]) for entry in entries if entry.kind == "AlarmRaised"):
        assert STATE_OF_ALARM[code] in [one.fields["to"] for one in entries if one.kind == "StateChanged"]


def wrong(played: Played) -> list[Mapping[str, Any]]:
    """Pouches that are called packed and hold, or say, something else than ordered."""
    return [
        truth
        for truth in played.truth
        if truth["outcome"] == "packed"
        and (
            truth["contents"] != played.ordered[truth["order"]][truth["pouch"]]
            or truth["symbol"] != f"roll-{truth['pouch']}"
        )
    ]


def believed(played: Played) -> list[tuple[int, object]]:
    """(pouch, film) that the controller takes as packed: up to the first that the machine's own journal belies."""
    stored = next(event for event in played.events if event.get("call") == "store")
    document = stored["args"][0] if isinstance(stored["args"], list | tuple) else ""
    ordered = {pouch.number: pouch for pouch in order_of(str(document)).pouches}
    taken: list[tuple[int, object]] = []
    for film in films_of(entries_of(played)):
        if film[-1].fields["outcome"] == "packed":
            if check_pouch(ordered[film[-1].pouch], film):
                break
            taken.append((film[-1].pouch, film[-1].fields["film"]))
    return taken


# -- Faults of the machine ---------------------------------------------------------------------------------------


def with_fault(rule: Rule, pouches: int, after: int, units: int, seed: int, *, blind: bool = False) -> Played:
    fault = inject(rule.name, rule.values)
    give = Step("give", {"order": "roll"})
    begin = [fault, give] if rule.first else [give, closed(after), fault]
    end = [Step("wait", {"state": "Held"}), Step("stop")] if rule.name == "refilled_wrong" and not blind else []
    return run([*([BLIND] if blind else []), *begin, *end], (order(pouches, units),), seed)


def test_every_fault_of_the_machine_has_a_rule() -> None:
    elsewhere = {name for name in FAULTS if name.startswith("clock_")}
    ruled = {rule.name for rule in RULES}
    assert ruled | elsewhere == {name for name, fault in FAULTS.items() if fault.where == "machine"}


@pytest.mark.parametrize("rule", RULES, ids=str)
@FEW
@given(seed=SEEDS, more=st.integers(0, 3), at=st.integers(0, 1), units=st.integers(1, 3))
def test_with_a_camera_that_sees_no_wrong_pouch_is_packed(
    rule: Rule, seed: int, more: int, at: int, units: int
) -> None:
    played = with_fault(rule, rule.pouches + more, 1 + at, units, seed)
    holds_always(played)
    assert wrong(played) == []
    reasons = [one["fields"]["reason"] for one in played.entries if one["kind"] == "PouchClosed"]
    void = [reason for reason in reasons if reason]
    assert rule.voids[0] <= len(void) <= rule.voids[1], void
    assert set(void) <= set(rule.why)
    alarms = [one["fields"]["code"] for one in played.entries if one["kind"] == "AlarmRaised"]
    assert set(alarms) <= set(rule.alarms)
    assert bool(alarms) or not rule.calls
    assert played.states == {1: "ended" if rule.whole else "interrupted"}
    packed = reasons.count("")
    assert (packed == rule.pouches + more) is rule.whole
    assert (len(believed(played)) < packed) is rule.doubted


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.name != "inspection_miss"], ids=str)
@FEW
@given(seed=SEEDS, more=st.integers(0, 3), at=st.integers(0, 1), units=st.integers(1, 3))
def test_with_a_camera_that_sees_nothing_only_what_is_said_slips(
    rule: Rule, seed: int, more: int, at: int, units: int
) -> None:
    played = with_fault(rule, rule.pouches + more, 1 + at, units, seed, blind=True)
    holds_always(played)
    assert rule.slips[0] <= len({one["pouch"] for one in wrong(played)}) <= rule.slips[1]
    assert rule.slips == (0, ANY) or not rule.slips[0] or any(one["faults"] for one in wrong(played))


@FEW
@given(seed=SEEDS, at=st.integers(1, 3), unseen=st.sampled_from(["double_unseen", "broken_unseen"]))
def test_the_picture_of_another_pouch_makes_no_wrong_pouch_good(seed: int, at: int, unseen: str) -> None:
    for name in ("inspection_off_by_one", "inspection_reversed"):
        steps = [Step("give", {"order": "roll"}), closed(at), inject(name, {}), inject(unseen, {"bay": 1})]
        played = run(steps, (order(6, 1),), seed)
        holds_always(played)
        assert not {one["pouch"] for one in wrong(played)} & {pouch for pouch, _ in believed(played)}


# -- Clock, power, wire ------------------------------------------------------------------------------------------


def apart_from_times(played: Played) -> list[dict[str, Any]]:
    return [{key: value for key, value in entry.items() if key != "at"} for entry in played.entries]


@pytest.mark.parametrize("name", [name for name in FAULTS if name.startswith("clock_")])
@FEW
@given(seed=SEEDS, at=st.integers(1, 3))
def test_a_wrong_clock_changes_nothing_but_times(name: str, seed: int, at: int) -> None:
    give = Step("give", {"order": "roll"})
    right = run([give, closed(at)], (order(4, 1),), seed)
    played = run([give, closed(at), inject(name, {})], (order(4, 1),), seed)
    holds_always(played)
    assert apart_from_times(played) == apart_from_times(right)
    assert played.truth == right.truth
    assert played.entries != right.entries


@pytest.mark.parametrize("step", FAULTS["power_cut"].choices["step"])
@FEW
@given(seed=SEEDS, at=st.integers(1, 3), lost=st.sampled_from(["power_cut", "order_table_lost", "order_table_older"]))
def test_a_pouch_that_the_power_leaves_is_void_and_never_made_again_unasked(
    step: str, seed: int, at: int, lost: str
) -> None:
    cut = inject("power_cut", {"step": step})
    if lost != "power_cut":
        cut = inject(lost, {})
    again = [Step("give", {"order": "roll"}), Step("give", {"order": "rest"})]
    steps = [Step("give", {"order": "roll"}), closed(at), cut, Step("restore_power"), *again]
    played = run(steps, (order(5, 1), order(3, 1, "rest", 2)), seed)
    holds_always(played)
    done = Counter((one["order"], one["outcome"]) for one in played.truth)
    assert done[1, "packed"] == at
    assert done[1, "void"] <= 1
    assert done[2, "packed"] == 3
    assert [code for code, _ in played.refusals][:1] in (["WRONG_STATE"], ["STALE_JOB"])
    assert played.boots == 2
    after = [one for one in played.entries if one["boot"].endswith("2")]
    assert after[0]["kind"] == "PowerUp"


WIRE = [name for name, fault in FAULTS.items() if fault.where == "wire"]


@pytest.mark.parametrize("name", WIRE)
@settings(max_examples=2)
@given(seed=SEEDS)
def test_whatever_the_line_does_the_machine_packs_what_it_would_have(name: str, seed: int) -> None:
    give, read = Step("give", {"order": "roll"}), Step("read_journal")
    ended = Step("wait", {"order": "roll", "is": "ended"})
    bad = inject(name, {})
    played = run(
        [bad, give, ended, Step("inject", {"fault": name, "over": True}), read], (order(4, 1),), seed, "serial"
    )
    holds_always(played)
    assert played.truth == run([give], (order(4, 1),), seed).truth
    assert played.link["missing"] == 0
    assert played.refusals == ()
