"""The label of a header pouch against its roll, with one thing made wrong at a time."""

from dataclasses import replace

import pytest

from dispenser.core.acute import Acute
from dispenser.core.ids import RollId
from dispenser.core.product import Catalogue
from dispenser.core.replaced import Related, Replaced
from dispenser.core.roll import Roll
from tests.support.labels import ABOUT, ORDER, ROLL, TWO_DAYS, Details, differs, header_of, lined, strange, wrong
from tests.support.medicine import catalogue, daily, dose, ordination, plan, product, roll


@pytest.mark.parametrize(
    ("before", "after", "finding"),
    [
        ("Åse Sørensen", "Åse", differs(0, "navn/name", "Åse", "Åse Sørensen")),
        ("CPR 010248-1234", "CPR 010248-1235", differs(0, "CPR", "0102481235", "0102481234")),
        (
            "Periode 23.11.2026 - 24.11.2026",
            "Periode 23.11.2026 - 25.11.2026",
            differs(0, "periode/period", "2026-11-23 - 2026-11-25", "2026-11-23 - 2026-11-24"),
        ),
        (
            "kl. 06:05, Morgen kl. 08:00, Middag kl. 12:00",
            "kl. 06:05, Morgen kl. 08:00",
            differs(
                0,
                "tidspunkter/times",
                "06:05 06:05, morning 08:00",
                "06:05 06:05, morning 08:00, noon 12:00",
            ),
        ),
        ("I alt 6 poser, rulle 0000010001", "I alt 7 poser, rulle 0000010001", differs(0, "poser/pouches", "7", "6")),
        (
            "I alt 6 poser, rulle 0000010001",
            "I alt 6 poser, rulle 0000010009",
            differs(0, "rulle/roll", "0000010009", "0000010001"),
        ),
        (
            "Må ikke bruges efter 24.11.2026",
            "Må ikke bruges efter 25.11.2026",
            differs(0, "sidste dag/last day", "2026-11-25", "2026-11-24"),
        ),
        ("Pakket 18.11.2026", "Pakket 19.11.2026", differs(0, "pakket/packed", "2026-11-19", "2026-11-18")),
        (
            "Product D 5 mg, tabletter",
            "Product D 50 mg, tabletter",
            strange(0, "Product D 50 mg, tabletter", "E 5 mg (E), A 5 mg (A), D 5 mg (D)"),
        ),
        ("Product D 5 mg, tabletter", "", differs(0, "lægemiddel/medicine", "", "D 5 mg")),
        (
            "Product D 5 mg, tabletter",
            "Product A 5 mg, tabletter",
            strange(0, "Product A 5 mg, tabletter", "E 5 mg (E), A 5 mg (A), D 5 mg (D)"),
        ),
    ],
)
def test_every_word_of_the_header_must_be_the_rolls(before: str, after: str, finding: tuple[str, Details]) -> None:
    assert finding in wrong(lined(0, before, after))


def test_contents_may_have_to_be_used_before_the_period_is_over() -> None:
    assert wrong(lined(0, "Må ikke bruges efter 24.11.2026", "Må ikke bruges efter 23.11.2026")) == []


OLD, OLDER, THIRD = RollId("0000000410"), RollId("0000000400"), RollId("0000000300")
SENTENCES = [
    Related((Replaced(OLD, 6, whole=True),)),
    Related((Replaced(OLDER, 1, whole=False), Replaced(OLD, 6, whole=True))),
    Related((Replaced(OLDER, 1, whole=False), Replaced(OLD, 6, whole=False))),
    Related(tuple(Replaced(one, 2, whole=False) for one in (OLD, OLDER, THIRD))),
    Related(beside=(OLD,)),
    Related(beside=(OLDER, OLD)),
    Related(beside=(OLDER, OLD, THIRD)),
    Related(),
]


