"""Intakes that have gone wrong elsewhere, one test each: what shares a pouch, what is divided, what is told apart."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dispenser.core.citizen import Identity
from dispenser.core.dosage import Slot
from dispenser.core.expander import NotPackableError
from dispenser.core.ids import ProductId
from dispenser.core.packing import UNIT_TOO_LARGE
from dispenser.core.plan import Ordination
from dispenser.core.pouch import Pouch
from dispenser.core.product import Catalogue, Partable, Product
from dispenser.core.quantity import Quarters
from dispenser.core.roll import HEADER_NUMBER, Period, Roll
from dispenser.core.stock import PouchLimits
from dispenser.core.translate import CanisterPick, TrayPick, sources
from dispenser.core.volume import Dimensions, Shape, pouch_volume_mm3
from labels.content import LabelSite, pouch_label
from pharmacy_sync.catalogue.price_list import import_price_list
from safety import batch_codes, plan_codes
from safety.findings import Code
from safety.plan_checks import check_plan, judge
from safety.roll_checks import check_roll
from tests.support.medicine import (
    EVENING,
    FORTNIGHT,
    LIMITS,
    MONDAY,
    MORNING,
    SLOTS,
    catalogue,
    clock,
    daily,
    dose,
    ordination,
    plan,
    product,
    roll,
    stock,
)

ONE_DAY = Period(MONDAY, MONDAY)
LARGE_CAPSULE = Dimensions(Shape.CAPSULE, 23_500, 8_550, 8_550)
"""A hard capsule of size 00."""
COLUMNS = "drugid,name,form_text,form_code,strength_text,atc,route,subst_group,dose_dispensing"


def line(what: str, amount: str, slot: Slot = MORNING, name: str = "") -> Ordination:
    return ordination(daily(dose(amount, slot)), what, name)


def packed(*lines: Ordination, products: Catalogue | None = None, limits: PouchLimits = LIMITS) -> Roll:
    return roll(plan(*lines), ONE_DAY, products, limits=limits)


def only(made: Roll) -> Pouch:
    (pouch,) = made.pouches
    return pouch


def picks(made: Roll, products: Catalogue | None = None) -> tuple[CanisterPick | TrayPick, ...]:
    """What the machine is told for the only pouch; A, B and C have a canister."""
    (pouch,) = sources(made, [1], stock(), products or catalogue())
    return pouch.picks


def codes(line: Ordination, *products: Product) -> set[Code]:
    return {finding.code for finding in judge(line, catalogue(*products), SLOTS)}


def printed(made: Roll, products: Catalogue) -> tuple[str, ...]:
    """The lines of the only pouch's label that name a medicine."""
    site = LabelSite("Testapoteket", "70 10 20 30", "05790000000012")
    identity = Identity("Åse Testborger", "0102031234", date(1903, 2, 1))
    label = pouch_label(site, identity, made, only(made), products, SLOTS, MONDAY, 1)
    return tuple(text for text in label.lines if "tablet" in text or "kaps" in text)


def priced(*rows: dict[str, str]) -> Catalogue:
    """A catalogue read from a price list with these products, numbered from 1."""
    usual = {"form_text": "tabletter", "form_code": "TAB", "route": "OR", "subst_group": "", "dose_dispensing": "D"}
    full = [{"drugid": f"{number:011d}"} | usual | row for number, row in enumerate(rows, start=1)]
    text = "\n".join([COLUMNS, *(",".join(f'"{row[name]}"' for name in COLUMNS.split(",")) for row in full)])
    made = import_price_list(text)
    assert not made.refused
    return made.catalogue


def short_names(products: Catalogue) -> list[str]:
    return [products.products[product_id].short_name for product_id in sorted(products.products)]


def test_six_large_capsules_overflow_into_a_second_pouch() -> None:
    """A pouch for 25 tablets, but of 12 cm3: five capsules of size 00 are all it holds."""
    volume = pouch_volume_mm3(LARGE_CAPSULE)
    products = catalogue(replace(product("A"), volume_mm3=volume, dimensions=LARGE_CAPSULE), product("B", volume=100))
    limits = PouchLimits(25, 12_000)
    assert volume * 5 <= limits.volume_mm3 < volume * 6
    made = roll(plan(line("B", "1"), line("A", "6")), FORTNIGHT, products, limits=limits)
    held = [
        (pouch.part, pouch.parts, [(one.product_id, one.quarters) for one in pouch.contents]) for pouch in made.pouches
    ]
    assert held == [(1, 2, [("A", 20), ("B", 4)]), (2, 2, [("A", 4)])] * 14


