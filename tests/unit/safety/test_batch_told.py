"""What is told of a batch that breaks a rule, word by word and in order."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from dispenser.core.ids import CitizenId, RollId
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan
from dispenser.core.presence import Absence, Noted, Presence
from dispenser.core.product import Catalogue
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import SlotTable
from dispenser.core.stock import PouchLimits
from safety.batch_checks import check_batch
from tests.support.medicine import (
    CITIZEN,
    EVENING,
    LIMITS,
    MONDAY,
    SLOTS,
    batch,
    catalogue,
    daily,
    dose,
    ordination,
    plan,
    product,
    roll,
    start_of,
)
from tests.support.told import told

TWO_DAYS = Period(MONDAY, MONDAY + timedelta(days=1))
PLAN = plan(
    ordination(daily(dose("1"), dose("0.5", EVENING)), "A"),
    ordination(daily(dose("2")), "B", instruction="Synkes hele"),
)
ROLL = roll(PLAN, TWO_DAYS)
DOSES = [
    f"ordination=ordination-{line} product={line} date=2026-11-{day} slot={slot}"
    for day in (23, 24)
    for line, slot in (("A", "morning"), ("B", "morning"), ("A", "evening"))
]
"""Everything that the roll holds, in its order."""


def problems(
    *rolls: Roll,
    plans: Iterable[MedicationPlan] = (PLAN,),
    neighbours: tuple[Roll, ...] = (),
    limits: PouchLimits | None = LIMITS,
    products: Catalogue | None = None,
    slots: SlotTable = SLOTS,
    noted: Mapping[CitizenId, Noted] | None = None,
    since: Moment | None = None,
) -> list[str]:
    of = {one.citizen_id: one for one in plans}
    made = batch(*rolls, period=TWO_DAYS)
    return told(check_batch(made, of, products or catalogue(), slots, neighbours, limits, noted or {}, since))


def overlapping(roll_id: str, other: str, doses: Iterable[str] = DOSES) -> list[str]:
    return [f"DOSE-0210 {roll_id} {dose_} other={other}" for dose_ in doses]


def test_what_packing_made_passes() -> None:
    assert problems(ROLL) == []


def test_a_roll_name_used_twice() -> None:
    assert problems(ROLL, ROLL) == ["DOSE-0220 0000010001", *overlapping("0000010001", "0000010001")]


def test_two_rolls_of_the_same_days() -> None:
    again = replace(ROLL, roll_id=RollId("0000010002"))
    assert problems(ROLL, again) == overlapping("0000010002", "0000010001")


def test_a_roll_of_nobody_does_not_hide_the_next() -> None:
    nobodys = replace(ROLL, roll_id=RollId("x"), citizen_id=CitizenId("nobody"))
    stale = replace(ROLL, plan_revision=2)
    assert problems(nobodys, stale) == ["DOSE-0206 x", "DOSE-0209 0000010001 roll=2 plan=1"]


def test_doses_without_a_roll() -> None:
    assert problems() == ["DOSE-0208 citizen-1 doses=6"]
    assert problems(roll(PLAN, Period(MONDAY, MONDAY))) == ["DOSE-0208 citizen-1 doses=3"]
    assert problems(roll(PLAN, Period(TWO_DAYS.last, TWO_DAYS.last))) == ["DOSE-0208 citizen-1 doses=3"]
    names = ("b", "a")
    assert problems(plans=[replace(PLAN, citizen_id=CitizenId(name)) for name in names]) == [
        "DOSE-0208 a doses=6",
        "DOSE-0208 b doses=6",
    ]
    other = replace(PLAN, citizen_id=CitizenId("b"))
    assert problems(ROLL, plans=(PLAN, other)) == ["DOSE-0208 b doses=6"]
    over = plan(ordination(daily(dose("1")), last=MONDAY - timedelta(days=1)))
    assert problems(plans=(replace(over, citizen_id=CitizenId("a")), other)) == ["DOSE-0208 b doses=6"]


def test_an_absence_excuses_a_missing_roll() -> None:
    for first, lines in ((MONDAY, []), (TWO_DAYS.last, ["DOSE-0208 citizen-1 doses=3"])):
        assert problems(noted={CITIZEN: Noted((Absence(Presence.HOLD, first),))}) == lines


def test_what_cannot_be_followed_is_told_beside_what_is_missing() -> None:
    vague = ordination(daily(dose("1", as_needed=True)), "C")
    both = replace(PLAN, ordinations=(vague, *PLAN.ordinations))
    assert problems(plans=(both,)) == [
        "DOSE-0205 citizen-1 ordination=ordination-C why=as needed",
        "DOSE-0208 citizen-1 doses=6",
    ]
    assert problems(ROLL, plans=(both,)) == ["DOSE-0205 0000010001 ordination=ordination-C why=as needed"]


def test_history_is_not_asked_for() -> None:
    rest = replace(ROLL, pouches=tuple(replace(one, number=place) for place, one in enumerate(ROLL.pouches[2:], 1)))
    assert problems(rest, since=start_of(TWO_DAYS.last)) == []
    assert problems(since=start_of(TWO_DAYS.last)) == ["DOSE-0208 citizen-1 doses=3"]
    begun = Moment(TWO_DAYS.last, SLOTS.clock(EVENING))
    assert problems(replace(rest, pouches=(replace(rest.pouches[1], number=1),)), since=begun) == []
    # Of a day that is still to come everything is asked for, and a sound roll of it is sound.
    before = start_of(MONDAY - timedelta(days=1))
    assert problems(ROLL, since=before) == []
    assert problems(rest, since=before) == [
        *(f"DOSE-0201 0000010001 {dose_} expected={units} packed=0" for dose_, units in _monday("1", "1/2", "2")),
        "DOSE-0204 0000010001 ordination=ordination-A expected=3 packed=3/2",
        "DOSE-0204 0000010001 ordination=ordination-B expected=4 packed=2",
        "DOSE-0223 0000010001 ordination=ordination-A differences=2026-11-23: 1.5 -> 0",
        "DOSE-0223 0000010001 ordination=ordination-B differences=2026-11-23: 2 -> 0",
    ]


def test_nothing_is_packed_for_an_absence() -> None:
    away = {CITIZEN: Noted((Absence(Presence.HOLD, MONDAY, MONDAY),))}
    rest = replace(ROLL, pouches=tuple(replace(one, number=place) for place, one in enumerate(ROLL.pouches[2:], 1)))
    assert problems(rest, noted=away) == []
    assert problems(ROLL, noted={CitizenId("other"): away[CITIZEN]}) == []
    extra = zip(DOSES[:3], ("1", "2", "1/2"), strict=True)
    assert problems(ROLL, noted=away) == [
        *(f"DOSE-0202 0000010001 {dose_} expected=0 packed={units}" for dose_, units in extra),
        "DOSE-0204 0000010001 ordination=ordination-A expected=3/2 packed=3",
        "DOSE-0204 0000010001 ordination=ordination-B expected=2 packed=4",
        "DOSE-0223 0000010001 ordination=ordination-A differences=2026-11-23: 0 -> 1.5",
        "DOSE-0223 0000010001 ordination=ordination-B differences=2026-11-23: 0 -> 2",
        *(f"DOSE-0234 0000010001 pouch={number} date=2026-11-23 why=hold" for number in (1, 2)),
    ]


def _monday(*units: str) -> list[tuple[str, str]]:
    """Monday's doses line by line, as the plan gives them."""
    return list(zip((DOSES[0], DOSES[2], DOSES[1]), units, strict=True))


