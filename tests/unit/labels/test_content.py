from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from dispenser.core.acute import Acute
from dispenser.core.dosage import ClockTime, PartOfDay, Slot
from dispenser.core.ids import OrdinationId, ProductId, RollId
from dispenser.core.pouch import Content, Pouch
from dispenser.core.quantity import Quarters
from dispenser.core.replaced import Related, Replaced
from dispenser.core.slots import SlotTable
from labels.content import LabelSite, header_label, pouch_label
from labels.errors import ContentError, SymbolError

SLOTS = SlotTable()
OLDER, OLD = RollId("0000400007"), RollId("0000410007")


def one_pouch(*contents: tuple[int, int], slot: Slot = PartOfDay.MORNING, **changes: Any) -> Pouch:  # noqa: ANN401 - any field
    items = tuple(
        Content(OrdinationId(f"o{product}"), ProductId(f"{product:011d}"), Quarters(quarters))
        for product, quarters in contents
    )
    return replace(Pouch(12, date(2026, 11, 29), slot, 1, 1, items), **changes)


def lines_of(world: SimpleNamespace, pouch: Pouch, total: int = 56) -> tuple[str, ...]:
    return pouch_label(
        world.site, world.identity, world.roll, pouch, world.catalogue, SLOTS, world.packed_on, total
    ).lines


def test_a_pouch_says_who_when_what_how_much_and_from_where(world: SimpleNamespace) -> None:
    pouch = one_pouch((1, 4), (2, 2), (8, 6), instruction="mod hjertet", part=1, parts=2)
    assert lines_of(world, pouch) == (
        "Åse Bjørnæs-Østergård",
        "CPR 010203-1234",
        "Søndag 29.11.2026 Morgen kl. 08:00",
        "mod hjertet",
        "1 tablet Metoprolol 50 mg",
        "0,5 tablet Furosemid 40 mg",
        "1,5 tabletter Bendroflum. K 1,25 mg",
        "I alt 3 stk.",
        "Del 1 af 2",
        "nr. 12 af 56, rulle 0000420007",
        "Testapoteket, pakket 20.11.2026",
    )


def test_what_does_not_apply_is_not_printed(world: SimpleNamespace) -> None:
    text = "\n".join(lines_of(world, one_pouch((1, 4))))
    assert "Del " not in text
    assert len(text.splitlines()) == 7


@pytest.mark.parametrize(
    ("slot", "words"),
    [
        (PartOfDay.NOON, "Middag kl. 12:00"),
        (PartOfDay.EVENING, "Aften kl. 18:00"),
        (PartOfDay.NIGHT, "Nat kl. 22:00"),
        (ClockTime(6, 5), "kl. 06:05"),
    ],
)
def test_the_slot_is_a_danish_word_or_a_clock(world: SimpleNamespace, slot: Slot, words: str) -> None:
    assert lines_of(world, one_pouch((1, 4), slot=slot))[2] == f"Søndag 29.11.2026 {words}"


def test_two_ordinations_of_one_product_are_one_line(world: SimpleNamespace) -> None:
    lines = lines_of(world, one_pouch((1, 4), (2, 4), (1, 2)))
    assert lines[3:6] == ("1,5 tabletter Metoprolol 50 mg", "1 tablet Furosemid 40 mg", "I alt 2,5 stk.")


def test_a_depot_form_is_said_unless_the_name_says_it(world: SimpleNamespace) -> None:
    first = world.catalogue.products[ProductId("00000000001")]
    depot = replace(first, form="depottabletter")
    named = replace(depot, short_name="Metoprolol depot 50 mg")
    short = replace(depot, short_name="Metoprolol dep. 100 mg")
    for changed, expected in (
        (depot, "Metoprolol 50 mg (depot)"),
        *((each, each.short_name) for each in (named, short)),
    ):
        catalogue = replace(world.catalogue, products={changed.product_id: changed})
        label = pouch_label(
            world.site, world.identity, world.roll, one_pouch((1, 4)), catalogue, SLOTS, world.packed_on, 1
        )
        assert label.lines[3] == f"1 tablet {expected}"