def test_a_large_capsule_of_unknown_size_is_bounded_by_the_count_alone() -> None:
    made = packed(line("A", "6"), limits=PouchLimits(25, 12_000))
    assert [one.quarters for one in only(made).contents] == [24]


def test_a_capsule_larger_than_a_pouch_is_refused_with_the_reason() -> None:
    products = catalogue(product("A", volume=pouch_volume_mm3(LARGE_CAPSULE)))
    with pytest.raises(NotPackableError) as caught:
        packed(line("A", "1"), products=products, limits=PouchLimits(25, 2_000))
    assert (caught.value.ordination_id, caught.value.reasons) == ("ordination-A", (UNIT_TOO_LARGE,))


def test_one_and_a_half_is_one_from_the_canister_and_a_half_from_the_tray() -> None:
    made = packed(line("A", "1.5"))
    whole, half = picks(made)
    assert isinstance(whole, CanisterPick)
    assert (whole.product_id, whole.units) == ("A", 1)
    assert half == TrayPick(1, ProductId("A"), Quarters(2))
    assert "1,5 tabletter A 5 mg" in printed(made, catalogue())


def test_two_and_a_half_take_the_room_of_three() -> None:
    made = packed(line("A", "2.5"), limits=PouchLimits(3))
    whole, half = picks(made)
    assert isinstance(whole, CanisterPick)
    assert (whole.units, half) == (2, TrayPick(1, ProductId("A"), Quarters(2)))
    parts = [
        [one.quarters for one in pouch.contents] for pouch in packed(line("A", "2.5"), limits=PouchLimits(2)).pouches
    ]
    assert parts == [[8], [2]]


def test_a_quarter_comes_from_the_tray_and_only_of_what_may_be_quartered() -> None:
    assert codes(line("A", "0.25"), product("A", partable=Partable.QUARTERS)) == set()
    assert codes(line("A", "0.25"), product("A", partable=Partable.HALVES)) == {plan_codes.FRACTION_NOT_ALLOWED}
    made = packed(line("A", "0.25"))
    assert picks(made) == (TrayPick(1, ProductId("A"), Quarters(1)),)
    assert "0,25 tablet A 5 mg" in printed(made, catalogue())


def test_half_of_a_depot_tablet_is_not_packed() -> None:
    """Broken, it gives the whole day's substance at once. The line is stopped, and so is a roll that has it."""
    depot = replace(product("A", partable=Partable.INDIVISIBLE), form="depottabletter")
    half = line("A", "0.5")
    assert codes(half, depot) == {plan_codes.FRACTION_NOT_ALLOWED}
    assert codes(line("A", "1"), depot) == set()
    findings = check_roll(packed(half), plan(half), ONE_DAY, catalogue(depot), SLOTS)
    assert {finding.code for finding in findings} == {batch_codes.BAD_FRACTION}


def test_two_halves_of_a_tablet_on_two_lines_are_never_one_whole_from_the_canister() -> None:
    halves = line("A", "0.5", name="one"), line("A", "0.5", name="other")
    assert picks(packed(*halves)) == (TrayPick(1, ProductId("A"), Quarters(4)),)
    assert len(packed(*halves, limits=PouchLimits(1)).pouches) == 2


def test_two_strengths_of_one_substance_in_one_slot_share_a_pouch_and_are_told() -> None:
    products = priced(
        {"name": "Marevan", "strength_text": "2,5 mg", "atc": "B01AA03"},
        {"name": "Marevan", "strength_text": "5 mg", "atc": "B01AA03"},
    )
    weak, strong = sorted(products.products)
    both = plan(line(weak, "1"), line(strong, "1"))
    made = packed(*both.ordinations, products=products)
    assert [one.product_id for one in only(made).contents] == [weak, strong]
    assert printed(made, products) == ("1 tablet Marevan 2,5 mg", "1 tablet Marevan 5 mg")
    assert {finding.code for finding in check_plan(both, products, SLOTS)} == {plan_codes.SAME_SUBSTANCE}


