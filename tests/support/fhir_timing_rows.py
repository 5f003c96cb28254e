"""One example of everything that the tables of Timing say: element, outcome, finding code, dosages."""

from datetime import date, timedelta
from typing import Final

from tests.support.fhir_rows import EXTENSION, PACKED, PARKED, REFUSED, START, Json, Row, bare, one, repeated, step

GTS: Final = "http://terminology.hl7.org/CodeSystem/v3-GTSAbbreviation"
DAY: Final = {"period": 1, "periodUnit": "d"}
WEEK: Final = {"period": 1, "periodUnit": "wk"}
LONG: Final = [(date(2026, 1, 1) + timedelta(days=day)).isoformat() for day in range(367)]
MINUTES: Final = [f"{minute // 60:02d}:{minute % 60:02d}:00" for minute in range(25)]


def timed(**more: object) -> list[Json]:
    return one(timing={"repeat": START | {"when": ["MORN"]}} | more)


def unbounded(**repeat: object) -> list[Json]:
    return bare(repeat=repeat)


def coded(*codes: str) -> Json:
    return {"coding": [{"system": GTS, "code": code} for code in codes]}


TIMING: Final = [
    Row("Timing", "id", PACKED, "", timed(id="a")),
    Row("Timing", "extension", PARKED, "DOSE-1316", timed(extension=EXTENSION)),
    Row("Timing", "modifierExtension", REFUSED, "DOSE-1025", timed(modifierExtension=EXTENSION)),
    Row("Timing", "event", PACKED, "", bare(event=["2026-11-24", "2026-11-27T08:00:00+01:00"])),
    Row("Timing", "event", PARKED, "DOSE-1332", timed(event=["2026-11-24"])),
    Row(
        "Timing", "event", PARKED, "DOSE-1344",
        bare(event=["2026-11-24T08:00:00+01:00", "2026-11-24T07:00:00Z"]),
    ),
    Row("Timing", "event", PARKED, "DOSE-1345", bare(event=["2026-11-24", "2026-11-24T08:00:00+01:00"])),
    Row("Timing", "event", REFUSED, "DOSE-1220", bare(event=["2026-11"])),
    Row("Timing", "event", REFUSED, "DOSE-1221", bare(event=["2026-11-24T08:00:30+01:00"])),
    Row("Timing", "event", REFUSED, "DOSE-1219", bare(event=["1999-12-31"])),
    Row("Timing", "event", REFUSED, "DOSE-1216", bare(event=["2026-11-24", "2026-11-24"])),
    Row("Timing", "event", REFUSED, "DOSE-1227", bare(event=LONG)),
    Row("Timing", "repeat", PACKED, "", one()),
    Row("Timing", "repeat", PARKED, "DOSE-1330", repeated()),
    *(Row("Timing", "code", PACKED, "", bare(code=coded(code))) for code in ("QD", "BID", "TID", "QID", "AM", "BED")),
    *(Row("Timing", "code", PACKED, "", bare(code=coded(code), repeat=START)) for code in ("QOD", "WK")),
    Row("Timing", "code", PACKED, "", timed(code=coded("QD"))),
    Row("Timing", "code", PACKED, "", timed(code=coded("AM"))),
    *(Row("Timing", "code", PARKED, "DOSE-1349", bare(code=coded(code))) for code in ("PM", "Q6H", "MO")),
    Row("Timing", "code", PARKED, "DOSE-1349", bare(code={"text": "BID"})),
    Row("Timing", "code", PARKED, "DOSE-1349", bare(code=coded("BID", "TID"))),
    Row("Timing", "code", PARKED, "DOSE-1349", bare(code=coded("AM"), repeat=START | DAY)),
    Row("Timing", "code", PARKED, "DOSE-1341", bare(code=coded("QOD"))),
    Row("Timing", "code", PARKED, "DOSE-1341", bare(code=coded("WK"))),
    Row("Timing", "code", REFUSED, "DOSE-1226", timed(code=coded("BID"))),
    Row("Timing", "code", REFUSED, "DOSE-1226", bare(code=coded("AM"), repeat=START | {"when": ["EVE"]})),
]  # fmt: skip

