"""A label against its pouch and its picks, with one thing made wrong at a time."""

from dataclasses import replace
from datetime import date

import pytest

from dispenser.core.citizen import Identity
from dispenser.core.ids import ProductId
from dispenser.core.product import Catalogue
from dispenser.core.quantity import Quarters
from hal.orders import BayPick, CellPick, PouchOrder
from labels.content import pouch_label
from safety import label_codes
from safety.label_checks import check_label, picked
from safety.label_words import Labelled
from tests.support.finished import PACKED_ON, SITE
from tests.support.labels import (
    ABOUT,
    ORDER,
    PRODUCTS,
    ROLL,
    Details,
    amount,
    changed,
    differs,
    lined,
    strange,
    told,
    total,
    wrong,
)
from tests.support.medicine import EVENING, SLOTS
from tests.support.orders import IDENTITY


def test_what_the_product_prints_passes() -> None:
    assert [one.lines[3:-3] for one in ORDER.pouches[1:3]] == [
        ("2 timer før mad", "0,25 tablet E 5 mg"),
        ("1,5 tabletter A 5 mg", "2 tabletter D 5 mg"),
    ]
    assert wrong(ORDER) == []
    assert wrong(ORDER, Labelled(ROLL, IDENTITY, PRODUCTS, SLOTS)) == []


@pytest.mark.parametrize(
    ("number", "before", "after", "finding"),
    [
        (2, "Åse Sørensen", "Åse Sorensen", differs(2, "navn/name", "Åse Sorensen", "Åse Sørensen")),
        (2, "CPR 010248-1234", "CPR 010248-1235", differs(2, "CPR", "0102481235", "0102481234")),
        (
            2,
            "Mandag 23.11.2026 Morgen kl. 08:00",
            "Tirsdag 24.11.2026 Morgen kl. 08:00",
            differs(2, "dato/date", "2026-11-24", "2026-11-23"),
        ),
        (
            2,
            "Mandag 23.11.2026 Morgen kl. 08:00",
            "Mandag 23.11.2026 Aften kl. 08:00",
            differs(2, "tidspunkt/time", "evening 08:00", "morning 08:00"),
        ),
        (
            2,
            "Mandag 23.11.2026 Morgen kl. 08:00",
            "Mandag 23.11.2026 Morgen kl. 09:00",
            differs(2, "tidspunkt/time", "morning 09:00", "morning 08:00"),
        ),
        (2, "nr. 2 af 6, rulle 0000010001", "nr. 3 af 6, rulle 0000010001", differs(2, "nummer/number", "3/6", "2/6")),
        (2, "nr. 2 af 6, rulle 0000010001", "nr. 2 af 7, rulle 0000010001", differs(2, "nummer/number", "2/7", "2/6")),
        (
            2,
            "nr. 2 af 6, rulle 0000010001",
            "nr. 2 af 6, rulle 0000010002",
            differs(2, "rulle/roll", "0000010002", "0000010001"),
        ),
        (
            2,
            "Svane Apotek, pakket 18.11.2026",
            "Svane Apotek, pakket 19.11.2026",
            differs(2, "pakket/packed", "2026-11-19", "2026-11-18"),
        ),
        (1, "2 timer før mad", "", differs(1, "anvisning/instruction", "", "2 timer før mad")),
    ],
)
def test_every_word_must_be_the_pouchs(number: int, before: str, after: str, finding: tuple[str, Details]) -> None:
    assert wrong(lined(number, before, after)) == [finding]


def test_parts_must_be_the_pouchs() -> None:
    part = lined(2, "nr. 2 af 6, rulle 0000010001", "Del 1 af 2")
    part = changed(
        2, lambda one: replace(one, lines=(*one.lines[:-1], "nr. 2 af 6, rulle 0000010001", one.lines[-1])), part
    )
    assert wrong(part) == [differs(2, "del/part", "1/2", "1/1")]


BOTH = "A 5 mg (A), D 5 mg (D)"


def test_an_amount_on_the_label_is_held_against_pouch_and_machine() -> None:
    assert wrong(lined(2, "1,5 tabletter A 5 mg", "1 tablet A 5 mg")) == [
        amount(2, "A 5 mg (A)", "1", "1,5", "1,5"),
        total(2, "3,5", "3", "3,5"),
    ]


def test_picks_are_held_against_the_label() -> None:
    def more(one: PouchOrder) -> PouchOrder:
        return replace(one, picks=(*one.picks, CellPick(900, "A", 1)))

    assert wrong(changed(2, more)) == [
        amount(2, "A 5 mg (A)", "1,5", "1,5", "1,75"),
        total(2, "3,5", "3,5", "3,75"),
    ]


def test_a_pick_that_no_label_names_is_found() -> None:
    def other(one: PouchOrder) -> PouchOrder:
        return replace(one, picks=(BayPick(2, "canister-2", "fill-2", "B", 1),))

    assert wrong(changed(3, other)) == [
        amount(3, "A 5 mg (A)", "1", "1", "0"),
        amount(3, "B 5 mg (B)", "0", "0", "1"),
    ]


