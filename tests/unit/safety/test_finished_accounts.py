"""What the accounts of a packed batch reckon with: other rolls, rolls out of use, pouches that nothing proves."""

from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

from dispenser.core.batch import BatchState
from dispenser.core.roll import Period
from safety import finished_codes
from safety.findings import Severity, found
from safety.finished import Accounts, Proof
from safety.finished_checks import Signing, check_closing, check_finished
from safety.finished_pouches import evidence_of
from tests.support.finished import finished, finished_roll, rejournaled
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


def test_a_machine_that_counted_none_has_counted_nothing() -> None:
    none = rejournaled(GOOD, 2, "Dropped", lambda fields: {**fields, "counted": 0})
    one = rejournaled(GOOD, 2, "Dropped", lambda fields: {**fields, "counted": 1})
    counted = [dict(evidence_of(each, finished(each)).good[1].counted) for each in (none, one)]
    assert counted == [{}, {"A": 4}]


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