@pytest.mark.parametrize("related", SENTENCES)
def test_an_acute_header_names_the_rolls_that_it_is_about(related: Related) -> None:
    acute = replace(ROLL, acute=Acute.SUPPLEMENT)
    about = replace(ABOUT, roll=acute, related=related)
    order = header_of(acute, related)
    assert wrong(order, about) == []
    assert wrong(order, replace(about, related=None)) == []
    others = [other for other in SENTENCES if other != related]
    for other in others:
        ((code, details),) = wrong(order, replace(about, related=other))
        assert (code, details["what"]) == ("DOSE-0271", "andre ruller/other rolls")
        assert details["label"] != details["expected"]


def test_what_kind_of_packing_it_is_must_be_said() -> None:
    acute = replace(ROLL, acute=Acute.LOST)
    about = replace(ABOUT, roll=acute)
    assert wrong(header_of(acute, Related()), ABOUT) == [differs(0, "akut/acute", Acute.LOST.value, "")]
    assert wrong(header_of(ROLL, Related()), about) == [differs(0, "akut/acute", "", Acute.LOST.value)]
    other = replace(ROLL, acute=Acute.CHANGE)
    expected = [differs(0, "akut/acute", Acute.CHANGE.value, Acute.LOST.value)]
    assert wrong(header_of(other, Related()), about) == expected


def many(count: int) -> tuple[Roll, Catalogue]:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[:count]
    products = catalogue(*(product(letter) for letter in letters))
    lines = (ordination(daily(dose("1")), letter) for letter in letters)
    return roll(plan(*lines), TWO_DAYS, products), products


@pytest.mark.parametrize("count", [8, 9, 16, 17, 26])
@pytest.mark.parametrize("related", [Related(), Related(beside=(OLD,))])
def test_many_medicines_are_named_by_their_short_names(count: int, related: Related) -> None:
    of, products = many(count)
    about = replace(ABOUT, roll=of, catalogue=products, related=related)
    order = header_of(of, related, products)
    assert wrong(order, about) == []
    lines = order.pouches[0].lines
    assert any("; " in line for line in lines) == (count > 8)
    less = tuple(line.replace("A 5 mg", "A 6 mg") for line in lines)
    fewer = replace(order, pouches=(replace(order.pouches[0], lines=less),))
    assert [code for code, _ in wrong(fewer, about)] == ["DOSE-0273", "DOSE-0271"]


@pytest.mark.parametrize(
    ("changes", "text", "is_it"),
    [
        ({}, "Product A 5 mg, tabletter", True),
        ({}, "Product A 5 mg", False),
        ({}, "Product A 5 mg, kapsler", False),
        ({}, "Product A, tabletter", False),
        ({}, "Product A 15 mg, tabletter", False),
        ({}, "Product A 5 mg, depottabletter", False),
        ({}, "Product A 5 mg, tabletter: hvid", False),
        ({}, "Uproduct A 5 mg, tabletter", False),
        ({}, "Product A Forte 5 mg, tabletter", False),
        ({}, "Product A 5 mg Retard, tabletter", False),
        ({}, "Product A 50 mg 5 mg, tabletter", False),
        ({"name": "Product A 5 mg Retard"}, "Product A 5 mg Retard, tabletter", True),
        ({"appearance_invented": False}, "Product A 5 mg, tabletter: hvid, rund", True),
        ({"appearance_invented": False}, "Product A 5 mg, tabletter: blå", False),
        ({"appearance_invented": False}, "Product A 5 mg, tabletter", False),
        (
            {"appearance_invented": False, "appearance": "hvid; rund"},
            "Product A 5 mg, tabletter: hvid; rund",
            True,
        ),
        ({"appearance_invented": False, "appearance": ""}, "Product A 5 mg, tabletter", True),
    ],
)
def test_a_few_medicines_are_named_in_full(changes: dict[str, object], text: str, *, is_it: bool) -> None:
    one = replace(product("A"), **changes)  # type: ignore[arg-type]  # a row
    of = roll(plan(ordination(daily(dose("1")), "A")), TWO_DAYS)
    about = replace(ABOUT, roll=of, catalogue=catalogue(one))
    lines = list(header_of(of, Related(), about.catalogue).pouches[0].lines)
    lines[4] = text
    order = replace(ORDER, pouches=(replace(ORDER.pouches[0], lines=tuple(lines)),))
    assert (wrong(order, about) == []) is is_it
