"""How long a period may be, and how two of them stand to each other."""

from datetime import timedelta

import pytest

from dispenser.core.periods import PeriodLengthError, Reason, ReasonMissingError, check_length, gap_between, overlapping
from dispenser.core.roll import Period
from tests.support.medicine import MONDAY

CHRISTMAS = Reason("A. Holm", "Jul: hjemmeplejen har lukket for udbringning")


def period(first: int, last: int) -> Period:
    return Period(MONDAY + timedelta(days=first), MONDAY + timedelta(days=last))


@pytest.mark.parametrize("days", [1, 14])
def test_up_to_a_fortnight_needs_no_reason(days: int) -> None:
    check_length(days, None)


@pytest.mark.parametrize("days", [15, 28])
def test_more_than_a_fortnight_needs_one(days: int) -> None:
    check_length(days, CHRISTMAS)
    with pytest.raises(ReasonMissingError, match=f"^a period of {days} days needs a reason"):
        check_length(days, None)


@pytest.mark.parametrize("days", [-1, 0, 29])
def test_no_reason_makes_up_for_the_law(days: int) -> None:
    with pytest.raises(PeriodLengthError, match=f"^a period has 1 to 28 days, not {days}$"):
        check_length(days, CHRISTMAS)


@pytest.mark.parametrize(("who", "why"), [("", "Jul"), ("A. Holm", ""), ("  ", "Jul"), ("A. Holm", " \n"), ("", "")])
def test_a_reason_has_words_and_a_name(who: str, why: str) -> None:
    with pytest.raises(ReasonMissingError, match=r"^a reason has words and the name of who gives it$"):
        Reason(who, why)


@pytest.mark.parametrize(("first", "last"), [(13, 20), (-7, 0), (3, 4), (-1, 14)])
def test_periods_that_share_a_day_overlap(first: int, last: int) -> None:
    fortnight, other = period(0, 13), period(first, last)
    assert overlapping(fortnight, [period(14, 20), other]) is other
    assert overlapping(other, [fortnight]) is fortnight


def test_periods_that_follow_each_other_do_not_overlap() -> None:
    assert overlapping(period(0, 13), [period(14, 20), period(-7, -1)]) is None
    assert overlapping(period(0, 13), []) is None


def test_between_two_periods_are_the_days_of_neither() -> None:
    fortnight = period(0, 13)
    assert gap_between(fortnight, period(14, 20)) is None
    assert gap_between(fortnight, period(13, 20)) is None
    assert gap_between(fortnight, period(15, 20)) == period(14, 14)
    assert gap_between(fortnight, period(20, 27)) == period(14, 19)
