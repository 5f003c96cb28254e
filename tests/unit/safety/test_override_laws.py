"""The laws of overriding, for any findings, dates, signatures and lines: an override never reaches further."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume, given
from hypothesis import strategies as st

from dispenser.core.dosage import ClockTime, DosageDay, DosageStructure, OrderedDose, PartOfDay, StructuredDosage
from dispenser.core.ids import CitizenId, OrdinationId, ProductId
from dispenser.core.moment import Moment
from dispenser.core.plan import Ordination
from safety.findings import Code, Finding, Overriding, Severity
from safety.overrides import Override, Signature, alert_key, decide

TODAY = date(2026, 11, 23)
ANNA, BODIL = CitizenId("anna"), CitizenId("bodil")
NINE = ClockTime(9, 0)
AT = Moment(TODAY, NINE)


def code(number: str = "0151", severity: Severity = Severity.PARK, who: Overriding = Overriding.PHARMACIST) -> Code:
    return Code(f"DOSE-{number}", severity, "{x}", "{x}", "ret", "fix", "test", who)


PHARMACISTS = code()
TWO = code("0152", who=Overriding.TWO_PERSONS)
BATCH = code("0232", Severity.HOLD)


def line(amount: str = "1", name: str = "o-1") -> Ordination:
    doses = (OrderedDose(PartOfDay.MORNING, Decimal(amount)), OrderedDose(ClockTime(14, 30), Decimal(amount)))
    structure = DosageStructure(1, date(2026, 11, 1), None, (DosageDay(1, doses),))
    dosage = StructuredDosage("tablet", (structure,))
    return Ordination(OrdinationId(name), ProductId("28100000001"), dosage, date(2026, 11, 1), None)


def override_of(finding: Finding, about: CitizenId = ANNA, on: Ordination | None = None) -> Override:
    key = alert_key(finding, about, on)
    return Override(key, 1, finding.code.id, about, "talt med lægen", Signature("A", AT), TODAY + timedelta(days=9))


CODES = [
    PHARMACISTS,
    TWO,
    BATCH,
    code("0201", Severity.REFUSE),
    code("0153", who=Overriding.NEVER),
    code("0112", Severity.WARN),
]
some_findings = st.builds(
    Finding,
    st.sampled_from(CODES),
    st.sampled_from(["o-1", "o-2", "0000010001", "0000010002", "anna"]),
    st.lists(st.tuples(st.sampled_from(["atc", "pack", "pouch"]), st.sampled_from("12")), max_size=3).map(tuple),
)
some_days = st.integers(-3, 12).map(lambda days: TODAY + timedelta(days=days))
some_lines = st.sampled_from([(), (line(),), (line("2"),), (line(), line(name="o-2"))])


@given(
    judged=st.lists(some_findings, max_size=6),
    overridden=some_findings,
    about=st.sampled_from([ANNA, BODIL]),
    signed=some_days,
    second=st.none() | some_days,
    expires=some_days,
    day=some_days,
    before=some_lines,
    now=some_lines,
)
def test_an_override_never_reaches_further(
    judged: list[Finding],
    overridden: Finding,
    about: CitizenId,
    signed: date,
    second: date | None,
    expires: date,
    day: date,
    before: tuple[Ordination, ...],
    now: tuple[Ordination, ...],
) -> None:
    assume(second is None or second >= signed)
    on = {line.ordination_id: line for line in before}.get(OrdinationId(overridden.subject))
    override = replace(
        override_of(overridden, about, on),
        first=Signature("A", Moment(signed, NINE)),
        second=Signature("B", Moment(second, NINE)) if second else None,
        expires=expires,
    )
    decided = decide(judged, [override], ANNA, day, now)
    assert sorted([*decided.standing, *(finding for finding, _ in decided.overridden)], key=str) == sorted(
        judged, key=str
    )
    for finding, _ in decided.overridden:
        assert finding.code == overridden.code
        assert about == ANNA
        assert sorted(one for one in finding.details if one[0] != "pouch") == sorted(
            one for one in overridden.details if one[0] != "pouch"
        )
        assert finding.code.severity in {Severity.PARK, Severity.HOLD}
        assert finding.code.overriding is not Overriding.NEVER
        assert signed <= day <= expires
        assert finding.code.overriding is Overriding.PHARMACIST or (second is not None and second <= day)
        assert finding.subject == overridden.subject or {finding.subject, overridden.subject} <= {
            "0000010001",
            "0000010002",
        }
        of_line = {line.ordination_id: line for line in now}.get(OrdinationId(finding.subject))
        assert of_line == on
