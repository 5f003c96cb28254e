"""Every reason why a dosage is refused or parked, with the last value that is allowed and the first that is not."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from dispenser.core import reasons
from dispenser.core.dosage import (
    Dosage,
    DosageDay,
    DosageStructure,
    FreeTextDosage,
    LocalSchemaDosage,
    StructuredDosage,
)
from dispenser.core.expansion import ordered_intakes
from dispenser.core.reasons import why_not_packable, why_parked, why_refused
from tests.support.medicine import FORTNIGHT, MONDAY, MORNING, NOON, SLOTS, daily, day, dosage, dose, structure

ONE = day(1, dose("1"))
ONE_AS_NEEDED = day(1, dose("1", as_needed=True))
A_DAY = timedelta(days=1)
FIRST_DATE, LAST_DATE = date(2000, 1, 1), date(2126, 12, 31)


def span(first: int, last: int | None, *days: DosageDay) -> DosageStructure:
    """A structure from day `first` to day `last`, counted from 0."""
    end = None if last is None else MONDAY + timedelta(days=last)
    return structure(*days, start=MONDAY + timedelta(days=first), end=end)


def numbered(count: int, interval: int = 0) -> StructuredDosage:
    return dosage(structure(*(day(number, dose("1")) for number in range(1, count + 1)), interval=interval))


def in_ml(amount: str | tuple[str, str]) -> StructuredDosage:
    return replace(daily(dose(amount)), unit="ml")


def one_after_another(count: int, filled: DosageDay = ONE) -> StructuredDosage:
    return dosage(*(span(place, place, filled) for place in range(count)))


ALLOWED = [
    numbered(366),
    numbered(365, interval=365),
    dosage(structure(day(7, dose("1")), interval=7)),
    dosage(structure(day(999, dose("1")), interval=0)),
    dosage(structure(ONE, start=FIRST_DATE, end=LAST_DATE)),
    dosage(structure(ONE, start=LAST_DATE)),
    dosage(structure(ONE, start=FIRST_DATE, end=FIRST_DATE)),
    dosage(span(0, 0, ONE)),
    daily(*[dose("1")] * 24),
    daily(dose("99")),
    daily(dose("0"), dose("0.25", NOON)),
    daily(dose("1.000000000000000000")),
    daily(dose("5E+1")),
    in_ml("99999"),
    in_ml("0.000000001"),
    in_ml("12345.123456789"),
    in_ml("0.0280000000000"),
    one_after_another(10),
    dosage(span(0, 3, ONE), span(4, 6), span(7, None, ONE)),
    dosage(span(0, None)),
]
"""Nothing to refuse, and nothing for a human to decide."""


@pytest.mark.parametrize("how", ALLOWED)
def test_the_last_allowed_value_is_allowed(how: StructuredDosage) -> None:
    assert (why_refused(how), why_parked(how)) == ((), ())
    ordered_intakes(how, FORTNIGHT)


REFUSED: list[tuple[StructuredDosage, str]] = [
    (dosage(), reasons.NO_STRUCTURE),
    (one_after_another(11), reasons.TOO_MANY_STRUCTURES),
    (one_after_another(11, ONE_AS_NEEDED), reasons.TOO_MANY_STRUCTURES),
    (dosage(structure(ONE, interval=-1)), reasons.INTERVAL_OUT_OF_RANGE),
    (dosage(structure(ONE, interval=366)), reasons.INTERVAL_OUT_OF_RANGE),
    (dosage(span(0, -1, ONE)), reasons.ENDS_BEFORE_START),
    (dosage(structure(ONE, start=FIRST_DATE - A_DAY)), reasons.DATE_OUT_OF_RANGE),
    (dosage(structure(ONE, start=LAST_DATE + A_DAY)), reasons.DATE_OUT_OF_RANGE),
    (dosage(structure(ONE, end=LAST_DATE + A_DAY)), reasons.DATE_OUT_OF_RANGE),
    (dosage(span(0, 4, ONE), span(4, None, ONE)), reasons.OVERLAPPING_STRUCTURES),
    (dosage(span(0, None, ONE), span(4, None, ONE)), reasons.OVERLAPPING_STRUCTURES),
    (dosage(span(0, 4), span(4, None, ONE)), reasons.OVERLAPPING_STRUCTURES),
    (dosage(span(0, 4, ONE_AS_NEEDED), span(4, None, ONE_AS_NEEDED)), reasons.OVERLAPPING_STRUCTURES),
    (numbered(367), reasons.TOO_MANY_DAYS),
    (dosage(structure(day(-1, dose("1")))), reasons.DAY_NEGATIVE),
    (dosage(structure(day(8, dose("1")), interval=7)), reasons.DAY_OUTSIDE_CYCLE),
    (dosage(structure(day(2, dose("1")), interval=1)), reasons.DAY_OUTSIDE_CYCLE),
    (dosage(structure(ONE, day(1, dose("1", NOON)), interval=7)), reasons.DAY_TWICE),
    (dosage(structure(day(1))), reasons.DAY_WITHOUT_DOSE),
    (daily(*[dose("1")] * 25), reasons.TOO_MANY_DOSES),
    (daily(dose("-0.25")), reasons.NOT_A_QUANTITY),
    (daily(dose("NaN")), reasons.NOT_A_QUANTITY),
    (daily(dose("Infinity")), reasons.NOT_A_QUANTITY),
    (daily(dose("1E+18")), reasons.NOT_A_QUANTITY),
    (in_ml("0.0000000001"), reasons.NOT_A_QUANTITY),
    (in_ml("1234567890.123456789"), reasons.NOT_A_QUANTITY),
    (daily(dose(("-1", "1"))), reasons.NOT_A_QUANTITY),
    (daily(dose(("1", "NaN"))), reasons.NOT_A_QUANTITY),
    (daily(dose(("2", "1"))), reasons.RANGE_REVERSED),
    (daily(dose("99.25")), reasons.QUANTITY_ABSURD),
    (daily(dose(("1", "99.25"))), reasons.QUANTITY_ABSURD),
    (in_ml("99999.5"), reasons.QUANTITY_ABSURD),
    (in_ml("123456789.123456789"), reasons.QUANTITY_ABSURD),
    (in_ml(("1", "99999.5")), reasons.QUANTITY_ABSURD),
    (daily(dose("0")), reasons.NOTHING_ORDERED),
    (dosage(span(0, 3, day(1, dose("0"))), span(4, None, day(1, dose(("0", "0"))))), reasons.NOTHING_ORDERED),
]


@pytest.mark.parametrize(("how", "reason"), REFUSED)
def test_what_contradicts_itself_is_refused_for_that_and_nothing_else(how: StructuredDosage, reason: str) -> None:
    assert why_refused(how) == (reason,)
    assert reason in why_not_packable(how, SLOTS)
    with pytest.raises(ValueError, match=f"^{reason}"):
        ordered_intakes(how, FORTNIGHT)


PARKED: list[tuple[Dosage, str]] = [
    (FreeTextDosage("efter skriftlig anvisning"), reasons.FREE_TEXT),
    (LocalSchemaDosage(), reasons.LOCAL_SCHEMA),
    (daily(dose("1", as_needed=True)), reasons.AS_NEEDED),
    (dosage(span(0, None, ONE), span(0, None, ONE_AS_NEEDED)), reasons.AS_NEEDED),
    (dosage(span(0, 3, ONE_AS_NEEDED), span(9, None, ONE_AS_NEEDED)), reasons.AS_NEEDED),
    (dosage(span(0, 3, ONE), span(0, None, ONE_AS_NEEDED), span(4, None, ONE)), reasons.AS_NEEDED),
    (dosage(span(0, 9, ONE_AS_NEEDED), span(5, None)), reasons.AS_NEEDED),
    # The pause may be one of the list of doses as needed.
    (dosage(span(0, 9, ONE), span(0, 3, ONE_AS_NEEDED), span(4, 9)), reasons.AS_NEEDED),
    (daily(dose(("1", "2"))), reasons.RANGE),
    (daily(dose(("99", "99"))), reasons.RANGE),
    (in_ml(("0.028", "99999")), reasons.RANGE),
    (dosage(structure(day(0, dose("1")), interval=0)), reasons.DAY_NOT_FIXED),
    (daily(dose("0.1")), reasons.NOT_QUARTERS),
    (daily(dose("98.999999999")), reasons.NOT_QUARTERS),
    (dosage(span(0, 3, ONE), span(5, None, ONE)), reasons.GAP_BETWEEN_STRUCTURES),
    (dosage(span(0, 3, ONE), span(4, 5), span(9, None, ONE)), reasons.GAP_BETWEEN_STRUCTURES),
]


@pytest.mark.parametrize(("how", "reason"), PARKED)
def test_what_a_human_must_decide_is_parked_for_that_and_nothing_else(how: Dosage, reason: str) -> None:
    assert (why_refused(how), why_parked(how)) == ((), (reason,))
    assert reason in why_not_packable(how, SLOTS)
    with pytest.raises(ValueError, match=f"^{reason}$"):
        ordered_intakes(how, FORTNIGHT)


def test_a_unit_that_no_machine_counts_is_for_a_human_to_give() -> None:
    how = in_ml("0.028")
    assert why_parked(how) == ()
    assert why_not_packable(how, SLOTS) == (reasons.NOT_COUNTED,)
    assert why_not_packable(replace(daily(dose("1")), unit="KAPSLER"), SLOTS) == ()


@pytest.mark.parametrize(
    ("how", "unmapped"),
    [
        (daily(*[dose("1", None)] * 4), False),
        (daily(*[dose("1", None)] * 5), True),
        (daily(*[dose("1", MORNING)] * 5), False),
        (dosage(structure(ONE, day(2, *[dose("1", None)] * 5), interval=2)), True),
    ],
)
def test_a_site_must_have_said_when_plain_doses_are_taken(how: StructuredDosage, *, unmapped: bool) -> None:
    assert why_not_packable(how, SLOTS) == ((reasons.PLAIN_UNMAPPED,) if unmapped else ())


def test_plain_doses_as_needed_ask_for_no_time_of_day() -> None:
    how = daily(*[dose("1", None, as_needed=True)] * 5)
    assert why_not_packable(how, SLOTS) == (reasons.AS_NEEDED,)


def test_an_end_before_all_dates_is_out_of_range_too() -> None:
    how = dosage(structure(ONE, end=FIRST_DATE - A_DAY))
    assert why_refused(how) == (reasons.ENDS_BEFORE_START, reasons.DATE_OUT_OF_RANGE)


def test_all_reasons_are_told_and_in_one_order() -> None:
    bad = dosage(
        structure(
            day(-1),
            day(0, *[dose("0.1", as_needed=True)] * 25),
            day(3, dose(("2", "1"))),
            day(3, dose("-1")),
            interval=2,
            start=FIRST_DATE - A_DAY,
            end=FIRST_DATE - 2 * A_DAY,
        ),
        span(0, None, day(1, dose("1E+3"))),
    )
    refused, parked = why_refused(bad), why_parked(bad)
    assert refused == (
        reasons.ENDS_BEFORE_START,
        reasons.DATE_OUT_OF_RANGE,
        reasons.DAY_NEGATIVE,
        reasons.DAY_OUTSIDE_CYCLE,
        reasons.DAY_TWICE,
        reasons.DAY_WITHOUT_DOSE,
        reasons.TOO_MANY_DOSES,
        reasons.NOT_A_QUANTITY,
        reasons.RANGE_REVERSED,
        reasons.QUANTITY_ABSURD,
    )
    assert parked[:4] == (reasons.AS_NEEDED, reasons.RANGE, reasons.DAY_NOT_FIXED, reasons.NOT_QUARTERS)
    assert why_not_packable(bad, SLOTS) == (*refused, *parked)


def test_a_quantity_is_judged_by_its_value_and_not_by_how_it_is_written() -> None:
    for written in ("1", "1.0", "10E-1", "0.1E+1", "1.00000000000000000000000000000000000"):
        assert why_not_packable(daily(dose(written)), SLOTS) == ()
    assert Decimal("1.0000000001") != 1
    assert why_refused(daily(dose("1.0000000001"))) == (reasons.NOT_A_QUANTITY,)
