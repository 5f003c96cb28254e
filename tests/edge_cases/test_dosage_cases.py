"""How much is taken when: what the dosage of one medicine can say, from FHIR or FMK to the pouches."""

from datetime import date, timedelta

import pytest

from dispenser.core.dosage import DosageDay, StructuredDosage
from dispenser.core.ids import OrdinationId
from dispenser.core.plan import MedicationPlan
from dispenser.core.roll import Period
from safety.batch_checks import check_batch
from safety.plan_checks import judge
from tests.support.counter import (
    ELTROXIN_50,
    Counter,
    found,
    intakes,
    medicine,
    person,
)
from tests.support.fhir import Json, part
from tests.support.medicine import (
    MONDAY,
    SLOTS,
    batch,
    catalogue,
    day,
    dosage,
    dose,
    ordination,
    plan,
    roll,
    structure,
)

ONE_DAY = Period(MONDAY, MONDAY)


def on(number: int) -> date:
    """Day `number` of the period, from 1."""
    return MONDAY + timedelta(days=number - 1)


def packed(how: StructuredDosage) -> dict[int, int]:
    """Quarters by day of the fortnight, from 1; every check of the batch must let the roll go."""
    of = plan(ordination(how))
    made = roll(of)
    assert check_batch(batch(made), {of.citizen_id: of}, catalogue(), SLOTS) == ()
    return {(pouch.date - MONDAY).days + 1: pouch.contents[0].quarters for pouch in made.pouches}


def parked(of: MedicationPlan) -> list[OrdinationId]:
    return [line.ordination_id for line in of.parked]


def test_a_cycle_longer_than_the_treatment_is_begun_once() -> None:
    """Every 28 days, for a treatment of ten days: one tablet on the first day, and that is all."""
    assert packed(dosage(structure(day(1, dose("1")), interval=28, end=on(10)))) == {1: 4}


def test_a_taper_with_missing_days_is_given_once() -> None:
    """Not iterated, days 1, 2, 5 and 9: the days between have no dose, and nothing begins anew."""
    doses: list[DosageDay] = [day(1, dose("3")), day(2, dose("2")), day(5, dose("1")), day(9, dose("0.5"))]
    assert packed(dosage(structure(*doses, interval=0))) == {1: 12, 2: 8, 5: 4, 9: 2}


def test_a_day_without_tablets_in_a_warfarin_week_has_no_pouch() -> None:
    """A week that names a day with 0 tablets has no pouch on that day, and the plan still says 0."""
    amounts = ["1", "1.5", "0", "1", "1.5", "1", "0"]
    week = dosage(structure(*(day(number, dose(amount)) for number, amount in enumerate(amounts, 1)), interval=7))
    found = packed(week)
    assert sorted(found) == [1, 2, 4, 5, 6, 8, 9, 11, 12, 13]
    assert [day.doses[0].amount for day in week.structures[0].days if not day.doses[0].amount] == [0, 0]


def test_a_declared_pause_has_no_pouches() -> None:
    """An empty structure from day 4 to day 9 is a pause: nothing is packed, and nothing is missed."""
    paused = dosage(
        structure(day(1, dose("1")), end=on(3)),
        structure(start=on(4), end=on(9)),
        structure(day(1, dose("1")), start=on(10)),
    )
    assert sorted(packed(paused)) == [1, 2, 3, 10, 11, 12, 13, 14]


def test_days_that_nobody_declared_a_pause_are_left_to_a_human() -> None:
    """Days 4 to 9 are in neither structure: that may be a mistake, so the line is parked and not packed around."""
    gap = dosage(structure(day(1, dose("1")), end=on(3)), structure(day(1, dose("1")), start=on(10)))
    assert [one.code.id for one in judge(ordination(gap), catalogue(), SLOTS)] == ["DOSE-0134"]


