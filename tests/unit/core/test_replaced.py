"""What an acute roll stands in for: nobody may throw away a roll that stays, or keep one that does not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dispenser.core.acute import Acute
from dispenser.core.dosage import PartOfDay
from dispenser.core.ids import CitizenId, OrdinationId, ProductId, RollId
from dispenser.core.pouch import Content, Pouch
from dispenser.core.quantity import Quarters
from dispenser.core.replaced import Related, Replaced, related
from dispenser.core.roll import Period, Roll

FIRST = date(2026, 11, 23)
ONE, TWO, THREE = RollId("0000010001"), RollId("0000020001"), RollId("0000030001")


def roll(roll_id: RollId, days: int = 3, acute: Acute | None = None, start: int = 0) -> Roll:
    content = (Content(OrdinationId("o"), ProductId("28100000001"), Quarters(4)),)
    pouches = tuple(
        Pouch(day + 1, FIRST + timedelta(days=start + day), PartOfDay.MORNING, 1, 1, content) for day in range(days)
    )
    return Roll(roll_id, CitizenId("c"), 1, Period(FIRST, FIRST + timedelta(days=6)), pouches, acute)


def out(one: Roll, *numbers: int) -> list[tuple[RollId, Pouch]]:
    return [(one.roll_id, pouch) for pouch in one.pouches if pouch.number in numbers]


def kept(one: Roll, *numbers: int) -> Roll:
    return replace(one, pouches=tuple(pouch for pouch in one.pouches if pouch.number in numbers))


def test_an_ordinary_roll_has_to_do_with_no_other() -> None:
    assert related(roll(TWO), out(roll(ONE), 1), [roll(ONE)]) == Related()


def test_a_roll_of_which_nothing_is_used_any_more_is_replaced_as_a_whole() -> None:
    old, new = roll(ONE), roll(TWO, acute=Acute.REPLACEMENT)
    assert related(new, out(old, 1, 2, 3), [kept(old), new]) == Related((Replaced(ONE, 3, whole=True),))


def test_a_roll_that_stays_in_part_is_not_replaced_as_a_whole() -> None:
    old, new = roll(ONE), replace(roll(TWO, acute=Acute.REPLACEMENT), pouches=roll(TWO).pouches[:2])
    assert related(new, out(old, 1, 2), [kept(old, 3), new]) == Related((Replaced(ONE, 2, whole=False),))


def test_what_was_taken_before_the_first_new_pouch_does_not_count_as_staying() -> None:
    old, new = roll(ONE), roll(TWO, 2, Acute.LOST, start=1)
    assert related(new, out(old, 2, 3), [kept(old, 1), new]) == Related((Replaced(ONE, 2, whole=True),))


def test_both_of_two_discarded_rolls_are_named() -> None:
    one, two, new = roll(ONE), roll(TWO, acute=Acute.REPLACEMENT), roll(THREE, acute=Acute.REPLACEMENT)
    discarded = [*out(one, 1, 2, 3), *out(two, 1, 2, 3)]
    assert [each.roll_id for each in related(new, discarded, [kept(one), kept(two), new]).replaces] == [ONE, TWO]


def test_what_a_roll_between_replaced_already_is_not_replaced_again() -> None:
    one, two, new = roll(ONE), roll(TWO, acute=Acute.REPLACEMENT), roll(THREE, acute=Acute.REPLACEMENT)
    discarded = [*out(one, 1, 2, 3), *out(two, 3)]
    found = related(new, discarded, [kept(one), kept(two, 1, 2), new])
    assert found.replaces == (Replaced(ONE, 1, whole=True), Replaced(TWO, 1, whole=False))


def test_a_younger_roll_is_never_replaced() -> None:
    new, younger = roll(TWO, acute=Acute.REPLACEMENT), roll(THREE, acute=Acute.REPLACEMENT)
    assert related(new, out(younger, 1), [younger]) == Related()


@pytest.mark.parametrize(("start", "beside"), [(0, (ONE,)), (4, ())])
def test_a_supplement_replaces_nothing_and_stands_beside_what_is_used_on_its_days(
    start: int, beside: tuple[RollId, ...]
) -> None:
    old, new = roll(ONE, start=2 * (start > 0) + start), roll(TWO, acute=Acute.SUPPLEMENT)
    assert related(new, out(old, 1), [old, new, roll(THREE)]) == Related(beside=beside)


def test_a_roll_without_pouches_replaces_nothing() -> None:
    assert related(roll(TWO, 0, Acute.REPLACEMENT), out(roll(ONE), 1), []) == Related()
