"""FMK's XML of schema 1.6.0: what is read, what is parked and what is refused, with its place."""

from decimal import Decimal

import pytest

from dispenser.core.dosage import (
    ClockTime,
    DosageStructure,
    DoseRange,
    OrderedDose,
    StructuredDosage,
)
from pharmacy_sync.fmk.xml_dosage import read_xml
from tests.support.fmk import NAMESPACE_160

UNIT = "<UnitText>tablet</UnitText>"
START = "<Precondition><ValidFrom>2026-11-25</ValidFrom></Precondition>"
MORNING = "<Dosage><PartOfDayDosage><Morning><Quantity>1</Quantity></Morning></PartOfDayDosage></Dosage>"
DAY = f"<Day><Index>1</Index>{MORNING}</Day>"
DAILY = f"<Fixed><IterationInterval>1</IterationInterval>{DAY}</Fixed>"


def new(*periods: str, start: str = START, unit: str = UNIT, more: str = "") -> str:
    """A 1.6.0 dosage that starts on Wednesday 2026-11-25."""
    listed = "".join(f"<DosagePeriod>{period}</DosagePeriod>" for period in periods)
    return f'<Dosage xmlns="{NAMESPACE_160}">{start}{unit}{listed}{more}</Dosage>'


def fixed(inner: str) -> str:
    return new(f"<Fixed><IterationInterval>1</IterationInterval>{inner}</Fixed>")


def day(choice: str) -> str:
    return fixed(f"<Day><Index>1</Index><Dosage>{choice}</Dosage></Day>")


def weeks(interval: int | None, *labels: str, kind: str = "Fixed") -> str:
    listed = "".join(f"<Week><Weekday><Label>{label}</Label>{MORNING}</Weekday></Week>" for label in labels)
    written = f"<IterationInterval>{interval}</IterationInterval>" if interval else ""
    return new(f"<{kind}>{written}{listed}</{kind}>")


def found(text: str) -> list[tuple[str, str]]:
    return [(finding.code.id, finding.subject) for finding in read_xml(text).findings]


def structures(text: str) -> tuple[DosageStructure, ...]:
    read = read_xml(text)
    assert isinstance(read.dosage, StructuredDosage), read.findings
    return read.dosage.structures


def test_periods_follow_each_other_by_their_lengths() -> None:
    week, pause = f"<PeriodLength>7</PeriodLength>{DAILY}", "<PeriodLength>3</PeriodLength><Empty/>"
    dates = [(one.start.day, one.end and one.end.day, bool(one.days)) for one in structures(new(week, pause, DAILY))]
    assert dates == [(25, 1, True), (2, 4, False), (5, None, True)]


def test_every_kind_of_dose_of_the_new_version_is_read() -> None:
    amounts = "<MinimumQuantity>1</MinimumQuantity><MaximumQuantity>2</MaximumQuantity>"
    timed = f"<TimeOfDayDosage><TimeOfDayDose>{amounts}<Time>02:30:00</Time></TimeOfDayDose></TimeOfDayDosage>"
    plain = "<TimesPerDayDosage><Quantity>.5</Quantity><TimesPerDay>3</TimesPerDay></TimesPerDayDosage>"
    ranged = OrderedDose(ClockTime(2, 30), DoseRange(Decimal(1), Decimal(2)))
    assert structures(day(timed))[0].days[0].doses == (ranged,)
    assert structures(day(plain))[0].days[0].doses == (OrderedDose(None, Decimal("0.5")),) * 3


def test_the_response_of_the_new_version_is_read() -> None:
    words = "<DosagePeriodDescription><LongText>x</LongText></DosagePeriodDescription>"
    profile = DAILY.replace("</Fixed>", "<Profile><ProfileCode/></Profile></Fixed>")
    instruction = profile.replace("<Fixed>", "<Fixed><Instruction><FreeText>Tygges</FreeText></Instruction>")
    ended = "<EndDate><CalculatedEndDate>2026-12-01</CalculatedEndDate></EndDate>"
    period = f"<PeriodLength>7</PeriodLength>{words}{instruction}{ended}"
    read = read_xml(new(period, f"{instruction}<EndDate><Unknown/></EndDate>", start=f"<IsSelfAdministration/>{START}"))
    assert read.dosage
    assert (read.instruction, read.findings) == ("Tygges", ())


