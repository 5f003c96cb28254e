"""Which kind of acute packing a roll is."""

from datetime import timedelta

import pytest

from dispenser.core.acute import Acute
from dispenser.core.remainder import due
from dispenser.core.replacing import Gone, acute_of
from tests.support.medicine import EVENING, FORTNIGHT, MONDAY, SLOTS, daily, dose, ordination, plan, roll

A = ordination(daily(dose("1")), "A")
B = ordination(daily(dose("1", EVENING)), "B")
FIRST, SECOND = (roll(plan(A), name=name) for name in ("0000010001", "0000020001"))
MISSING = due(plan(A), FORTNIGHT, SLOTS)


def gone(acute: Acute) -> Gone:
    return Gone(FIRST.roll_id, FIRST.pouches[0], acute)


def test_the_ordinary_roll_of_a_period_is_not_acute() -> None:
    assert acute_of(MISSING, [], []) is None


def test_beside_another_roll_it_is_a_supplement() -> None:
    assert acute_of(due(plan(B), FORTNIGHT, SLOTS), [], [FIRST]) is Acute.SUPPLEMENT


@pytest.mark.parametrize("acute", [Acute.CHANGE, Acute.REPLACEMENT, Acute.LOST])
def test_in_the_place_of_something_it_is_what_that_asks_for(acute: Acute) -> None:
    assert acute_of(MISSING, [gone(acute)], []) is acute


def test_the_gravest_counts() -> None:
    assert acute_of(MISSING, [gone(Acute.CHANGE), gone(Acute.LOST), gone(Acute.REPLACEMENT)], []) is Acute.LOST
    assert acute_of(MISSING, [gone(Acute.CHANGE), gone(Acute.REPLACEMENT)], []) is Acute.REPLACEMENT


def test_what_was_replaced_already_counts_no_more() -> None:
    assert acute_of(MISSING, [gone(Acute.LOST)], [SECOND]) is Acute.SUPPLEMENT


def test_what_is_gone_at_another_time_does_not_count() -> None:
    later = [one for one in MISSING if one.date > MONDAY + timedelta(days=3)]
    assert acute_of(later, [gone(Acute.LOST)], []) is None
