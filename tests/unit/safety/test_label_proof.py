"""A label is taken for right only when one like it was, and its date, time, number and roll are its pouch's."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

import safety.label_checks
from dispenser.core.dosage import Slot
from dispenser.core.ids import OrdinationId, ProductId
from dispenser.core.pouch import Content, Pouch
from dispenser.core.quantity import Quarters
from hal.orders import BayPick, CellPick, PackingOrder, Pick, PouchOrder
from safety.findings import Finding
from safety.label_checks import LabelCheck, check_labels
from safety.label_proof import LabelProof
from safety.label_words import Labelled
from tests.support.medicine import EVENING, MORNING, SLOTS, catalogue, daily, dose, ordination, plan, roll
from tests.support.orders import IDENTITY

PLAN = plan(
    ordination(daily(dose("1.5"), dose("1", EVENING)), "A"), ordination(daily(dose("1")), "B", instruction="Tygges")
)
ROLL = roll(PLAN)
ABOUT = Labelled(ROLL, IDENTITY, catalogue(), SLOTS, date(2026, 11, 16))
_DAYS = ("Mandag", "Tirsdag", "Onsdag", "Torsdag", "Fredag", "Lørdag", "Søndag")
_WORDS: Mapping[Slot, str] = {MORNING: "Morgen kl. 08:00", EVENING: "Aften kl. 18:00"}
_SAID: Mapping[Slot, tuple[str, ...]] = {
    MORNING: ("Tygges", "1,5 tabletter A 5 mg", "1 tablet B 5 mg", "I alt 2,5 stk."),
    EVENING: ("1 tablet A 5 mg", "I alt 1 stk."),
}
_PICKS: Mapping[Slot, tuple[Pick, ...]] = {
    MORNING: (BayPick(1, "K1", "F1", "A", 1), BayPick(2, "K2", "F2", "B", 1), CellPick(1, "A", 2)),
    EVENING: (BayPick(1, "K1", "F1", "A", 1),),
}


def ordered(pouch: Pouch) -> PouchOrder:
    at = pouch.date
    lines = (
        IDENTITY.name,
        "CPR 010248-1234",
        f"{_DAYS[at.weekday()]} {at:%d.%m.%Y} {_WORDS[pouch.slot]}",
        *_SAID[pouch.slot],
        f"nr. {pouch.number} af 28, rulle 0000010001",
        "Demoapoteket, pakket 16.11.2026",
    )
    return PouchOrder(pouch.number, "", lines, _PICKS[pouch.slot])


ORDERED = tuple(map(ordered, ROLL.pouches))
FIRST, SECOND, THIRD = ROLL.pouches[:3]


def said(place: int, text: str, of: PouchOrder = ORDERED[2]) -> PouchOrder:
    lines = list(of.lines)
    lines[place] = text
    return replace(of, lines=tuple(lines))


def findings(*pouches: PouchOrder) -> tuple[Finding, ...]:
    return check_labels(PackingOrder("job-1", 1, 1, "", pouches), ABOUT)


def knowing() -> LabelProof:
    proof = LabelProof(ABOUT)
    proof.keep(ORDERED[0], FIRST)
    return proof


def test_every_label_of_the_order_is_right() -> None:
    assert findings(*ORDERED) == ()


def test_nothing_is_known_at_first() -> None:
    assert not LabelProof(ABOUT).shows(ORDERED[0], FIRST)


def test_labels_of_equal_intakes_are_alike() -> None:
    proof = knowing()
    assert all(proof.shows(ORDERED[place], ROLL.pouches[place]) for place in range(0, 28, 2))
    assert not any(proof.shows(ORDERED[place], ROLL.pouches[place]) for place in range(1, 28, 2))
    proof.keep(ORDERED[1], SECOND)
    assert all(proof.shows(ORDERED[place], ROLL.pouches[place]) for place in range(28))


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (0, "Ida Sørensen"),
        (1, "CPR 010248-1235"),
        (2, "Onsdag 25.11.2026 Morgen kl. 08:00"),
        (2, "Tirsdag 24.11.2026 Aften kl. 18:00"),
        (2, "Tirsdag 24.11.2026 Morgen kl. 08:01"),
        (2, "Tirsdag 24.11.2026 kl. 08:00"),
        (2, "Mandag 24.11.2026 Morgen kl. 08:00"),
        (2, "i morgen"),
        (3, "Synkes"),
        (4, "1 tablet A 5 mg"),
        (5, "1 tablet C 5 mg"),
        (6, "I alt 2 stk."),
        (-2, "nr. 4 af 28, rulle 0000010001"),
        (-2, "nr. 3 af 27, rulle 0000010001"),
        (-2, "nr. 3 af 28, rulle 0000010002"),
        (-2, "nr. tre"),
        (-1, "Demoapoteket, pakket 17.11.2026"),
    ],
)
def test_a_label_that_says_anything_else_is_looked_at(place: int, text: str) -> None:
    assert not knowing().shows(said(place, text), THIRD)
    assert findings(ORDERED[0], said(place, text))


def test_contents_and_picks_are_part_of_what_is_known() -> None:
    proof = knowing()
    first, second, third = _PICKS[MORNING]
    assert isinstance(third, CellPick)
    other_cell = replace(third, cell=7)
    assert proof.shows(replace(ORDERED[2], picks=(first, second, other_cell)), THIRD)
    for wrong in (replace(third, quarters=1), replace(third, product="B"), replace(third, quarters=3)):
        assert not proof.shows(replace(ORDERED[2], picks=(first, second, wrong)), THIRD)
    assert isinstance(first, BayPick)
    assert not proof.shows(replace(ORDERED[2], picks=(replace(first, units=2), second, third)), THIRD)
    assert not proof.shows(replace(ORDERED[2], picks=(first, second)), THIRD)
    contents = (*THIRD.contents, Content(OrdinationId("ordination-C"), ProductId("C"), Quarters(4)))
    assert not proof.shows(ORDERED[2], replace(THIRD, contents=contents))
    more = (replace(THIRD.contents[0], quarters=Quarters(4)), *THIRD.contents[1:])
    assert not proof.shows(ORDERED[2], replace(THIRD, contents=more))


def test_slot_part_and_instruction_are_part_of_what_is_known() -> None:
    proof = knowing()
    assert proof.shows(ORDERED[2], THIRD)
    assert not proof.shows(ORDERED[2], replace(THIRD, slot=EVENING))
    assert not proof.shows(ORDERED[2], replace(THIRD, part=2))
    assert not proof.shows(ORDERED[2], replace(THIRD, parts=2))
    assert not proof.shows(ORDERED[2], replace(THIRD, instruction=""))
    assert not proof.shows(ORDERED[2], replace(THIRD, number=4))
    assert not proof.shows(ORDERED[2], replace(THIRD, date=THIRD.date + timedelta(days=1)))


def test_four_units_in_a_bay_are_not_four_quarters_in_a_cell() -> None:
    proof = LabelProof(ABOUT)
    proof.keep(replace(ORDERED[0], picks=(BayPick(1, "K1", "F1", "A", 1),)), FIRST)
    assert proof.shows(replace(ORDERED[2], picks=(CellPick(1, "A", 4),)), THIRD)
    assert not proof.shows(replace(ORDERED[2], picks=(CellPick(1, "A", 1),)), THIRD)


def test_only_a_label_that_is_right_is_remembered() -> None:
    wrong = [said(4, "1 tablet A 5 mg", one) for one in ORDERED[:6:2]]
    listed = findings(*wrong)
    assert {dict(one.details)["pouch"] for one in listed} == {"1", "3", "5"}


def test_labels_alike_are_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    closely = safety.label_checks.check_label
    looked: list[int] = []

    def counted(one: PouchOrder, pouch: Pouch, about: Labelled, subject: str) -> LabelCheck:
        looked.append(one.number)
        return closely(one, pouch, about, subject)

    monkeypatch.setattr(safety.label_checks, "check_label", counted)
    assert findings(*ORDERED) == ()
    assert looked == [1, 2]