@pytest.mark.parametrize("interval", [1, 7])
def test_a_week_counts_from_the_first_day_of_its_period(interval: int) -> None:
    listed = "".join(f"<Weekday><Label>{label}</Label>{MORNING}</Weekday>" for label in ("Tuesday", "Wednesday"))
    text = new(f"<Fixed><IterationInterval>{interval}</IterationInterval><Week>{listed}</Week></Fixed>")
    (one,) = structures(text)
    assert (one.interval, [number.number for number in one.days]) == (7, [1, 7])
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (weeks(2, "Wednesday", "Sunday"), []),
        (weeks(14, "Wednesday", "Monday"), [("DOSE-1770", "Dosage/DosagePeriod[1]/Fixed[1]")]),
        (weeks(None, "Monday"), [("DOSE-1770", "Dosage/DosagePeriod[1]/Fixed[1]")]),
        (weeks(None, "Friday"), []),
        (weeks(7, "Wednesday", "Monday"), [("DOSE-1715", "Dosage/DosagePeriod[1]/Fixed[1]"),
                                           ("DOSE-1770", "Dosage/DosagePeriod[1]/Fixed[1]")]),
        (weeks(1, "Mandag"), [("DOSE-1706", "Dosage/DosagePeriod[1]/Fixed[1]/Week[1]/Weekday[1]")]),
    ],
)  # fmt: skip
def test_weeks_that_may_mean_two_things_are_told(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


QUANTITY = "<Quantity>1</Quantity>"
SCHEMA = "<AccordingToParameterSchema>INR</AccordingToParameterSchema>"
PERIOD = "Dosage/DosagePeriod[1]"
CHOSEN = f"{PERIOD}/Fixed[1]/Day[1]/Dosage[1]"
UNLIMITED = f"<UnlimitedDayDosage>{QUANTITY}<MaximumDailyDose>8</MaximumDailyDose></UnlimitedDayDosage>"
BACKWARDS = "<FreeText><StartDate>2026-11-23</StartDate><EndDate>2026-11-22</EndDate><Text>x</Text></FreeText>"
HELD = True


@pytest.mark.parametrize(
    ("text", "expected", "held"),
    [
        (new(DAILY, start="<Precondition/>"), [("DOSE-1761", "Dosage/Precondition[1]")], HELD),
        (
            new(DAILY, start="<Precondition><UpdateValidFromUponHandover/></Precondition>"),
            [("DOSE-1760", "Dosage/Precondition[1]")],
            HELD,
        ),
        (
            new(DAILY, start=START.replace("</P", "<UpdateValidFromUponHandover/></P")),
            [("DOSE-1760", "Dosage/Precondition[1]")],
            HELD,
        ),
        (
            new(DAILY, start=START.replace("</P", "<PRNTrigger>feber</PRNTrigger></P")),
            [("DOSE-1772", "Dosage/Precondition[1]")],
            HELD,
        ),
        (
            new(
                DAILY,
                start=START.replace(
                    "</P",
                    "<EpisodicTreatment><Trigger>anfald</Trigger><MinimumDaysBetweenEpisodes>9"
                    "</MinimumDaysBetweenEpisodes></EpisodicTreatment></P",
                ),
            ),
            [("DOSE-1771", "Dosage/Precondition[1]/EpisodicTreatment[1]")],
            HELD,
        ),
        (new(f"<PeriodLengthFreeText>en uge</PeriodLengthFreeText>{DAILY}"), [("DOSE-1762", PERIOD)], HELD),
        (new(f"<PeriodLengthFreeText>en uge</PeriodLengthFreeText>{DAILY}", DAILY), [("DOSE-1762", PERIOD)], not HELD),
        (new(DAILY, DAILY), [("DOSE-1763", PERIOD)], not HELD),
        (new("<Unspecified/>"), [("DOSE-1764", PERIOD)], not HELD),
        (new("<PeriodLength>2</PeriodLength><Unspecified/>", DAILY), [("DOSE-1764", PERIOD)], HELD),
        (
            fixed(DAY).replace("<Fixed>", "<Fixed><MinimumDurationBetweenDoses>240</MinimumDurationBetweenDoses>"),
            [("DOSE-1765", f"{PERIOD}/Fixed[1]")],
            HELD,
        ),
        (
            day(UNLIMITED),
            [("DOSE-1766", f"{CHOSEN}/UnlimitedDayDosage[1]"), ("DOSE-1767", f"{CHOSEN}/UnlimitedDayDosage[1]")],
            not HELD,
        ),
        (
            day(UNLIMITED).replace("Fixed>", "PRN>"),
            [(code, f"{CHOSEN}/UnlimitedDayDosage[1]".replace("Fixed", "PRN")) for code in ("DOSE-1766", "DOSE-1767")],
            HELD,
        ),
        (
            day(f"<TimesPerDayDosage>{SCHEMA}<TimesPerDay>2</TimesPerDay></TimesPerDayDosage>"),
            [("DOSE-1768", f"{CHOSEN}/TimesPerDayDosage[1]/AccordingToParameterSchema[1]")],
            not HELD,
        ),
        (
            new(DAILY, unit=f"{UNIT}<Parameter><ParameterName>INR</ParameterName></Parameter>"),
            [("DOSE-1768", "Dosage/Parameter[1]")],
            HELD,
        ),
        (
            day(
                f"<PartOfDayDosage><Noon>{QUANTITY}<Infusion><Duration>15</Duration></Infusion></Noon></PartOfDayDosage>"
            ),
            [("DOSE-1769", f"{CHOSEN}/PartOfDayDosage[1]/Noon[1]/Infusion[1]")],
            HELD,
        ),
    ],
)
def test_what_only_a_human_can_date_is_parked(text: str, expected: list[tuple[str, str]], held: bool) -> None:  # noqa: FBT001
    read = read_xml(text)
    assert [(one.code.id, one.subject) for one in read.findings] == expected
    assert (read.dosage is not None) == held


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (new(), [("DOSE-1704", "Dosage")]),
        (new(DAILY, start=""), [("DOSE-1704", "Dosage")]),
        (new(DAILY, unit=""), [("DOSE-1704", "Dosage")]),
        (new("<PeriodLength>7</PeriodLength>"), [("DOSE-1704", PERIOD)]),
        (new(f"<Empty/>{DAILY}"), [("DOSE-1710", PERIOD)]),
        (new("<Empty/><Unspecified/>"), [("DOSE-1710", PERIOD), ("DOSE-1764", PERIOD)]),
        (new("<Empty>x</Empty>"), [("DOSE-1726", f"{PERIOD}/Empty[1]")]),
        (new(f"<PeriodLength>0</PeriodLength>{DAILY}"), [("DOSE-1706", f"{PERIOD}/PeriodLength[1]")]),
        (new(f"<PeriodLength>999999999</PeriodLength>{DAILY}"), [("DOSE-1717", PERIOD)]),
        (
            new(f"<PeriodLength>7</PeriodLength><PeriodLengthFreeText>x</PeriodLengthFreeText>{DAILY}"),
            [("DOSE-1710", PERIOD)],
        ),
        (
            new(
                f"<PeriodLength>7</PeriodLength>{DAILY}"
                "<EndDate><CalculatedEndDate>2026-12-02</CalculatedEndDate></EndDate>"
            ),
            [("DOSE-1716", f"{PERIOD}/EndDate[1]")],
        ),
        (new(DAILY, more="<Type>PRN</Type>"), [("DOSE-1714", "Dosage")]),
        (new(DAILY, more="<FreeText/>"), [("DOSE-1702", "Dosage")]),
        (f'<Dosage xmlns="{NAMESPACE_160}">{BACKWARDS}</Dosage>', [("DOSE-1218", "Dosage/FreeText[1]")]),
        (new("<StructuredDosage/>"), [("DOSE-1703", f"{PERIOD}/StructuredDosage[1]"), ("DOSE-1704", PERIOD)]),
        (
            day(f"<TimesPerDayDosage>{QUANTITY}<TimesPerDay>1000</TimesPerDay></TimesPerDayDosage>"),
            [("DOSE-1718", f"{CHOSEN}/TimesPerDayDosage[1]")],
        ),
        (day("<PartOfDayDosage/>"), [("DOSE-1704", f"{CHOSEN}/PartOfDayDosage[1]")]),
        (day("<TimeOfDayDosage/>"), [("DOSE-1704", f"{CHOSEN}/TimeOfDayDosage[1]")]),
        (day(""), [("DOSE-1704", CHOSEN)]),
        (fixed("<Day><Index>1</Index></Day>"), [("DOSE-1704", f"{PERIOD}/Fixed[1]/Day[1]")]),
        (fixed(""), [("DOSE-1704", f"{PERIOD}/Fixed[1]")]),
        (fixed("<Week/>"), [("DOSE-1704", f"{PERIOD}/Fixed[1]/Week[1]")]),
        (
            day(f"<PartOfDayDosage><Noon>{QUANTITY}{SCHEMA}</Noon></PartOfDayDosage>"),
            [
                ("DOSE-1710", f"{CHOSEN}/PartOfDayDosage[1]/Noon[1]"),
                ("DOSE-1768", f"{CHOSEN}/PartOfDayDosage[1]/Noon[1]/AccordingToParameterSchema[1]"),
            ],
        ),
    ],
)
def test_what_contradicts_itself_is_refused(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected
    assert read_xml(text).dosage is None