def test_a_unit_too_large_says_why_there_is_no_roll() -> None:
    over = ordination(daily(dose("1")), "C", last=MONDAY - timedelta(days=1))
    mixed = replace(PLAN, ordinations=(*PLAN.ordinations, over))
    products = catalogue(product("A"), product("B", volume=1001), product("C", volume=3000))
    assert problems(plans=(mixed,), products=products, limits=PouchLimits(8, 1000)) == [
        "DOSE-0222 citizen-1 ordination=ordination-B product=Product B what=1001 mm3 > 1000 mm3",
        "DOSE-0208 citizen-1 doses=6",
    ]
    assert problems(plans=(mixed,), products=products, limits=None) == ["DOSE-0208 citizen-1 doses=6"]
    unknown = catalogue(product("A"))
    assert problems(plans=(mixed,), products=unknown, limits=PouchLimits(8, 1000)) == ["DOSE-0208 citizen-1 doses=6"]


def test_capacity_is_looked_at_where_it_is_known() -> None:
    assert problems(ROLL, limits=PouchLimits(2)) == [
        f"DOSE-0214 0000010001 pouch={number} what=3 > 2" for number in (1, 3)
    ]
    assert problems(ROLL, limits=None) == []


def test_other_versions_and_a_bad_slot_table() -> None:
    older = batch(ROLL, period=TWO_DAYS, version="older")
    slots = replace(SLOTS, version="newer", plain={1: SLOTS.plain[1]})
    assert told(check_batch(older, {CITIZEN: PLAN}, catalogue(), slots)) == [
        "DOSE-0219 000001 what=catalogue batch=older now=test-1",
        "DOSE-0219 000001 what=slots batch=default-1 now=newer",
        *(f"DOSE-0506 plain.{count} count={count}" for count in (2, 3, 4)),
    ]