def test_a_dose_that_is_raised_in_the_middle_of_the_roll(counter: Counter) -> None:
    """Half a tablet to Thursday of the first week, a whole one from Friday: both in one roll, no day twice."""
    counter.take(
        person(),
        medicine(
            part("2026-11-01", "2026-11-26", frequency=1, when=["MORN"], value=0.5),
            part("2026-11-27", None, frequency=1, when=["MORN"]),
        ),
    )
    assert [quarters for *_, quarters in intakes(counter.roll())] == ["2"] * 4 + ["4"] * 10


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-11-27", None, range(5, 15)),
        ("2026-11-01", "2026-11-27", range(1, 6)),
        ("2026-11-25", "2026-11-27", range(3, 6)),
        ("2026-11-27", "2026-11-27", range(5, 6)),
    ],
    ids=["starts-inside", "ends-inside", "starts-and-ends-inside", "ends-on-the-day-it-starts"],
)
def test_a_treatment_that_starts_or_ends_inside_the_period(
    counter: Counter, start: str, end: str | None, days: range
) -> None:
    """First and last day are both taken, and days outside the treatment have no pouch."""
    counter.take(
        person(),
        medicine(part(start, end, frequency=1, when=["MORN"])),
        medicine(part("2026-11-01", None, frequency=1, when=["EVE"]), product=ELTROXIN_50, name="daily"),
    )
    found = [day for day, at, _ in intakes(counter.roll()) if at == "morning"]
    assert found == [on(number) for number in days]


def as_needed(**more: object) -> Json:
    return part("2026-11-23", None, frequency=1, **more) | {"asNeededBoolean": True}


CAPPED: Json = as_needed() | {
    "maxDosePerPeriod": {"numerator": {"value": 4, "unit": "tablet"}, "denominator": {"value": 1, "code": "d"}}
}
RANGED: Json = part("2026-11-23", None, frequency=1, when=["MORN"]) | {
    "doseAndRate": [{"doseRange": {"low": {"value": 1, "unit": "tablet"}, "high": {"value": 2, "unit": "tablet"}}}]
}


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ([as_needed()], "as needed"),
        ([part("2026-11-23", None, frequency=1, when=["MORN"]), CAPPED], "as needed"),
        ([RANGED], "range"),
        ([part("2026-11-23", None, frequency=5)], "so many doses a day"),
    ],
    ids=["as-needed", "as-needed-with-a-cap-beside-fixed", "one-to-two-tablets", "five-times-a-day-without-a-table"],
)
def test_what_a_human_must_decide_waits_while_the_rest_is_packed(
    counter: Counter, parts: list[Json], reason: str
) -> None:
    """The whole line is parked with its reason, nothing of it is guessed, and the citizen's other lines are packed."""
    daily = medicine(part("2026-11-01", None, frequency=1, when=["EVE"]), product=ELTROXIN_50, name="daily")
    reply = counter.receive(person(), medicine(*parts), daily)
    assert reply.status == 200
    assert reason in " ".join(found(reply)).casefold()
    assert parked(counter.plan_of()) == ["m1"]
    assert {(at, quarters) for _, at, quarters in intakes(counter.roll())} == {("evening", "4")}


def test_as_needed_and_not_tied_to_a_day_is_never_dated() -> None:
    """Day 0, as needed (FMK's "any day"): both reasons are named, and the line is parked."""
    line = ordination(dosage(structure(day(0, dose("1", None, as_needed=True)), interval=0)))
    assert {one.code.id for one in judge(line, catalogue(), SLOTS)} == {"DOSE-0122", "DOSE-0124"}


def test_eight_oclock_beside_morning_are_two_pouches(counter: Counter) -> None:
    """08:00 is not the word "morgen": two pouches, the named time first, and each label says its own."""
    counter.take(
        person(),
        medicine(part("2026-11-01", None, frequency=1, when=["MORN"])),
        medicine(part("2026-11-01", None, timeOfDay=["08:00:00"]), product=ELTROXIN_50, name="timed"),
    )
    made = counter.roll(ONE_DAY)
    assert [(at, quarters) for _, at, quarters in intakes(made)] == [("morning", "4"), ("08:00", "4")]
    printed = counter.labels(made)
    assert "Mandag 23.11.2026 Morgen kl. 08:00" in printed[1]
    assert "Mandag 23.11.2026 kl. 08:00" in printed[2]


def test_three_times_a_day_follows_the_sites_table(counter: Counter) -> None:
    """ "3 gange daglig" names no time: the tablets go where the site's signed table puts three doses a day."""
    counter.take(person(), medicine(part("2026-11-01", None, frequency=3)))
    assert [at for _, at, _ in intakes(counter.roll(ONE_DAY))] == ["morning", "noon", "evening"]