def test_the_header_of_an_acute_roll_says_which_kind(world: SimpleNamespace) -> None:
    roll = replace(world.roll, acute=Acute.SUPPLEMENT)
    label = header_label(world.site, world.identity, roll, world.catalogue, SLOTS, world.packed_on)
    assert label.lines[4] == "Akut supplerende pakning for tilføjet medicinering"


@pytest.mark.parametrize(
    ("relation", "line"),
    [
        (Related((Replaced(OLD, 6, whole=True),)), "Erstatter rulle 0000410007"),
        (Related((Replaced(OLD, 6, whole=False),)), "Erstatter 6 poser i rulle 0000410007"),
        (
            Related((Replaced(OLDER, 1, whole=False), Replaced(OLD, 6, whole=True))),
            "Erstatter 1 pose i rulle 0000400007 og rulle 0000410007",
        ),
        (Related((Replaced(OLDER, 1, whole=True),) * 3), "Erstatter poser i 3 andre ruller"),
        (Related(beside=(OLD,)), "Supplerer rulle 0000410007"),
        (Related(beside=(OLDER, OLD)), "Supplerer rulle 0000400007 og 0000410007"),
        (Related(beside=(OLD,) * 3), "Supplerer 3 andre ruller"),
    ],
)
def test_the_header_of_an_acute_roll_says_what_becomes_of_older_ones(
    world: SimpleNamespace, relation: Related, line: str
) -> None:
    roll = replace(world.roll, acute=Acute.REPLACEMENT)
    label = header_label(world.site, world.identity, roll, world.catalogue, SLOTS, world.packed_on, relation=relation)
    assert label.lines[4:6] == (Acute.REPLACEMENT.value, line)
    without = header_label(world.site, world.identity, roll, world.catalogue, SLOTS, world.packed_on)
    assert (*label.lines[:5], *label.lines[6:]) == without.lines


def test_the_header_lists_the_period_and_every_product_once(world: SimpleNamespace) -> None:
    label = header_label(world.site, world.identity, world.roll, world.catalogue, SLOTS, world.packed_on)
    assert label.lines == (
        "Åse Bjørnæs-Østergård",
        "CPR 010203-1234",
        "Periode 23.11.2026 - 06.12.2026",
        "Morgen kl. 08:00, Middag kl. 12:00, Aften kl. 18:00, kl. 21:30",
        "Metoprolol 50 mg, tabletter",
        "Furosemid 40 mg, tabletter",
        "Simvastatin 40 mg, tabletter",
        "Paracetamol 500 mg, tabletter",
        "I alt 56 poser, rulle 0000420007",
        "Må ikke bruges efter 06.12.2026",
        "Testapoteket, tlf. 70 10 20 30",
        "Pakket 20.11.2026",
    )


@pytest.mark.parametrize(
    ("use_by", "printed"), [(date(2026, 12, 1), "01.12.2026"), (date(2027, 6, 1), "06.12.2026"), (None, "06.12.2026")]
)
def test_the_nearest_last_date_counts(world: SimpleNamespace, use_by: date | None, printed: str) -> None:
    label = header_label(world.site, world.identity, world.roll, world.catalogue, SLOTS, world.packed_on, use_by)
    assert f"Må ikke bruges efter {printed}" in label.lines


def test_looks_are_printed_only_where_they_are_true(world: SimpleNamespace) -> None:
    first = world.catalogue.products[ProductId("00000000001")]
    true = replace(first, appearance="hvid, rund, delekærv", appearance_invented=False)
    catalogue = replace(world.catalogue, products={**world.catalogue.products, true.product_id: true})
    label = header_label(world.site, world.identity, world.roll, catalogue, SLOTS, world.packed_on)
    assert label.lines[4] == "Metoprolol 50 mg, tabletter: hvid, rund, delekærv"
    assert label.lines[5] == "Furosemid 40 mg, tabletter"


