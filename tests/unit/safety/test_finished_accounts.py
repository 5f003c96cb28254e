"""What the accounts of a packed batch reckon with: other rolls, rolls out of use, pouches that nothing proves."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest

from dispenser.core.batch import BatchState
from dispenser.core.ids import ProductId
from dispenser.core.roll import Period
from hal.journal import FieldValue
from safety import finished_codes
from safety.findings import Severity, found
from safety.finished import Accounts, Proof
from safety.finished_checks import Signing, check_closing, check_finished
from safety.finished_pouches import evidence_of
from tests.support.finished import Change, finished, finished_roll, rejournaled, relabelled
from tests.support.medicine import EVENING, MONDAY, catalogue, daily, dose, ordination, plan, roll

PRODUCTS = catalogue()
TWO_DAYS = Period(MONDAY, MONDAY + timedelta(days=1))
PLAN = plan(ordination(daily(dose("1.5"), dose("1", EVENING)), "A"), ordination(daily(dose("2")), "D"))
ROLL = roll(PLAN, TWO_DAYS)
GOOD = finished_roll(PLAN, ROLL, PRODUCTS)


def codes(proof: Proof) -> list[str]:
    return [finding.code.id for finding in proof.findings]


def even(count: int) -> Accounts:
    return Accounts(*[Fraction(count)] * 4)


def test_two_lines_of_one_product_are_one_dose() -> None:
    two = plan(ordination(daily(dose("1")), "A"), ordination(daily(dose("0.5")), "A", "again"))
    proof = check_finished(finished(finished_roll(two, roll(two, TWO_DAYS), PRODUCTS)))
    assert proof.findings == ()
    assert (proof.rolls[0].doses, proof.rolls[0].units) == (even(2), even(3))


def test_a_roll_in_use_keeps_what_it_lacks_from_other_rolls() -> None:
    first, second = (replace(ROLL, pouches=pouches) for pouches in (ROLL.pouches[:2], ROLL.pouches[2:]))
    second = replace(
        second,
        roll_id=roll(PLAN, TWO_DAYS, name="0000010002").roll_id,
        pouches=tuple(replace(pouch, number=number) for number, pouch in enumerate(second.pouches, start=1)),
    )
    one = replace(finished_roll(PLAN, first, PRODUCTS), others=(second,))
    other = replace(finished_roll(PLAN, second, PRODUCTS, number=2), others=(first,))
    assert codes(check_finished(finished(one, other))) == []
    cut = tuple(replace(each, entries=tuple(e for e in each.entries if e.pouch != 2)) for each in other.orders)
    lacks = replace(other, orders=cut, pouches=other.pouches[:-1])
    proof = check_finished(finished(one, lacks))
    assert codes(proof) == ["DOSE-0253"]
    assert [each.proven for each in proof.rolls] == [True, False]


def test_a_roll_out_of_use_is_asked_for_what_is_left_of_it() -> None:
    left = replace(GOOD, void="plan revision 2", discarded={3: "plan revision 2", 4: "plan revision 2"})
    (proof,) = check_finished(finished(left)).rolls
    assert (proof.doses, proof.units) == (even(3), Accounts(*[Fraction(9, 2)] * 4))
    gone = replace(left, plan=None, discarded=dict.fromkeys(range(5), "plan revision 2"))
    assert codes(check_finished(finished(gone))) == ["DOSE-0266"]


def counted(number: int, change: Change) -> tuple[dict[ProductId, int], list[str]]:
    """What is counted of a pouch with other fields in its first drop, and the findings."""
    one = rejournaled(GOOD, number, "Dropped", change)
    seen = evidence_of(one, finished(one))
    return dict(seen.good[number - 1].counted), [finding.code.id for finding in seen.findings]


@pytest.mark.parametrize("count", ["1", True, -4, 0])
def test_only_numbers_count(count: FieldValue) -> None:
    assert counted(1, dict) == ({"A": 6, "D": 8}, [])
    assert counted(1, lambda fields: {**fields, "counted": count}) == ({"A": 2, "D": 8}, ["DOSE-0258"])
    assert counted(2, lambda fields: {**fields, "counted": count}) == ({}, ["DOSE-0258"])


def test_a_drop_of_no_name_is_counted_as_such() -> None:
    nameless, _ = counted(1, lambda fields: {name: value for name, value in fields.items() if name != "product"})
    assert nameless == {"": 4, "A": 2, "D": 8}


def test_none_on_a_label_is_no_dose() -> None:
    none = relabelled(GOOD, 2, lambda lines: [line.replace("1 tablet A", "0 tabletter A") for line in lines])
    (proof,) = check_finished(finished(none)).rolls
    assert (proof.doses.pouches, proof.doses.labels) == (Fraction(6), Fraction(5))


def test_a_roll_in_use_is_asked_for_all_of_it_where_nothing_is_proven() -> None:
    (proof,) = check_finished(finished(replace(GOOD, orders=()))).rolls
    assert (proof.packed, proof.missing, proof.discarded) == (0, (), ())
    assert (proof.doses.expected, proof.units.expected) == (Fraction(6), Fraction(9))
    assert codes(check_finished(finished(replace(GOOD, orders=(), plan=None)))).count("DOSE-0261") == 1


def test_everything_that_two_persons_must_decide_is_named() -> None:
    holds = [code for code in finished_codes.FINISHED_CODES if code.severity is Severity.HOLD]
    proof = Proof((), tuple(found(code, "roll") for code in reversed(holds)))
    (finding,) = check_closing(proof, BatchState.PACKED, Signing("Anna"))
    assert dict(finding.details)["codes"] == ", ".join(sorted(code.id for code in holds))
    assert len(holds) > 1