def test_depot_and_plain_of_the_same_strength_are_told_apart() -> None:
    products = priced(
        {"name": "Metoprolol", "strength_text": "50 mg", "atc": "C07AB02"},
        {
            "name": "Metoprolol",
            "strength_text": "50 mg",
            "atc": "C07AB02",
            "form_text": "depottabletter",
            "form_code": "DEPTAB",
        },
    )
    plain, depot = sorted(products.products)
    made = packed(line(depot, "1"), line(plain, "2"), products=products)
    assert [(one.product_id, one.quarters) for one in only(made).contents] == [(plain, 8), (depot, 4)]
    of_plain, of_depot = printed(made, products)
    assert "dep" not in of_plain
    assert "dep" in of_depot
    assert of_plain.endswith("50 mg")
    assert of_depot.endswith("50 mg")


def test_a_combination_keeps_both_strengths() -> None:
    """Balancid Novum is 23 characters however it is shortened: it is left to a human, and its strength is not cut."""
    products = priced(
        {"name": "Balancid", "strength_text": "449 mg + 104 mg", "atc": "A02AD01"},
        {"name": "Balancid", "strength_text": "449 mg + 10 mg", "atc": "A02AD01"},
        {"name": "Balancid Novum", "strength_text": "449 mg + 104 mg", "atc": "A02AD01"},
    )
    assert short_names(products) == ["Balancid 449+104 mg", "Balancid 449+10 mg", ""]
    made = packed(line("00000000001", "1"), products=products)
    assert printed(made, products) == ("1 tablet Balancid 449+104 mg",)


def test_micrograms_are_never_milligrams() -> None:
    products = priced(
        {"name": "Eltroxin", "strength_text": "50 mikrogram", "atc": "H03AA01"},
        {"name": "Eltroxin", "strength_text": "50 mg", "atc": "H03AA01"},
        {"name": "Levothyroxinnatrium", "strength_text": "100 mikrogram", "atc": "H03AA01"},
    )
    micro, milli, long = short_names(products)
    assert (micro, milli) == ("Eltroxin 50 mikrogram", "Eltroxin 50 mg")
    assert long.endswith(" 100 mikrogram")
    made = packed(line("00000000002", "1"), line("00000000001", "1"), products=products)
    assert printed(made, products) == ("1 tablet Eltroxin 50 mikrogram", "1 tablet Eltroxin 50 mg")


def test_a_strength_that_a_pouch_cannot_show_whole_is_left_to_a_human() -> None:
    products = priced({"name": "Kaliumklorid", "strength_text": "1234,5 mikrogram + 6789,5 mg", "atc": "A12BA01"})
    assert short_names(products) == [""]
    assert codes(line("00000000001", "1"), *products.products.values()) == {plan_codes.NOT_DISPENSABLE}


def test_a_product_that_must_be_alone_is_alone_at_every_intake() -> None:
    products = priced(
        {"name": "Sinemet", "strength_text": "100 mg + 25 mg", "atc": "N04BA02"},
        {"name": "Eltroxin", "strength_text": "50 mg", "atc": "H03AA01"},
    )
    alone, other = sorted(products.products)
    made = packed(line(alone, "2"), line(other, "1"), line(alone, "1", name="second"), products=products)
    assert [[one.product_id for one in pouch.contents] for pouch in made.pouches] == [[other], [alone], [alone]]
    assert [(pouch.part, pouch.parts) for pouch in made.pouches] == [(1, 3), (2, 3), (3, 3)]


def test_pouches_follow_date_clock_time_and_part_after_the_header() -> None:
    slots = (EVENING, clock("07:59"), MORNING, clock("08:00"), clock("23:00"))
    lines = [line(letter, "3", slot) for letter, slot in zip("ABCDE", slots, strict=True)]
    made = roll(plan(*lines), Period(MONDAY, MONDAY + timedelta(days=1)), limits=PouchLimits(2))
    day = ["B", "B", "C", "C", "D", "D", "A", "A", "E", "E"]
    assert [pouch.contents[0].product_id for pouch in made.pouches] == day * 2
    assert [pouch.part for pouch in made.pouches] == [1, 2] * 10
    assert [pouch.number for pouch in made.pouches] == list(range(HEADER_NUMBER + 1, 21))
