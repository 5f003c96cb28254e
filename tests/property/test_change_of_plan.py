"""Whatever changes, and however far the packing has come: what stays and what is packed anew is exactly the plan."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from dispenser.core.change import MadeRoll, changes
from dispenser.core.dosage import ClockTime, Slot
from dispenser.core.ids import OrdinationId
from dispenser.core.moment import Moment
from dispenser.core.packing import pack
from dispenser.core.plan import MedicationPlan
from dispenser.core.pouch import Pouch
from dispenser.core.presence import ABSENT, Absence, present
from dispenser.core.remainder import due, plan_of
from dispenser.core.roll import Period
from safety.verifier import expected_doses
from tests.support.medicine import LIMITS, MONDAY, SLOTS, plan, roll
from tests.support.strategies import PRODUCTS, ordinations, plans, windows

Taken = dict[tuple[str, date, Slot], Fraction]


@st.composite
def next_plans(draw: st.DrawFn, old: MedicationPlan) -> MedicationPlan:
    """What a plan may become: lines dropped, renewed, changed, added, or another plan altogether."""
    if draw(st.integers(0, 4)) == 0:
        return replace(draw(plans()), revision=old.revision + 1)
    lines = []
    for place, line in enumerate(old.ordinations):
        what = draw(st.sampled_from(["keep", "keep", "drop", "renew", "change", "other words"]))
        if what == "keep":
            lines.append(line)
        elif what == "renew":
            lines.append(replace(line, ordination_id=OrdinationId(f"renewed-{old.revision}-{place}")))
        elif what == "change":
            lines.append(replace(draw(ordinations("A", line.ordination_id)), product_id=line.product_id))
        elif what == "other words":
            lines.append(replace(line, instruction="Med måltid"))
    if draw(st.booleans()):
        lines.append(draw(ordinations(draw(st.sampled_from("ABCDEF")), f"added-{old.revision}")))
    return plan(*lines, revision=old.revision + 1)


moments = st.builds(
    Moment,
    st.integers(-31, 31).map(lambda days: MONDAY + timedelta(days=days)),
    st.builds(ClockTime, st.integers(0, 23), st.integers(0, 59)),
)


@st.composite
def absences(draw: st.DrawFn) -> tuple[Absence, ...]:
    found = []
    for _ in range(draw(st.integers(0, 2))):
        first = MONDAY + timedelta(days=draw(st.integers(-31, 31)))
        length = draw(st.none() | st.integers(0, 9))
        last = None if length is None else first + timedelta(days=length)
        found.append(Absence(draw(st.sampled_from(sorted(ABSENT, key=str))), first, last))
    return tuple(found)


def wanted(of: MedicationPlan, window: Period, since: Moment, away: tuple[Absence, ...]) -> Taken:
    """What the plan says, by the other expansion."""
    found: Counter[tuple[str, date, Slot]] = Counter()
    for line in of.ordinations:
        for (day, slot), units in expected_doses(line, window, SLOTS).items():
            at_home = not any(one.first <= day and (one.last is None or day <= one.last) for one in away)
            if at_home and (day, SLOTS.clock(slot)) >= (since.day, since.at):
                found[line.product_id, day, slot] += units
    return dict(found)


def held(pouches: list[Pouch], since: Moment) -> Taken:
    found: dict[tuple[str, date, Slot], Fraction] = {}
    for pouch in pouches:
        for content in pouch.contents:
            key = (content.product_id, pouch.date, pouch.slot)
            if (pouch.date, SLOTS.clock(pouch.slot)) >= (since.day, since.at):
                found[key] = found.get(key, Fraction(0)) + Fraction(content.quarters, 4)
    return found


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_what_stays_and_what_is_packed_anew_is_exactly_the_plan(data: st.DataObject) -> None:
    current = data.draw(plans())
    window = data.draw(windows(shortest=2))
    whole = pack(roll(current, window, PRODUCTS).roll_id, current.citizen_id, current, window, PRODUCTS, SLOTS, LIMITS)
    made = [MadeRoll(whole, frozenset(one.number for one in whole.pouches[: data.draw(st.integers(0, 60))]))]
    since = data.draw(moments)
    for step in range(1, 4):
        current = data.draw(next_plans(current))
        away = data.draw(absences())
        since = max(since, data.draw(moments))
        found = changes(made, current, SLOTS, since, away)
        made = [stopped(one, [change.end for change in found], found) for one in made]
        missing = [dose for change in found for dose in change.missing]
        rest = plan_of(current, missing)
        answer = pack(f"{step:010d}", current.citizen_id, rest, window, PRODUCTS, SLOTS, LIMITS)
        assert due(rest, window, SLOTS) == tuple(sorted_like(missing, rest))
        pouches = [pouch for one in made for pouch in one.live().pouches] + list(answer.pouches)
        assert held(pouches, since) == wanted(current, window, since, away)
        if answer.pouches:
            packed = answer.pouches[: data.draw(st.integers(0, 60))]
            made.append(MadeRoll(answer, frozenset(pouch.number for pouch in packed)))
        # Asked again, nothing is left to do.
        for change in changes(made, current, SLOTS, since, away):
            assert (change.end, change.discard, change.missing) == ((), (), ())


def stopped(one: MadeRoll, ends: list[tuple[str, ...]], found: tuple[object, ...]) -> MadeRoll:
    """The roll after the answer: what is to be discarded is gone, and an ended roll gets no more pouches."""
    gone = {
        discard.pouch.number for change in found for discard in change.discard if discard.roll_id == one.roll.roll_id
    }
    ended = one.ended or any(one.roll.roll_id in end for end in ends)
    return MadeRoll(one.roll, one.packed - gone, ended)


def sorted_like(missing: list, rest: MedicationPlan) -> list:
    order = [line.ordination_id for line in rest.ordinations]
    return sorted(missing, key=lambda dose: (order.index(dose.ordination_id), dose.date, SLOTS.order(dose.slot)))


@settings(max_examples=100, deadline=None)
@given(plans(), windows(), absences(), absences())
def test_an_absence_only_takes_doses_away(
    of: MedicationPlan, window: Period, away: tuple[Absence, ...], more: tuple[Absence, ...]
) -> None:
    everything = due(of, window, SLOTS)
    some = due(of, window, SLOTS, away)
    fewer = due(of, window, SLOTS, away + more)
    assert [dose for dose in everything if dose in set(some)] == list(some)
    assert set(fewer) <= set(some)
    assert fewer == present(present(everything, away), more)
    assert all(not one.covers(dose.date) for dose in fewer for one in away + more)
