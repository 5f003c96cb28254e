"""One brand for another: inside the group, same strength and form, once, and told."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from dispenser.core import substitution
from dispenser.core.dosage import FreeTextDosage
from dispenser.core.ids import ProductId
from dispenser.core.product import Partable, Product
from dispenser.core.roll import Period
from dispenser.core.substitution import SubstitutionError, brand_changes, courses, substitute, why_not_substitutable
from tests.support.medicine import FORTNIGHT, MONDAY, catalogue, daily, dose, ordination, plan, product, roll

A = replace(product("A", atc="C07AB02"), substitution_group="0042")
D = replace(A, product_id=ProductId("D"), short_name="D 5 mg", name="Product D")
LINE = ordination(daily(dose("1")), "A")


def on(number: int) -> date:
    return MONDAY + timedelta(days=number - 1)


def test_inside_the_group_one_brand_may_stand_for_another() -> None:
    assert why_not_substitutable(A, D) == ()
    assert substitute(LINE, A, D) == replace(LINE, product_id="D")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"substitution_group": "0043"}, substitution.OTHER_GROUP),
        ({"strength": "10 mg"}, substitution.OTHER_STRENGTH),
        ({"form": "depottabletter"}, substitution.OTHER_FORM),
        ({"atc": "C07AB03"}, substitution.OTHER_SUBSTANCE),
        ({"dispensable": False}, substitution.NOT_DISPENSABLE),
        ({"solid_oral": False}, substitution.NOT_DISPENSABLE),
        ({"product_id": ProductId("A")}, substitution.SAME_PRODUCT),
    ],
)
def test_whatever_else_differs_is_a_reason(changes: dict[str, Any], reason: str) -> None:
    other = replace(D, **changes)
    assert why_not_substitutable(A, other) == (reason,)
    with pytest.raises(SubstitutionError, match=reason):
        substitute(LINE, A, other)


def test_without_a_group_nothing_is_substituted() -> None:
    alone = replace(A, substitution_group="")
    assert why_not_substitutable(alone, replace(D, substitution_group="")) == (substitution.NO_GROUP,)
    assert why_not_substitutable(alone, D) == (substitution.NO_GROUP, substitution.OTHER_GROUP)


def test_the_citizens_own_choice_stands() -> None:
    assert why_not_substitutable(A, D, chosen_by_patient=True) == (substitution.PATIENT_CHOICE,)
    with pytest.raises(SubstitutionError) as refused:
        substitute(LINE, A, D, chosen_by_patient=True)
    assert refused.value.reasons == (substitution.PATIENT_CHOICE,)


def test_all_reasons_are_named_at_once() -> None:
    other = replace(D, strength="10 mg", form="depottabletter")
    assert why_not_substitutable(A, other, chosen_by_patient=True) == (
        substitution.PATIENT_CHOICE, substitution.OTHER_STRENGTH, substitution.OTHER_FORM,
    )  # fmt: skip
    assert len(set(substitution.REFUSAL_REASONS)) == len(substitution.REFUSAL_REASONS)


def test_half_a_tablet_needs_a_brand_that_can_be_halved() -> None:
    halves = ordination(daily(dose("0.5")), "A")
    whole = replace(D, partable=Partable.INDIVISIBLE)
    with pytest.raises(SubstitutionError, match=substitution.NOT_DIVISIBLE):
        substitute(halves, A, whole)
    assert substitute(LINE, A, whole).product_id == "D"
    for odd in (ordination(daily(dose("0.3")), "A"), ordination(FreeTextDosage("?"), "A")):
        assert substitute(odd, A, whole).product_id == "D"


def brands(*more: Product) -> dict[ProductId, Product]:
    return dict(catalogue(A, D, product("B"), *more).products)


def test_what_looks_different_is_told_once_with_its_first_day() -> None:
    new = roll(plan(substitute(LINE, A, D)), products=catalogue(A, D))
    (change,) = brand_changes([("A", on(-1)), ("A", on(0))], new, brands())
    assert (change.before, change.after, change.since) == (A, D, on(1))


def test_what_goes_on_or_is_new_has_not_changed() -> None:
    same = roll(plan(LINE), products=catalogue(A))
    assert brand_changes([("A", on(0))], same, brands()) == ()
    assert brand_changes([("B", on(0)), ("gone", on(0))], same, brands()) == ()
    both = roll(plan(LINE, ordination(daily(dose("1")), "D")), products=catalogue(A, D))
    assert brand_changes([("A", on(0))], both, brands()) == ()
    assert brand_changes([("A", on(0))], same, {}) == ()


def test_the_latest_brand_is_the_one_that_was_replaced() -> None:
    third = replace(A, product_id=ProductId("E"))
    new = roll(plan(ordination(daily(dose("1")), "E")), products=catalogue(third))
    (change,) = brand_changes([("D", on(0)), ("A", on(-9))], new, brands(third))
    assert change.before == D


def test_brand_substitution_mid_batch_and_back() -> None:
    old, new = plan(LINE), plan(substitute(LINE, A, D))
    products = catalogue(A, D)
    first, middle, last = (
        roll(of, Period(on(start), on(end)), products) for of, start, end in ((old, 1, 4), (new, 5, 9), (old, 10, 14))
    )
    assert courses([first, middle], FORTNIGHT) == {LINE.ordination_id: ("A", "D")}
    assert courses([middle, first, last], FORTNIGHT) == {LINE.ordination_id: ("A", "D", "A")}
    assert courses([first, middle, last], Period(on(5), on(12))) == {LINE.ordination_id: ("D", "A")}
