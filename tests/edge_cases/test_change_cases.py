"""Another brand of the same medicine, while rolls with the old one are under way."""

from dispenser.core.ids import ProductId
from dispenser.core.roll import Roll
from tests.support.counter import FORTNIGHT, Counter, medicine, person
from tests.support.fhir import part

DAILY = part("2026-11-01", None, frequency=1, when=["MORN"])
SELO_ZOK, HEXAL = ProductId("28101265486"), ProductId("28103729804")
"""Two brands of metoprolol depot 50 mg in one substitution group."""


def brands(roll: Roll) -> set[ProductId]:
    return {content.product_id for pouch in roll.pouches for content in pouch.contents}


def test_a_brand_is_changed_in_the_middle_of_a_batch_and_back(counter: Counter) -> None:
    """Each change takes the roll with the other brand out of use; no roll ever holds two brands."""
    counter.take(person(), medicine(DAILY, product=SELO_ZOK))
    first = counter.roll()
    counter.take(person(), medicine(DAILY, product=HEXAL))
    second = counter.roll()
    # In other words than the first time: the very same message again would be taken for an old one.
    counter.take(person(), medicine(DAILY, product=SELO_ZOK) | {"authoredOn": "2026-11-22"})
    third = counter.roll()
    assert [brands(roll) for roll in (first, second, third)] == [{SELO_ZOK}, {HEXAL}, {SELO_ZOK}]
    assert set(counter.void_rolls()) == {first.roll_id, second.roll_id}
    assert any("Selo-zok depot 50 mg" in line for line in counter.labels(third)[1])


def test_the_brand_that_the_citizen_has_chosen_is_packed(counter: Counter) -> None:
    """The plan names a brand whose group has another one: what is named is packed, and nothing is swapped unasked."""
    products = counter.services.catalogue.products
    assert products[SELO_ZOK].substitution_group == products[HEXAL].substitution_group
    counter.take(person(), medicine(DAILY, product=SELO_ZOK) | {"substitution": {"allowedBoolean": False}})
    assert brands(counter.roll(FORTNIGHT)) == {SELO_ZOK}