def test_many_products_stand_two_to_a_line_under_their_short_names(world: SimpleNamespace) -> None:
    roll = replace(world.roll, pouches=(one_pouch(*((number, 4) for number in range(1, 10))),))
    label = header_label(world.site, world.identity, roll, world.catalogue, SLOTS, world.packed_on)
    assert label.lines[4:9] == (
        "Metoprolol 50 mg; Furosemid 40 mg",
        "Simvastatin 40 mg; Paracetamol 500 mg",
        "Kaliumklorid 750 mg; Acetylsalicyls. 75 mg",
        "Levothyroxin 50 mikrog; Bendroflum. K 1,25 mg",
        "Spironolacton 12,5 mg",
    )


def test_a_strength_inside_a_larger_one_is_not_taken_for_it(world: SimpleNamespace) -> None:
    first = world.catalogue.products[ProductId("00000000001")]
    odd = replace(first, name="Metoprolol 25 mg", strength="5 mg")
    catalogue = replace(world.catalogue, products={**world.catalogue.products, odd.product_id: odd})
    label = header_label(world.site, world.identity, world.roll, catalogue, SLOTS, world.packed_on)
    assert label.lines[4] == "Metoprolol 25 mg 5 mg, tabletter"


def test_a_replacement_number_is_printed_as_it_is(world: SimpleNamespace) -> None:
    identity = replace(world.identity, civil_number="010203-12A4")
    label = header_label(world.site, identity, world.roll, world.catalogue, SLOTS, world.packed_on)
    assert label.lines[1] == "CPR 010203-12A4"


def test_a_decomposed_letter_is_printed_as_one(world: SimpleNamespace) -> None:
    identity = replace(world.identity, name="A\u030ase  Bjo\u0308rk")
    label = header_label(world.site, identity, world.roll, world.catalogue, SLOTS, world.packed_on)
    assert label.lines[0] == "Åse Björk"


@pytest.mark.parametrize("name", ["", "   ", "Ole\u202e nesneJ", "Ole\u00ad Jensen", "Ole\x00Jensen"])
def test_an_empty_name_or_an_invisible_character_is_refused(world: SimpleNamespace, name: str) -> None:
    identity = replace(world.identity, name=name)
    with pytest.raises(ContentError) as caught:
        header_label(world.site, identity, world.roll, world.catalogue, SLOTS, world.packed_on)
    assert "Jensen" not in str(caught.value)


def test_an_unknown_product_is_refused(world: SimpleNamespace) -> None:
    with pytest.raises(ContentError, match="00000000099"):
        lines_of(world, one_pouch((99, 4)))


def test_the_symbol_names_the_pouch_and_no_person(world: SimpleNamespace) -> None:
    pouch = one_pouch((1, 4))
    label = pouch_label(world.site, world.identity, world.roll, pouch, world.catalogue, SLOTS, world.packed_on, 56)
    assert label.symbol == "(01)05712345678909(21)0000420007012"
    assert world.identity.civil_number not in label.symbol
    header = header_label(world.site, world.identity, world.roll, world.catalogue, SLOTS, world.packed_on)
    assert header.symbol == "(01)05712345678909(21)0000420007000"


def test_a_site_with_a_wrong_gtin_cannot_be(world: SimpleNamespace) -> None:
    with pytest.raises(SymbolError, match="expected 9"):
        replace(world.site, company_gtin="05712345678908")
    with pytest.raises(SymbolError, match="14 digits"):
        LabelSite("A", "1", "5712345678909")


@pytest.mark.parametrize("change", [{"roll_id": RollId("42")}, {"roll_id": RollId("٠٠٠٠٤٢٠٠٠٧")}])
def test_a_roll_id_that_is_not_ten_digits_is_refused(world: SimpleNamespace, change: dict[str, RollId]) -> None:
    with pytest.raises(SymbolError):
        header_label(world.site, world.identity, replace(world.roll, **change), world.catalogue, SLOTS, world.packed_on)