def test_a_slot_without_a_time_is_told_beside_what_is_missing() -> None:
    timeless = replace(SLOTS, times={slot: at for slot, at in SLOTS.times.items() if slot is not EVENING})
    found = problems(slots=timeless)
    assert found[0] == "DOSE-0504 times.evening slot=evening"
    assert found[-1] == "DOSE-0208 citizen-1 doses=6"


def test_the_same_doses_in_a_roll_that_is_in_use() -> None:
    extra = [
        f"DOSE-0202 0000010001 {dose_} expected=0 packed={units}" for dose_, units in zip(DOSES, "12h12h", strict=True)
    ]
    assert problems(ROLL, neighbours=(replace(ROLL, roll_id=RollId("old")),)) == [
        *(line.replace("=h", "=1/2") for line in extra),
        "DOSE-0204 0000010001 ordination=ordination-A expected=0 packed=3",
        "DOSE-0204 0000010001 ordination=ordination-B expected=0 packed=4",
        "DOSE-0223 0000010001 ordination=A differences=2026-11-23: 1.5 -> 3; 2026-11-24: 1.5 -> 3",
        "DOSE-0223 0000010001 ordination=B differences=2026-11-23: 2 -> 4; 2026-11-24: 2 -> 4",
        *overlapping("0000010001", "old"),
    ]


def test_an_overlap_is_by_line_and_by_product_and_names_the_line_first() -> None:
    renewed = roll(plan(ordination(daily(dose("1")), "A", "renewed")), TWO_DAYS, name="old")
    other = roll(plan(ordination(daily(dose("1")), "F", "ordination-A")), TWO_DAYS, name="older")
    doubled = [DOSES[0], DOSES[3]]
    for beside, named in (((renewed,), "old"), ((other,), "older"), ((renewed, other), "older")):
        lines = [line for line in problems(ROLL, neighbours=beside) if line.startswith("DOSE-0210")]
        assert lines == overlapping("0000010001", named, doubled)


def test_the_first_of_several_neighbours_is_named() -> None:
    listed = tuple(replace(ROLL, roll_id=RollId(name)) for name in ("first", "second"))
    lines = [line for line in problems(ROLL, neighbours=listed) if line.startswith("DOSE-0210")]
    assert lines == overlapping("0000010001", "first")


def test_who_is_sound_is_not_mixed_up_with_who_is_not() -> None:
    other = replace(PLAN, citizen_id=CitizenId("other"))
    theirs = roll(other, TWO_DAYS, name="0000010002")
    old = replace(theirs, roll_id=RollId("old"))
    lines = problems(ROLL, theirs, plans=(PLAN, other), neighbours=(old,))
    assert lines[-6:] == overlapping("0000010002", "old")
    assert not any("0000010001" in line for line in lines)