def test_a_name_that_is_not_in_the_pouch_is_found() -> None:
    assert wrong(lined(2, "2 tabletter D 5 mg", "2 tabletter D 50 mg")) == [
        strange(2, "tabletter D 50 mg", BOTH),
        amount(2, "D 5 mg (D)", "0", "2", "2"),
    ]
    assert wrong(lined(2, "2 tabletter D 5 mg", "2 kapsler D 5 mg"))[0] == strange(2, "kapsler D 5 mg", BOTH)


def test_a_medicine_that_is_left_out_is_found() -> None:
    assert wrong(lined(2, "2 tabletter D 5 mg", "")) == [
        amount(2, "D 5 mg (D)", "0", "2", "2"),
        total(2, "3,5", "1,5", "3,5"),
    ]


def test_the_total_must_be_the_sum() -> None:
    assert wrong(lined(2, "I alt 3,5 stk.", "I alt 35 stk.")) == [total(2, "35", "3,5", "3,5")]


def test_two_products_of_one_name_are_nobodys() -> None:
    same = replace(PRODUCTS.products[ProductId("D")], short_name="A 5 mg")
    products = Catalogue("test-1", {**PRODUCTS.products, ProductId("D"): same})
    assert wrong(lined(2, "2 tabletter D 5 mg", "2 tabletter A 5 mg"), replace(ABOUT, catalogue=products))[:2] == [
        strange(2, "tabletter A 5 mg", "A 5 mg (A), A 5 mg (D)"),
        strange(2, "tabletter A 5 mg", "A 5 mg (A), A 5 mg (D)"),
    ]


def test_a_product_that_the_catalogue_lacks_is_nobodys() -> None:
    products = Catalogue("test-1", {name: one for name, one in PRODUCTS.products.items() if name != "A"})
    found = wrong(ORDER, replace(ABOUT, catalogue=products))
    assert strange(2, "tabletter A 5 mg", "A, D 5 mg (D)") in found
    assert differs(0, "lægemiddel/medicine", "", "A") in found


def test_a_label_that_cannot_be_read_is_named() -> None:
    unreadable = label_codes.LABEL_UNREADABLE.id
    assert wrong(lined(2, "I alt 3,5 stk.", "I alt")) == [(unreadable, {"pouch": "2", "line": "I alt"})]
    assert wrong(lined(0, "Pakket 18.11.2026", "18.11.2026")) == [(unreadable, {"pouch": "0", "line": "18.11.2026"})]


def test_what_a_label_says_is_given() -> None:
    read = check_label(ORDER.pouches[2], ROLL.pouches[1], ABOUT, "job-1")
    assert read.read is not None
    assert (read.findings, dict(read.amounts), read.read.total) == ((), {"A": 6, "D": 8}, 14)
    broken = check_label(replace(ORDER.pouches[2], lines=()), ROLL.pouches[1], ABOUT, "job-1")
    assert (broken.read, dict(broken.amounts)) == (None, {})
    assert picked(ORDER.pouches[2]) == {"A": 6, "D": 8}


def test_a_product_of_two_lines_is_added_up() -> None:
    first, *others = ROLL.pouches[1].contents
    parts = (replace(first, quarters=Quarters(4)), replace(first, quarters=Quarters(2)))
    assert (first.product_id, first.quarters) == ("A", 6)
    split = replace(ROLL.pouches[1], contents=(*parts, *others))
    assert check_label(ORDER.pouches[2], split, ABOUT, "job-1").findings == ()
    whole = "1,5 tabletter A 5 mg"
    place = ORDER.pouches[2].lines.index(whole)
    lines = (
        *ORDER.pouches[2].lines[:place],
        "1 tablet A 5 mg",
        "0,5 tablet A 5 mg",
        *ORDER.pouches[2].lines[place + 1 :],
    )
    read = check_label(replace(ORDER.pouches[2], lines=lines), ROLL.pouches[1], ABOUT, "job-1")
    assert (read.findings, dict(read.amounts)) == ((), {"A": 6, "D": 8})


def test_a_pouch_that_the_roll_does_not_have_is_left_to_the_order() -> None:
    assert wrong(replace(ORDER, pouches=(*ORDER.pouches, replace(ORDER.pouches[2], number=7)))) == []


def test_numbers_that_are_no_ten_digits_are_compared_as_they_are() -> None:
    foreign = Identity("Bo  Li", "1234-AB", date(1948, 2, 1))
    lines = pouch_label(SITE, foreign, ROLL, ROLL.pouches[1], PRODUCTS, SLOTS, PACKED_ON, 6).lines
    order = changed(2, lambda one: replace(one, lines=lines))
    order = replace(order, pouches=order.pouches[2:3])
    assert wrong(order, replace(ABOUT, identity=foreign)) == []
    other = replace(foreign, civil_number="1234-AC")
    assert wrong(order, replace(ABOUT, identity=other)) == [differs(2, "CPR", "1234-AB", "1234-AC")]


def test_evening_is_another_time_than_noon() -> None:
    moved = replace(ROLL.pouches[2], slot=EVENING)
    read = check_label(ORDER.pouches[3], moved, ABOUT, "job-1")
    assert [told(finding) for finding in read.findings] == [differs(3, "tidspunkt/time", "noon 12:00", "evening 18:00")]
