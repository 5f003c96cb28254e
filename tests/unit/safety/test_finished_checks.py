"""A packed batch with one of its four accounts made wrong at a time, and the signature under it."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from dispenser.core.batch import BatchState
from dispenser.core.ids import CitizenId, OrdinationId, ProductId, RollId
from dispenser.core.pouch import Content
from dispenser.core.quantity import Quarters
from dispenser.core.roll import Period
from dispenser.core.slots import SlotTable
from safety.finished import Accounts, FinishedBatch, FinishedRoll, Proof, RollProof
from safety.finished_checks import LEAST_REASON, Signing, check_closing, check_finished, units_text
from tests.support.finished import finished, finished_roll, rejournaled, relabelled
from tests.support.medicine import (
    EVENING,
    MONDAY,
    batch,
    catalogue,
    daily,
    dose,
    ordination,
    plan,
    roll,
)

PRODUCTS = catalogue()
TWO_DAYS = Period(MONDAY, MONDAY + timedelta(days=1))
PLAN = plan(ordination(daily(dose("1.5"), dose("1", EVENING)), "A"), ordination(daily(dose("2")), "D"))
ROLL = roll(PLAN, TWO_DAYS)
GOOD = finished_roll(PLAN, ROLL, PRODUCTS)
SOUND = finished(GOOD)
Told = list[tuple[str, dict[str, str]]]


def told(proof: Proof) -> Told:
    for finding in proof.findings:
        texts = finding.text("da") + finding.text("en") + finding.fix("da") + finding.fix("en")
        assert "{" not in texts
    return [(finding.code.id, dict(finding.details)) for finding in proof.findings]


def found(one: FinishedRoll) -> Told:
    return told(check_finished(finished(one)))


def codes(of: FinishedBatch) -> list[str]:
    return [finding.code.id for finding in check_finished(of).findings]


def accounts(at: str, slot: str, product: str, *four: str) -> tuple[str, dict[str, str]]:
    names = ("expected", "pouch", "label", "machine")
    return "DOSE-0250", {"product": product, "date": at, "slot": slot, **dict(zip(names, four, strict=True))}


def totals(*four: str) -> tuple[str, dict[str, str]]:
    return "DOSE-0251", dict(zip(("expected", "pouch", "label", "machine"), four, strict=True))


def test_a_sound_batch_is_proven() -> None:
    proof = check_finished(SOUND)
    doses, units = (Accounts(*[Fraction(count)] * 4) for count in (6, 9))
    assert proof.findings == proof.refused == proof.held == ()
    assert proof.rolls == (
        RollProof(
            roll_id=ROLL.roll_id,
            citizen_id=ROLL.citizen_id,
            void=False,
            pouches=4,
            packed=4,
            missing=(),
            discarded=(),
            doses=doses,
            units=units,
            proven=True,
        ),
    )


def test_it_does_not_matter_in_how_many_orders_a_roll_was_packed() -> None:
    for split_at in range(1, 5):
        assert codes(finished(finished_roll(PLAN, ROLL, PRODUCTS, split_at=split_at))) == []


def test_the_first_account_is_the_plans() -> None:
    other = plan(ordination(daily(dose("1.5"), dose("2", EVENING)), "A"), ordination(daily(dose("2")), "D"))
    assert found(replace(GOOD, plan=other, followed=other)) == [
        accounts("2026-11-23", "evening", "A 5 mg (A)", "2", "1", "1", "1"),
        accounts("2026-11-24", "evening", "A 5 mg (A)", "2", "1", "1", "1"),
        totals("11", "9", "9", "9"),
    ]


def test_a_dose_that_the_plan_does_not_have_is_found() -> None:
    other = plan(ordination(daily(dose("1.5"), dose("1", EVENING)), "A"))
    assert found(replace(GOOD, plan=other, followed=other)) == [
        accounts("2026-11-23", "morning", "D 5 mg (D)", "0", "2", "2", "2"),
        accounts("2026-11-24", "morning", "D 5 mg (D)", "0", "2", "2", "2"),
        totals("5", "9", "9", "9"),
    ]


def changed_pouch(number: int, quarters: int) -> FinishedRoll:
    pouch = ROLL.pouches[number - 1]
    contents = (Content(OrdinationId("ordination-A"), ProductId("A"), Quarters(quarters)), *pouch.contents[1:])
    pouches = tuple(replace(pouch, contents=contents) if one.number == number else one for one in ROLL.pouches)
    return replace(GOOD, roll=replace(ROLL, pouches=pouches))


def test_the_second_account_is_the_pouches() -> None:
    wrong = changed_pouch(2, 8)
    assert (ROLL.pouches[1].slot, len(ROLL.pouches[1].contents)) == (EVENING, 1)
    assert told(check_finished(finished(wrong))) == [
        (
            "DOSE-0272",
            {"pouch": "2", "product": "A 5 mg (A)", "label": "1", "pouched": "2", "machine": "1"},
        ),
        accounts("2026-11-23", "evening", "A 5 mg (A)", "1", "2", "1", "1"),
        totals("9", "10", "9", "9"),
    ]


def test_the_third_account_is_the_labels() -> None:
    wrong = relabelled(
        GOOD, 2, lambda lines: [line.replace("1 tablet", "2 tabletter").replace("alt 1", "alt 2") for line in lines]
    )
    assert found(wrong)[2:] == [
        accounts("2026-11-23", "evening", "A 5 mg (A)", "1", "1", "2", "1"),
        totals("9", "9", "10", "9"),
    ]


def test_a_label_counts_where_it_says_so() -> None:
    wrong = relabelled(GOOD, 2, lambda lines: [line.replace("Aften kl. 18:00", "Middag kl. 12:00") for line in lines])
    assert found(wrong)[1:] == [
        accounts("2026-11-23", "evening", "A 5 mg (A)", "1", "1", "0", "1"),
        accounts("2026-11-23", "noon", "A 5 mg (A)", "0", "0", "1", "0"),
    ]
    unreadable = relabelled(GOOD, 2, lambda lines: lines[1:])
    assert found(unreadable)[1:] == [
        accounts("2026-11-23", "evening", "A 5 mg (A)", "1", "1", "0", "1"),
        totals("9", "9", "8", "9"),
    ]


def test_the_fourth_account_is_the_machines() -> None:
    wrong = rejournaled(GOOD, 2, "Dropped", lambda fields: {**fields, "counted": 2})
    assert found(wrong)[1:] == [
        accounts("2026-11-23", "evening", "A 5 mg (A)", "1", "1", "1", "2"),
        totals("9", "9", "9", "10"),
    ]
    part = rejournaled(GOOD, 1, "Dropped", lambda fields: {**fields, "product": "B"})
    assert [each for each in found(part) if each[0] == "DOSE-0250"] == [
        accounts("2026-11-23", "morning", "A 5 mg (A)", "1,5", "1,5", "1,5", "0,5"),
        accounts("2026-11-23", "morning", "B 5 mg (B)", "0", "0", "0", "1"),
    ]


def test_what_did_not_fall_is_no_dose() -> None:
    none = rejournaled(GOOD, 2, "Dropped", lambda fields: {**fields, "counted": 0})
    (one,) = check_finished(finished(none)).rolls
    assert [int(count) for count in (one.doses.labels, one.doses.machine, one.units.machine)] == [6, 5, 8]


def test_totals_are_added_up_by_themselves() -> None:
    wrong = relabelled(GOOD, 2, lambda lines: [line.replace("I alt 1 stk.", "I alt 3 stk.") for line in lines])
    assert found(wrong)[1:] == [totals("9", "9", "11", "9")]


def test_a_roll_that_is_contradicted_is_not_proven() -> None:
    other = finished_roll(PLAN, roll(PLAN, TWO_DAYS, name="0000010002"), PRODUCTS, number=2)
    away = replace(other, roll=replace(other.roll, citizen_id=PLAN.citizen_id))
    wrong = rejournaled(GOOD, 2, "Dropped", lambda fields: {**fields, "counted": 2})
    proof = check_finished(finished(wrong, replace(away, roll=replace(away.roll, citizen_id=CitizenId("citizen-2")))))
    assert [one.proven for one in proof.rolls] == [False, True]
    assert {finding.subject for finding in proof.findings} == {"0000010001"}


def test_two_rolls_of_one_citizen_may_not_hold_the_same_dose() -> None:
    twin = finished_roll(PLAN, roll(PLAN, TWO_DAYS, name="0000010002"), PRODUCTS, number=2)
    of = finished(GOOD, twin)
    assert codes(of).count("DOSE-0250") == 12
    # A twin that is out of use holds what is packed and not discarded, which here is all of it.
    assert "DOSE-0250" in codes(finished(GOOD, replace(twin, void="plan revision 2")))
    gone = replace(twin, void="plan revision 2", discarded=dict.fromkeys(range(5), "plan revision 2"))
    assert codes(finished(GOOD, gone)) == ["DOSE-0266"]


def test_what_was_released_is_what_is_closed() -> None:
    other = changed_pouch(2, 8)
    released = replace(finished(other), digest=SOUND.digest)
    finding = next(one for one in check_finished(released).findings if one.code.id == "DOSE-0260")
    assert (finding.subject, dict(finding.details)) == (
        "000001",
        {"now": finished(other).digest, "released": SOUND.digest},
    )
    assert codes(replace(SOUND, slots=SlotTable("slots-2"))) == ["DOSE-0260"]
    fewer = replace(SOUND, rolls=())
    assert codes(fewer) == ["DOSE-0260"]


def test_another_catalogue_is_told_and_holds_nothing() -> None:
    of = finished(GOOD, of=batch(ROLL, version="test-0"))
    proof = check_finished(of)
    assert told(proof) == [("DOSE-0265", {"batch": "test-0", "now": "test-1"})]
    assert proof.findings[0].subject == of.batch.batch_id
    assert proof.refused == proof.held == ()
    assert proof.rolls[0].proven


def test_units_are_told_as_labels_tell_them() -> None:
    assert [units_text(Fraction(one)) for one in ("3/2", "2", "1/4", "1/3")] == ["1,5", "2", "0,25", "1/3"]


# -- The signature --------------------------------------------------------------------------------------------------

PROVEN = Proof((), ())


def held() -> Proof:
    """A proof that lacks one pouch and nothing else."""
    last = len(ROLL.pouches)
    orders = tuple(
        replace(one, entries=tuple(entry for entry in one.entries if entry.pouch != last)) for one in GOOD.orders
    )
    return check_finished(finished(replace(GOOD, pouches=GOOD.pouches[:-1], orders=orders)))


SUBJECTS = {"DOSE-0275": "batch", "DOSE-0276": "who", "DOSE-0277": "second", "DOSE-0279": "who"}


def signed(proof: Proof, signing: Signing, state: BatchState = BatchState.PACKED) -> Told:
    for finding in (findings := check_closing(proof, state, signing)):
        assert "{" not in finding.text("da") + finding.text("en") + finding.fix("da") + finding.fix("en")
        assert finding.subject == SUBJECTS.get(finding.code.id, ROLL.roll_id)
    return [(finding.code.id, dict(finding.details)) for finding in findings]


def test_a_proven_batch_is_closed_by_one_person() -> None:
    assert signed(PROVEN, Signing("Anna")) == []
    assert signed(PROVEN, Signing("Anna", released_by="Bo")) == []


@pytest.mark.parametrize("state", [state for state in BatchState if state is not BatchState.PACKED])
def test_only_a_packed_batch_is_closed(state: BatchState) -> None:
    assert signed(PROVEN, Signing("Anna"), state) == [("DOSE-0275", {"state": state.value})]


@pytest.mark.parametrize("who", ["", "  "])
def test_somebody_must_close_it(who: str) -> None:
    assert signed(PROVEN, Signing(who)) == [("DOSE-0276", {})]


def test_who_released_it_does_not_close_it() -> None:
    assert signed(PROVEN, Signing(" anna ", released_by="Anna")) == [("DOSE-0279", {"who": "anna"})]


def test_what_is_missing_needs_another_person_and_a_reason() -> None:
    proof = held()
    assert [finding.code.id for finding in proof.held] == ["DOSE-0253"]
    assert proof.refused == ()
    needed = [("DOSE-0277", {"codes": "DOSE-0253", "who": "Anna", "least": "10"})]
    reason = "Maskinen er i stykker"
    assert signed(proof, Signing("Anna")) == needed
    assert signed(proof, Signing("Anna", "Bo")) == needed
    assert signed(proof, Signing("Anna", None, reason)) == needed
    assert signed(proof, Signing("Anna", "  ", reason)) == needed
    assert signed(proof, Signing("Anna", " ANNA", reason)) == needed
    assert signed(proof, Signing("Anna", "Bo", "x" * (LEAST_REASON - 1) + "  ")) == needed
    assert signed(proof, Signing("Anna", "Bo", "x" * LEAST_REASON)) == []
    assert LEAST_REASON == 10


def test_nothing_closes_what_is_contradicted() -> None:
    wrong = check_finished(finished(rejournaled(GOOD, 2, "Dropped", lambda fields: {**fields, "counted": 2})))
    refused = signed(wrong, Signing("Anna", "Bo", "x" * 80))
    assert [code for code, _ in refused] == [finding.code.id for finding in wrong.refused]
    assert len(refused) == 3


def test_a_missing_pouch_leaves_the_rest_proven() -> None:
    proof = held()
    assert told(proof) == [("DOSE-0253", {"pouch": "4", "what": "2026-11-24 evening"})]
    (one,) = proof.rolls
    assert (one.pouches, one.packed, one.missing, one.proven) == (4, 3, (4,), False)
    assert one.units == Accounts(Fraction(9), Fraction(8), Fraction(8), Fraction(8))
    assert one.doses == Accounts(Fraction(6), Fraction(5), Fraction(5), Fraction(5))


def test_a_missing_pouch_may_have_been_packed_in_another_roll() -> None:
    last = ROLL.pouches[-1]
    acute = replace(ROLL, roll_id=RollId("0000020001"), pouches=(replace(last, number=1),))
    lacks = replace(GOOD, pouches=GOOD.pouches[:-1], beside=(acute,), others=(acute,))
    orders = tuple(
        replace(one, entries=tuple(entry for entry in one.entries if entry.pouch != last.number)) for one in GOOD.orders
    )
    assert codes(finished(replace(lacks, orders=orders))) == ["DOSE-0253"]