REPEAT: Final = [
    Row("Timing.repeat", "id", PACKED, "", repeated(id="a", when=["MORN"])),
    Row("Timing.repeat", "extension", PARKED, "DOSE-1316", repeated(extension=EXTENSION, when=["MORN"])),
    *(
        Row("Timing.repeat", "boundsDuration", outcome, code, unbounded(when=["MORN"], boundsDuration=duration))
        for outcome, code, duration in (
            (PACKED, "", {"value": 14, "code": "d"}),
            (PACKED, "", {"value": 2, "unit": "wk"}),
            (PARKED, "DOSE-1342", {"value": 1, "code": "mo"}),
            (REFUSED, "DOSE-1218", {"value": 0, "code": "d"}),
        )
    ),
    Row(
        "Timing.repeat", "boundsDuration", REFUSED, "DOSE-1219",
        [step(number, 1, boundsDuration={"value": 36_500, "code": "d"}) for number in (1, 2)],
    ),
    Row(
        "Timing.repeat", "boundsDuration", REFUSED, "DOSE-1207",
        repeated(when=["MORN"], boundsDuration={"value": 1, "code": "d"}),
    ),
    Row(
        "Timing.repeat", "boundsRange", PARKED, "DOSE-1342",
        unbounded(when=["MORN"], boundsRange={"high": {"value": 5, "code": "d"}}),
    ),
    Row("Timing.repeat", "boundsRange", REFUSED, "DOSE-1207", repeated(when=["MORN"], boundsRange={"id": "a"})),
    *(
        Row("Timing.repeat", "boundsPeriod", outcome, code, unbounded(when=["MORN"], boundsPeriod=period))
        for outcome, code, period in (
            (PACKED, "", {"start": "2026-11-23", "end": "2026-11-23"}),
            (PACKED, "", {"end": "2026-12-06"}),
            (PARKED, "DOSE-1343", {"start": "2026-11-23T08:00:00+01:00"}),
            (PARKED, "DOSE-1316", {"start": "2026-11-23", "extension": EXTENSION}),
            (REFUSED, "DOSE-1220", {"start": "2026-11"}),
            (REFUSED, "DOSE-1219", {"end": "2127-01-01"}),
            (REFUSED, "DOSE-1218", {"start": "2026-11-23", "end": "2026-11-22"}),
        )
    ),
    Row(
        "Timing.repeat", "boundsPeriod", REFUSED, "DOSE-1207",
        repeated(when=["MORN"], boundsDuration={"value": 1, "code": "d"}),
    ),
    Row("Timing.repeat", "count", PACKED, "", repeated(when=["MORN", "EVE"], count=4)),
    Row("Timing.repeat", "count", PARKED, "DOSE-1331", repeated(when=["MORN", "EVE"], count=3)),
    Row("Timing.repeat", "count", REFUSED, "DOSE-1219", repeated(period=365, periodUnit="d", count=999)),
    Row("Timing.repeat", "count", REFUSED, "DOSE-1024", repeated(when=["MORN"], count=0)),
    Row("Timing.repeat", "countMax", PARKED, "DOSE-1331", repeated(when=["MORN"], count=3, countMax=5)),
    Row("Timing.repeat", "duration", PARKED, "DOSE-1334", repeated(when=["MORN"], duration=2, durationUnit="h")),
    Row("Timing.repeat", "durationMax", PARKED, "DOSE-1334", repeated(when=["MORN"], durationMax=2)),
    Row("Timing.repeat", "durationUnit", PARKED, "DOSE-1334", repeated(when=["MORN"], durationUnit="h")),
    Row("Timing.repeat", "durationUnit", REFUSED, "DOSE-1022", repeated(when=["MORN"], durationUnit="timer")),
    Row("Timing.repeat", "frequency", PACKED, "", repeated(frequency=3, **DAY)),
    Row("Timing.repeat", "frequency", PACKED, "", repeated(frequency=1, when=["MORN"])),
    Row("Timing.repeat", "frequency", PARKED, "DOSE-1339", repeated(frequency=3, **WEEK)),
    Row("Timing.repeat", "frequency", PARKED, "DOSE-1330", repeated(frequency=3)),
    Row("Timing.repeat", "frequency", REFUSED, "DOSE-1214", repeated(frequency=3, when=["MORN"], **DAY)),
    Row("Timing.repeat", "frequency", REFUSED, "DOSE-1225", repeated(frequency=25, **DAY)),
    Row("Timing.repeat", "frequency", REFUSED, "DOSE-1024", repeated(frequency=1000, **DAY)),
    Row("Timing.repeat", "frequencyMax", PARKED, "DOSE-1333", repeated(frequency=1, frequencyMax=3, **DAY)),
    Row("Timing.repeat", "period", PACKED, "", repeated(period=365, periodUnit="d")),
    Row("Timing.repeat", "period", PACKED, "", repeated(period=48, periodUnit="h")),
    Row("Timing.repeat", "period", PARKED, "DOSE-1350", repeated(period=1.5, periodUnit="d")),
    Row("Timing.repeat", "period", REFUSED, "DOSE-1228", repeated(period=366, periodUnit="d")),
    Row("Timing.repeat", "period", PARKED, "DOSE-1341", unbounded(period=2, periodUnit="d")),
    Row("Timing.repeat", "period", PARKED, "DOSE-1338", repeated(period=8, periodUnit="h")),
    Row("Timing.repeat", "period", REFUSED, "DOSE-1217", repeated(period=0, periodUnit="d")),
    Row("Timing.repeat", "periodMax", PARKED, "DOSE-1333", repeated(periodMax=2, **DAY)),
    *(Row("Timing.repeat", "periodUnit", PACKED, "", repeated(period=24, periodUnit=unit)) for unit in ("d", "h")),
    Row("Timing.repeat", "periodUnit", PACKED, "", repeated(period=24, periodUnit="wk")),
    *(
        Row("Timing.repeat", "periodUnit", PARKED, "DOSE-1337", repeated(period=1, periodUnit=unit))
        for unit in ("s", "min", "mo", "a")
    ),
    Row("Timing.repeat", "periodUnit", REFUSED, "DOSE-1022", repeated(period=1, periodUnit="uge")),
    Row("Timing.repeat", "periodUnit", REFUSED, "DOSE-1217", repeated(periodUnit="d")),
    Row("Timing.repeat", "dayOfWeek", PACKED, "", repeated(dayOfWeek=["mon", "sun"], when=["MORN"])),
    Row("Timing.repeat", "dayOfWeek", PACKED, "", repeated(dayOfWeek=["thu"], period=2, periodUnit="wk")),
    Row("Timing.repeat", "dayOfWeek", PACKED, "", repeated(dayOfWeek=["thu"], period=14, periodUnit="d")),
    Row("Timing.repeat", "dayOfWeek", PARKED, "DOSE-1330", repeated(dayOfWeek=["mon"])),
    Row(
        "Timing.repeat", "dayOfWeek", PARKED, "DOSE-1340",
        unbounded(boundsPeriod={"start": "2026-11-25"}, dayOfWeek=["mon"], period=2, periodUnit="wk"),
    ),
    Row("Timing.repeat", "dayOfWeek", PARKED, "DOSE-1341", unbounded(dayOfWeek=["mon"], period=2, periodUnit="wk")),
    Row("Timing.repeat", "dayOfWeek", REFUSED, "DOSE-1222", repeated(dayOfWeek=["mon"], period=3, periodUnit="d")),
    Row("Timing.repeat", "dayOfWeek", REFUSED, "DOSE-1216", repeated(dayOfWeek=["mon", "mon"], when=["MORN"])),
    Row("Timing.repeat", "dayOfWeek", REFUSED, "DOSE-1022", repeated(dayOfWeek=["mandag"], when=["MORN"])),
    Row("Timing.repeat", "timeOfDay", PACKED, "", repeated(timeOfDay=["08:00:00", "02:30:00"])),
    Row("Timing.repeat", "timeOfDay", PARKED, "DOSE-1344", repeated(timeOfDay=["08:00:00", "08:00:00.0"])),
    Row("Timing.repeat", "timeOfDay", REFUSED, "DOSE-1221", repeated(timeOfDay=["24:00:00"])),
    Row("Timing.repeat", "timeOfDay", REFUSED, "DOSE-1216", repeated(timeOfDay=["08:00:00", "08:00:00"])),
    Row("Timing.repeat", "timeOfDay", REFUSED, "DOSE-1215", repeated(timeOfDay=["08:00:00"], when=["MORN"])),
    Row("Timing.repeat", "timeOfDay", REFUSED, "DOSE-1225", repeated(timeOfDay=MINUTES)),
    Row("Timing.repeat", "when", PACKED, "", repeated(when=["MORN", "NOON", "EVE", "HS"])),
    Row("Timing.repeat", "when", PARKED, "DOSE-1335", repeated(when=["AFT"])),
    Row("Timing.repeat", "when", PARKED, "DOSE-1344", repeated(when=["NIGHT", "HS"])),
    Row("Timing.repeat", "when", PARKED, "DOSE-1310", repeated(when=["MORN", "CV"])),
    Row("Timing.repeat", "when", REFUSED, "DOSE-1216", repeated(when=["MORN", "MORN"])),
    Row("Timing.repeat", "when", REFUSED, "DOSE-1022", repeated(when=["MORGEN"])),
    Row("Timing.repeat", "when", REFUSED, "DOSE-1215", repeated(timeOfDay=["08:00:00"], when=["MORN"])),
    Row("Timing.repeat", "offset", PACKED, "", repeated(when=["MORN"], offset=0)),
    Row("Timing.repeat", "offset", PARKED, "DOSE-1336", repeated(when=["MORN"], offset=30)),
    Row("Timing.repeat", "offset", REFUSED, "DOSE-1023", repeated(when=["MORN"], offset="30")),
]  # fmt: skip
