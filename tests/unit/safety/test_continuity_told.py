"""What is told of a batch that does not go on where the pouches before it end, word by word."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dispenser.core.ids import CitizenId, ProductId
from dispenser.core.moment import Moment
from dispenser.core.plan import MedicationPlan, Ordination
from dispenser.core.presence import Absence, Noted, Presence
from dispenser.core.product import Catalogue
from dispenser.core.roll import Period, Roll
from safety.continuity_checks import Known, by_citizen, check_continuity
from safety.outstanding import NOTHING_NOTED
from tests.support.medicine import (
    CITIZEN,
    EVENING,
    FORTNIGHT,
    MONDAY,
    NOON,
    SLOTS,
    batch,
    catalogue,
    clock,
    daily,
    day,
    dosage,
    dose,
    ordination,
    plan,
    product,
    roll,
    start_of,
    structure,
)
from tests.support.told import told


def on(number: int) -> date:
    return MONDAY + timedelta(days=number - 1)


A = ordination(daily(dose("1")), "A")
B = ordination(daily(dose("1", EVENING)), "B")
BOTH = plan(A, B)
NEXT = Period(on(15), on(28))


def problems(
    *rolls: Roll,
    of: MedicationPlan = BOTH,
    before: tuple[Roll, ...] = (),
    period: Period = NEXT,
    noted: Noted | None = None,
    since: Moment | None = None,
    products: Catalogue | None = None,
) -> list[str]:
    notes = {CITIZEN: noted} if noted else {}
    known = Known(products or catalogue(), SLOTS, by_citizen(before), notes, since)
    return told(check_continuity(batch(*rolls, period=period), {CITIZEN: of}, known))


def following(of: MedicationPlan = BOTH, products: Catalogue | None = None) -> Roll:
    return roll(of, NEXT, products, name="0000020001")


def until(last: int, supplied: int | None = None) -> Roll:
    """Pouches of the days 1 to `last`, in a roll that was to hold all until `supplied`."""
    made = roll(BOTH, Period(on(1), on(last)))
    return replace(made, period=Period(on(1), on(supplied or last)))


def behind(first: int, last: int) -> str:
    return f"DOSE-0231 citizen-1 days={last - first + 1} first={on(first)} last={on(last)}"


def ahead(first: int, last: int) -> str:
    return f"DOSE-0230 citizen-1 days={last - first + 1} first={on(first)} last={on(last)}"


@pytest.mark.parametrize(
    ("before", "today", "lines"),
    [
        (until(14), 11, []),
        (until(11), None, [ahead(12, 14)]),
        (until(11), 10, [ahead(12, 14)]),
        (until(11), 12, [ahead(12, 14)]),
        (until(11), 13, [behind(12, 12), ahead(13, 14)]),
        (until(11), 15, [behind(12, 14)]),
        # Days that a roll was to hold: without pouches they are a gap from tomorrow on.
        (until(11, 14), 12, [ahead(13, 14)]),
        (until(11, 14), 13, [ahead(14, 14)]),
        (until(11, 14), 14, []),
        (until(11, 14), None, []),
        (replace(until(11), pouches=()), 12, []),
        (roll(BOTH, Period(on(15), on(16))), 12, []),
    ],
)
def test_gaps(before: Roll, today: int | None, lines: list[str]) -> None:
    since = None if today is None else start_of(on(today))
    found = problems(before=(before,), since=since)
    assert [line for line in found if not line.startswith("DOSE-0233")] == lines


def test_days_without_doses_are_no_gap() -> None:
    held = Noted((Absence(Presence.HOLD, on(12), on(13)),))
    assert problems(before=(until(11),), noted=held, since=start_of(on(5))) == [ahead(14, 14)]
    paused = plan(ordination(dosage(structure(day(1, dose("1")), interval=7, start=on(1))), "A"))
    packed = roll(paused, Period(on(1), on(6)))
    assert problems(before=(packed,), of=paused) == [ahead(8, 8)]


def test_the_gaps_of_each_citizen() -> None:
    other = CitizenId("a-citizen")
    rolls = (until(13), replace(until(12), citizen_id=other), replace(until(11), citizen_id=CitizenId("nobody")))
    known = Known(catalogue(), SLOTS, by_citizen(rolls), {})
    plans = {CITIZEN: BOTH, other: replace(BOTH, citizen_id=other)}
    assert told(check_continuity(batch(period=NEXT), plans, known)) == [
        ahead(13, 14).replace("citizen-1", "a-citizen"),
        ahead(14, 14),
    ]


def test_what_is_still_in_use_and_nobody_takes() -> None:
    stopped = plan(A)
    long = roll(BOTH, Period(on(1), on(16)))
    assert problems(of=stopped, before=(long,)) == [
        f"DOSE-0233 citizen-1 units=1 product=B date={on(number)} slot=evening" for number in (15, 16)
    ]
    since = Moment(on(15), clock("18:01"))
    assert problems(of=stopped, before=(long,), since=since) == [
        f"DOSE-0233 citizen-1 units=1 product=B date={on(16)} slot=evening"
    ]
    assert problems(of=plan(), before=(roll(BOTH, Period(on(15), on(15))),)) == [
        f"DOSE-0233 citizen-1 units=1 product={name} date={on(15)} slot={slot}"
        for name, slot in (("A", "morning"), ("B", "evening"))
    ]


def test_pouches_in_an_absence() -> None:
    away = Noted((Absence(Presence.HOLD, on(1), on(3)), Absence(Presence.DEAD, on(28))))
    assert problems(following(), noted=away) == [
        f"DOSE-0234 0000020001 pouch={number} date={on(28)} why=dead" for number in (27, 28)
    ]


def alternate(start: int, name: str = "A") -> Ordination:
    return ordination(dosage(structure(day(1, dose("1")), interval=2, start=on(start))), "A", name)


OLD, NEW = plan(alternate(1)), plan(alternate(16), revision=2)
SHIFTED = f"interval=2 last_packed={on(13)} expected={on(15)} planned={on(16)}"


def test_a_cycle_in_another_phase() -> None:
    before = (roll(OLD),)
    assert problems(following(NEW), of=NEW, before=before) == [f"DOSE-0232 0000020001 product=A 5 mg {SHIFTED}"]
    unknown = catalogue(product("B"))
    assert problems(following(NEW), of=NEW, before=before, products=unknown) == [
        f"DOSE-0232 0000020001 product=A {SHIFTED}"
    ]
    assert problems(following(OLD), of=OLD, before=before) == []
    confirmed = Noted(phases=frozenset({(ProductId("A"), on(16))}))
    assert problems(following(NEW), of=NEW, before=before, noted=confirmed) == []


def test_a_confirmed_cycle_hides_no_other() -> None:
    def weekly(start: int) -> Ordination:
        return ordination(dosage(structure(day(1, dose("1")), interval=7, start=on(start))), "C")

    old, new = plan(alternate(1), weekly(1)), plan(alternate(16), weekly(17), revision=2)
    confirmed = Noted(phases=frozenset({(ProductId("A"), on(16))}))
    assert problems(following(new), of=new, before=(roll(old),), noted=confirmed) == [
        f"DOSE-0232 0000020001 product=C 5 mg interval=7 last_packed={on(8)} expected={on(15)} planned={on(17)}"
    ]


def test_cycles_of_a_product_with_two_lines_are_not_told_apart() -> None:
    two = plan(alternate(16), ordination(daily(dose("1", NOON)), "A", "other"), revision=2)
    assert problems(following(two), of=two, before=(roll(OLD),)) == []


def test_only_the_last_unbroken_days_say_the_phase() -> None:
    away = Noted((Absence(Presence.ADMITTED, on(9), on(14)),))
    before = (roll(OLD, Period(on(1), on(8))),)
    assert problems(following(NEW), of=NEW, before=before, noted=away) == [
        f"DOSE-0232 0000020001 product=A 5 mg interval=2 last_packed={on(7)} expected={on(15)} planned={on(16)}"
    ]
    # Before the gap the cycle fell otherwise: that was another dosage, and says nothing.
    broken = (roll(plan(alternate(2)), Period(on(1), on(6))), roll(OLD, Period(on(9), on(14)), name="0000010002"))
    found = problems(following(NEW), of=NEW, before=broken, since=start_of(on(14)))
    assert [line for line in found if line.startswith("DOSE-0232")] == [
        f"DOSE-0232 0000020001 product=A 5 mg {SHIFTED}"
    ]
    everywhere = Noted((Absence(Presence.ADMITTED, on(1), on(14)),))
    assert problems(following(NEW), of=NEW, before=(roll(OLD),), noted=everywhere) == []
    later = (roll(OLD, Period(on(15), on(28)), name="later"),)
    found = problems(following(NEW), of=NEW, before=later)
    assert not any(line.startswith("DOSE-0232") for line in found)


def brands() -> Catalogue:
    listed = (("A", "hvid, rund"), ("D", "gul, oval"), ("E", "lyserød"))
    made = [
        replace(product(name), substitution_group="0042", appearance=looks, appearance_invented=name == "E")
        for name, looks in listed
    ]
    return catalogue(*made, product("B"), product("C"))


def with_brand(name: str) -> MedicationPlan:
    return plan(replace(A, product_id=ProductId(name)), B, revision=2)


@pytest.mark.parametrize(
    ("before", "after", "told_so"),
    [
        ("A", "A", None),
        ("A", "D", "before=A 5 mg before_looks=hvid, rund after=D 5 mg after_looks=gul, oval"),
        ("A", "E", "before=A 5 mg before_looks=hvid, rund after=E 5 mg after_looks=?"),
        ("E", "A", "before=E 5 mg before_looks=? after=A 5 mg after_looks=hvid, rund"),
        ("A", "C", None),
        ("C", "A", None),
    ],
)
def test_another_brand(before: str, after: str, told_so: str | None) -> None:
    old, new = with_brand(before), with_brand(after)
    expected = [] if told_so is None else [f"DOSE-0235 0000020001 {told_so} since={on(15)}"]
    rolls = following(new, brands()), roll(old, products=brands())
    assert problems(rolls[0], of=new, before=rolls[1:], products=brands()) == expected


def test_what_was_packed_last_is_what_looks_different_now() -> None:
    before = (
        roll(with_brand("A"), Period(on(1), on(7)), brands()),
        roll(with_brand("E"), Period(on(8), on(14)), brands(), name="0000010002"),
    )
    (line,) = problems(following(with_brand("D"), brands()), of=with_brand("D"), before=before, products=brands())
    assert line.startswith("DOSE-0235 0000020001 before=E 5 mg ")
    # A pouch of the same days or later was packed beside this one, and not before it.
    beside = (roll(with_brand("A"), Period(on(15), on(16)), brands(), name="old"),)
    found = problems(following(with_brand("D"), brands()), of=with_brand("D"), before=beside, products=brands())
    assert not any(line.startswith("DOSE-0235") for line in found)


def test_one_brand_and_back_again() -> None:
    back = plan(A, revision=3)
    before = (
        roll(plan(A), Period(on(1), on(4)), brands()),
        roll(plan(replace(A, product_id=ProductId("D"))), Period(on(5), on(9)), brands(), name="0000010002"),
    )
    rest = roll(back, Period(on(10), on(14)), brands(), name="0000020001")
    changed = "before=D 5 mg before_looks=gul, oval after=A 5 mg after_looks=hvid, rund"
    found = problems(rest, of=back, before=before, period=FORTNIGHT, since=start_of(on(10)), products=brands())
    assert found == [
        f"DOSE-0235 0000020001 {changed} since={on(10)}",
        "DOSE-0236 0000020001 ordination=ordination-A products=A, D, A",
    ]


def test_one_brand_and_back_again_in_one_roll() -> None:
    made = following(plan(A), brands())
    contents = made.pouches[0].contents
    mixed = tuple(
        replace(pouch, contents=(replace(contents[0], product_id=ProductId(name)),)) if name else pouch
        for pouch, name in zip(made.pouches, ["A", "D", "A", *([""] * 11)], strict=True)
    )
    before = (roll(plan(A), products=brands()),)
    assert problems(replace(made, pouches=mixed), of=plan(A), before=before, products=brands()) == [
        "DOSE-0236 0000020001 ordination=ordination-A products=A, D, A"
    ]
    once = (mixed[0], *(replace(pouch, contents=mixed[1].contents) for pouch in mixed[1:]))
    assert problems(replace(made, pouches=once), of=plan(A), before=before, products=brands()) == []


def test_what_is_known_of_a_citizen() -> None:
    other = CitizenId("other")
    rolls = (until(2), replace(until(1), citizen_id=other), roll(BOTH, Period(on(5), on(5))))
    noted = Noted((Absence(Presence.HOLD, on(1)),))
    known = Known(catalogue(), SLOTS, by_citizen(rolls), {other: noted})
    assert by_citizen(rolls) == {CITIZEN: (rolls[0], rolls[2]), other: (rolls[1],)}
    assert (known.of(other), known.of(CITIZEN)) == (noted, NOTHING_NOTED)
    assert known.rolls_of(CITIZEN) == (rolls[0], rolls[2])
    assert known.rolls_of(CitizenId("nobody")) == ()
    assert known.dates_of(CITIZEN) == {on(1), on(2), on(5)}
    assert known.dates_of(CITIZEN) is known.dates_of(CITIZEN)
    assert known.dates_of(other) == {on(1)}
    inside = [known.has_pouches_in(CITIZEN, Period(on(first), on(last))) for first, last in ((2, 4), (3, 4), (3, 5))]
    assert inside == [True, False, True]
    assert known == replace(known)


def test_what_a_citizen_is_owed_is_less_what_is_in_use() -> None:
    known = Known(catalogue(), SLOTS, by_citizen((until(1),)), {}, start_of(on(1)))
    assert sorted(at.day for _, _, at, _ in known.owed(BOTH, Period(on(1), on(2))).doses) == [24, 24]
    later = replace(known, since=start_of(on(3)))
    assert later.owed(BOTH, Period(on(1), on(2))).doses == {}
    away = replace(known, noted={CITIZEN: Noted((Absence(Presence.HOLD, on(2)),))})
    assert away.owed(BOTH, Period(on(1), on(2))).doses == {}
