"""Any combination of Timing elements is read, nothing is left out, and the dates agree with a second reader."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.dosage import StructuredDosage
from dispenser.core.expansion import ordered_intakes
from dispenser.core.reasons import why_refused
from dispenser.core.roll import Period
from pharmacy_sync.fhir.dosages import read_dosages
from pharmacy_sync.fhir.vocabulary import WHEN_SLOTS
from safety.findings import Severity
from tests.support.fhir_rows import EXTENSION, Json, per_day
from tests.support.fhir_timing_rows import coded

WRITTEN = date(2026, 11, 20)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PLAIN_WORDS = {"MORN": "morning", "NOON": "noon", "EVE": "evening", "NIGHT": "night"}
CLOCKS = ("00:00:00", "02:30:00", "08:00:00", "20:15:00")
HOUR: Json = {"value": 1, "code": "h"}

days = st.dates(date(1999, 12, 1), date(2030, 1, 1)) | st.dates(date(2026, 10, 1), date(2027, 4, 1))
texts = days.map(date.isoformat)
moments = texts | texts.map(lambda day: f"{day}T02:30:00+01:00") | st.sampled_from(["2026", "2026-02-30", "i morgen"])
numbers = st.integers(-2, 400) | st.decimals(-1, 30, places=2)
quantities = st.fixed_dictionaries(
    {}, optional={"value": numbers, "code": st.sampled_from(["d", "wk", "mo", "h"]), "comparator": st.just("<")}
)
periods = st.fixed_dictionaries({}, optional={"start": moments, "end": moments})
units_of_time = st.sampled_from(["s", "min", "h", "d", "wk", "mo", "a", "uge"])

repeats = st.fixed_dictionaries(
    {},
    optional={
        "boundsDuration": quantities,
        "boundsRange": st.just({"low": {"value": 1, "code": "d"}}),
        "boundsPeriod": periods,
        "count": st.integers(-1, 1001),
        "countMax": st.integers(1, 9),
        "duration": numbers,
        "durationUnit": units_of_time,
        "frequency": st.integers(0, 40),
        "frequencyMax": st.integers(0, 40),
        "period": numbers,
        "periodMax": numbers,
        "periodUnit": units_of_time,
        "dayOfWeek": st.lists(st.sampled_from(WEEKDAYS), max_size=7),
        "timeOfDay": st.lists(st.sampled_from([*CLOCKS, "24:00:00", "08:00:00.0"]), max_size=4),
        "when": st.lists(st.sampled_from([*WHEN_SLOTS, "AFT", "C", "WAKE", "x"]), max_size=4),
        "offset": st.sampled_from([0, 30, -30]),
    },
)
codes = st.sampled_from(["QD", "BID", "TID", "AM", "PM", "QOD", "WK", "Q6H"]).map(coded)
timings = st.fixed_dictionaries(
    {},
    optional={
        "event": st.lists(moments, max_size=4),
        "repeat": repeats,
        "code": codes,
        "extension": st.just(EXTENSION),
    },
)
doses = st.fixed_dictionaries(
    {},
    optional={
        "doseQuantity": st.fixed_dictionaries(
            {"unit": st.sampled_from(["tablet", "kapsel", "ml"])}, optional={"value": numbers}
        ),
        "doseRange": st.just({"low": {"value": 1, "unit": "tablet"}, "high": {"value": 2, "unit": "tablet"}}),
        "rateQuantity": st.just(HOUR),
    },
)
dosages = st.fixed_dictionaries(
    {},
    optional={
        "sequence": st.integers(-1, 3),
        "text": st.sampled_from(["1 tablet", "kun søndag"]),
        "timing": timings,
        "asNeededBoolean": st.booleans(),
        "doseAndRate": st.lists(doses, max_size=2),
        "maxDosePerPeriod": st.just(per_day(2)),
    },
)  # fmt: skip


def is_packable(document: object, written: date | None = WRITTEN) -> bool:
    read = read_dosages(document, written)
    return not read.findings and isinstance(read.dosage, StructuredDosage)


@given(st.lists(dosages, min_size=1, max_size=4), st.none() | days)
def test_any_dosage_is_read_and_nothing_uncertain_comes_out_unmarked(
    document: list[Json], written: date | None
) -> None:
    read = read_dosages(document, written)
    if any(finding.code.severity is Severity.REFUSE for finding in read.findings):
        assert read.dosage is None
        return
    assert all(finding.code.severity is Severity.PARK for finding in read.findings)
    if not read.findings:
        assert isinstance(read.dosage, StructuredDosage)
        reasons = why_refused(read.dosage)
        assert not reasons or reasons == ("date-out-of-range",), read.dosage
        for structure in read.dosage.structures:
            for day in structure.days:
                assert day.number > 0
                assert all(isinstance(dose.amount, Decimal) and not dose.as_needed for dose in day.doses)
    elif isinstance(read.dosage, StructuredDosage):
        assert len(read.dosage.structures) <= 20


@st.composite
def plain_repeats(draw: st.DrawFn) -> Json:
    """A repetition of the kind that every machine can follow."""
    start = draw(st.dates(date(2026, 10, 1), date(2027, 1, 1)))
    repeat: Json = {}
    named = draw(st.sampled_from(["when", "timeOfDay", "frequency"]))
    if named == "frequency":
        repeat |= {"frequency": draw(st.integers(1, 6)), "period": 1, "periodUnit": "d"}
    else:
        choices = list(PLAIN_WORDS) if named == "when" else list(CLOCKS)
        repeat[named] = draw(st.lists(st.sampled_from(choices), min_size=1, max_size=4, unique=True))
    rhythm = draw(st.sampled_from(["daily", "weekdays", "days", "weeks"]))
    if rhythm == "weekdays":
        repeat["dayOfWeek"] = draw(st.lists(st.sampled_from(WEEKDAYS), min_size=1, max_size=7, unique=True))
    elif rhythm != "daily" and named != "frequency":
        repeat |= {"period": draw(st.integers(1, 40)), "periodUnit": "d" if rhythm == "days" else "wk"}
    bounds = draw(st.sampled_from(["start", "both", "count"]))
    period: Json = {"start": start.isoformat()}
    if bounds == "both":
        period["end"] = (start + timedelta(days=draw(st.integers(0, 90)))).isoformat()
    if bounds == "count":
        size = repeat.get("frequency") or len(repeat.get("when") or repeat["timeOfDay"])  # type: ignore[arg-type]  # lists
        repeat["count"] = draw(st.integers(1, 20)) * int(str(size))
    return repeat | {"boundsPeriod": period}


def second_reading(repeat: Json, amount: Decimal, first: date, length: int) -> list[tuple[date, str, Decimal]]:
    """Read a plain repetition by walking from its start day by day, counting doses as they are taken."""
    bounds: dict[str, str] = repeat["boundsPeriod"]  # type: ignore[assignment]  # JSON of a known shape
    names: list[str] = [
        PLAIN_WORDS.get(code, code[:5]) for code in repeat.get("when", []) or repeat.get("timeOfDay", [])
    ]  # type: ignore[attr-defined]  # lists
    names = names or ["unmapped"] * int(str(repeat["frequency"]))
    left = repeat.get("count", 10**9)
    weekdays = repeat.get("dayOfWeek")
    step = int(str(repeat.get("period", 1))) * (7 if repeat.get("periodUnit") == "wk" else 1)
    start = day = date.fromisoformat(bounds["start"])
    found: list[tuple[date, str, Decimal]] = []
    while day < first + timedelta(days=length) and day.isoformat() <= bounds.get("end", "9999"):
        due = WEEKDAYS[day.weekday()] in weekdays if weekdays else (day - start).days % step == 0  # type: ignore[operator]  # a list
        if due and left:
            left -= len(names)  # type: ignore[operator]  # a number
            if day >= first:
                found.extend((day, name, amount) for name in names)
        day += timedelta(days=1)
    return found


@given(
    plain_repeats(),
    st.sampled_from([Decimal(1), Decimal(2), Decimal("0.5"), Decimal("1.25")]),
    st.dates(date(2026, 9, 1), date(2027, 3, 1)),
    st.integers(1, 60),
)
def test_dates_agree_with_a_second_reader(repeat: Json, amount: Decimal, first: date, length: int) -> None:
    document = [{"timing": {"repeat": repeat}, "doseAndRate": [{"doseQuantity": {"value": amount, "unit": "stk"}}]}]
    read = read_dosages(document, WRITTEN)
    assert read.findings == ()
    assert read.dosage is not None
    window = Period(first, first + timedelta(days=length - 1))
    ours = [
        (one.date, "unmapped" if one.slot is None else getattr(one.slot, "value", str(one.slot)), one.amount)
        for one in ordered_intakes(read.dosage, window)
    ]
    assert sorted(ours) == sorted(second_reading(repeat, amount, first, length))


NOT_PLAIN: list[tuple[str, object]] = [
    ("extension", EXTENSION),
    ("countMax", 99),
    ("duration", 1),
    ("durationMax", 1),
    ("durationUnit", "h"),
    ("frequencyMax", 9),
    ("periodMax", 60),
    ("offset", 15),
    ("boundsRange", {"low": {"value": 1, "code": "d"}}),
    ("boundsDuration", {"value": 3, "code": "d"}),
    ("_when", [{"id": "a"}]),
    ("modifierExtension", EXTENSION),
    ("tidspunkt", "morgen"),
]
BESIDE: list[tuple[str, object]] = [
    ("event", ["2026-11-23"]),
    ("extension", EXTENSION),
    ("modifierExtension", EXTENSION),
    ("code", coded("Q6H")),
    ("code", {"text": "BID"}),
    ("note", "x"),
]
AROUND: list[tuple[str, object]] = [
    ("extension", EXTENSION),
    ("modifierExtension", EXTENSION),
    ("text", "højst 2"),
    ("patientInstruction", "Kun i ferien"),
    ("additionalInstruction", [{"text": "Ved behov"}]),
    ("asNeededBoolean", True),
    ("asNeededCodeableConcept", {"text": "smerter"}),
    ("site", {"text": "øje"}),
    ("method", {"text": "drypning"}),
    ("route", {"text": "i øjet"}),
    ("maxDosePerLifetime", {"value": 99, "unit": "stk"}),
    ("maxDosePerPeriod", {"numerator": {"value": 99, "unit": "stk"}, "denominator": {"value": 1, "code": "wk"}}),
]


@given(
    plain_repeats(),
    st.sampled_from(
        [*((0, *one) for one in AROUND), *((1, *one) for one in BESIDE), *((2, *one) for one in NOT_PLAIN)]
    ),
)
def test_an_element_that_is_not_understood_is_never_left_out(repeat: Json, added: tuple[int, str, object]) -> None:
    dose = [{"doseQuantity": {"value": 1, "unit": "stk"}}]
    levels: list[Json] = [{"doseAndRate": dose}, {}, repeat]
    assert is_packable([levels[0] | {"timing": levels[1] | {"repeat": levels[2]}}])
    depth, name, value = added
    levels[depth] = levels[depth] | {name: value}
    assert not is_packable([levels[0] | {"timing": levels[1] | {"repeat": levels[2]}}])
