"""Clinical rules are asked when a plan comes in, when a batch is planned, and when it is released."""

import json
from collections.abc import Iterable
from copy import deepcopy
from dataclasses import replace
from datetime import date

import pytest

from dispenser.app.batch_rules import objections_now
from dispenser.app.intake import accept_bundle
from dispenser.app.release import NotReleasableError, release_batch
from dispenser.app.services import Services
from dispenser.core.batch import BatchState
from dispenser.core.dosage import FreeTextDosage, StructuredDosage
from dispenser.core.plan import Disposition, MedicationPlan
from dispenser.store.records import LineRecord, NoteRecord
from dispenser.store.session import Database
from safety.findings import Code, Finding, Severity, found
from safety.rule_batch import RULES_OBJECT
from safety.rule_plugins import UnusableRules
from safety.rule_question import RuleQuestion
from tests.support.fhir import Json, bundle, patient, request
from tests.support.pharmacy import OpenedCatalogue, Pharmacy, line
from tests.support.rules import QUIET, Saying, against

PARKS = Code("DOSE-0199", Severity.PARK, "Nej: {why}.", "No: {why}.", "Spørg.", "Ask.", "test")
WARNS = replace(PARKS, id="DOSE-0198", severity=Severity.WARN)


def push(services: Services, *sent: Json) -> None:
    reply = accept_bundle(services, json.dumps(bundle(patient(), *sent)).encode(), "test")
    assert reply.status == 200, reply.document


def judged(services: Services) -> tuple[MedicationPlan, dict[str, LineRecord]]:
    with services.database.read() as tx:
        citizen = tx.citizens.by_fhir_id("p1")
        assert citizen is not None
        plan = tx.plans.current(citizen.citizen_id)
        assert plan is not None
        lines = tx.plans.lines_of(citizen.citizen_id, plan.revision)
    return plan, {str(line.ordination_id): line for line in lines}


def reasons(line: LineRecord) -> list[str]:
    return [reason.code for reason in line.reasons]


def as_needed(name: str) -> Json:
    changed = deepcopy(request(name))
    dosage = changed["dosageInstruction"]
    assert isinstance(dosage, list)
    dosage[0]["asNeededBoolean"] = True
    return changed


def in_words(name: str) -> Json:
    return request(name) | {"dosageInstruction": [{"text": "efter skema"}]}


def test_without_rules_every_line_waits(services: Services) -> None:
    push(replace(services, rules=()), request("m1"), request("m2"))
    plan, lines = judged(services)
    assert plan.ordinations == ()
    assert {name: reasons(line) for name, line in lines.items()} == {"m1": ["DOSE-0170"], "m2": ["DOSE-0170"]}


def test_rules_that_cannot_be_used_let_nothing_pass(services: Services) -> None:
    push(replace(services, rules=(QUIET, UnusableRules("licensed", "load_error"))), request("m1"))
    plan, lines = judged(services)
    assert plan.ordinations == ()
    assert reasons(lines["m1"]) == ["DOSE-0172"]


def test_a_line_that_a_rule_parks_waits_and_says_what_it_is(services: Services) -> None:
    push(replace(services, rules=(against(PARKS, "m1", why="x"),)), request("m1"), request("m2"))
    plan, lines = judged(services)
    assert [line.ordination_id for line in plan.ordinations] == ["m2"]
    (waiting,) = plan.parked
    assert (waiting.ordination_id, waiting.reasons) == ("m1", ("DOSE-0199",))
    assert waiting.ordination is not None
    assert waiting.ordination.product_id == plan.ordinations[0].product_id
    assert lines["m1"].disposition is Disposition.PARKED
    assert (lines["m1"].reasons[0].danish, lines["m1"].reasons[0].severity) == ("Nej: x.", "PARK")


def test_a_warning_stops_nothing_and_stays_with_its_line(services: Services) -> None:
    push(replace(services, rules=(against(WARNS, "m1", why="x"),)), request("m1"))
    plan, lines = judged(services)
    assert [line.ordination_id for line in plan.ordinations] == ["m1"]
    assert reasons(lines["m1"]) == ["DOSE-0198"]


def against_company(question: RuleQuestion) -> Iterable[Finding]:
    """Object to m2 beside m1, and to m1 in any case."""
    for one in question.plan.ordinations:
        if one.ordination_id == "m1":
            yield found(PARKS, "m1", why="m1")
        elif "m1" in {other.ordination_id for other in question.beside}:
            yield found(PARKS, one.ordination_id, why="m1 is beside")


def test_a_line_that_waits_counts_beside_the_others(services: Services) -> None:
    push(replace(services, rules=(Saying(against_company),)), request("m1"), request("m2"))
    plan, lines = judged(services)
    assert plan.ordinations == ()
    assert lines["m2"].reasons[0].english == "No: m1 is beside."


def test_what_is_taken_as_needed_or_in_words_is_told_to_the_rules(services: Services) -> None:
    asked: list[RuleQuestion] = []

    def remember(question: RuleQuestion) -> Iterable[Finding]:
        asked.append(question)
        return ()

    stopped = request("m4") | {"status": "stopped"}
    on_hold = request("m5") | {"status": "on-hold"}
    push(
        replace(services, rules=(Saying(remember),)),
        request("m1"),
        as_needed("m2"),
        in_words("m3"),
        stopped,
        on_hold,
    )
    (question,) = asked
    assert [line.ordination_id for line in question.plan.ordinations] == ["m1"]
    assert [(one.ordination_id, type(one.dosage)) for one in question.beside] == [
        ("m2", StructuredDosage),
        ("m3", FreeTextDosage),
    ]
    assert question.day == date(2026, 11, 22)
    assert question.catalogue is services.catalogue


def test_a_medicine_that_nobody_can_name_is_told_on_every_other_line(services: Services) -> None:
    unknown = request("m2") | {"medicationCodeableConcept": {"text": "Marevan 2,5 mg"}}
    push(services, request("m1"), unknown, request("m3"))
    plan, lines = judged(services)
    assert [line.ordination_id for line in plan.ordinations] == ["m1", "m3"]
    told = {name: reasons(line) for name, line in lines.items()}
    assert told == {"m1": ["DOSE-0173"], "m2": ["DOSE-1314"], "m3": ["DOSE-0173"]}
    assert "also takes Marevan 2,5 mg: 1 tablet morgen, aften (m2), which" in lines["m1"].reasons[0].english
    for status in ("on-hold", "stopped"):
        push(services, request("m1"), unknown | {"status": status})
        assert reasons(judged(services)[1]["m1"]) == []


def test_a_stray_finding_of_a_plug_in_is_told_and_lets_nothing_pass(services: Services) -> None:
    stray = Saying(lambda _: (found(PARKS, "nobody", why="x"),))
    push(replace(services, rules=(stray,)), request("m1"))
    plan, lines = judged(services)
    assert plan.ordinations == ()
    assert reasons(lines["m1"]) == ["DOSE-0172"]


# -- batches -----------------------------------------------------------------------------------------------------


@pytest.fixture
def pharmacy(database: Database) -> Pharmacy:
    made = Pharmacy(database)
    made.citizen(1, line("a"), line("b", place=2))
    made.citizen(2, line("c"))
    return made


def test_a_batch_is_held_when_the_rules_object_now(pharmacy: Pharmacy) -> None:
    pharmacy.services = replace(pharmacy.services, rules=(against(PARKS, "b", why="x"),))
    record = pharmacy.batch()
    assert record.state is BatchState.HELD
    (finding,) = record.findings
    assert (finding.code, finding.subject, finding.severity) == ("DOSE-0240", "citizen-1", "HOLD")
    assert (finding.danish, finding.english) == ("b: DOSE-0199 Nej: x.", "b: DOSE-0199 No: x.")
    assert len(pharmacy.void_rolls()) == 2


def test_a_warning_holds_no_batch(pharmacy: Pharmacy) -> None:
    pharmacy.services = replace(pharmacy.services, rules=(against(WARNS, "b", why="x"),))
    record = pharmacy.batch()
    assert (record.state, record.findings) == (BatchState.PLANNED, ())


def test_a_batch_without_any_rules_is_held(pharmacy: Pharmacy) -> None:
    pharmacy.services = replace(pharmacy.services, rules=())
    record = pharmacy.batch()
    assert record.state is BatchState.HELD
    assert [(one.code, one.subject) for one in record.findings] == [
        ("DOSE-0240", "citizen-1"),
        ("DOSE-0240", "citizen-1"),
        ("DOSE-0240", "citizen-2"),
    ]


def test_a_batch_that_the_rules_have_come_to_object_to_is_not_released(pharmacy: Pharmacy) -> None:
    record = pharmacy.batch()
    now = replace(pharmacy.services, rules=(against(PARKS, "c", why="x"),))
    with pytest.raises(NotReleasableError, match=r"Roll 0000010002: c: DOSE-0199 No: x\.") as refused:
        release_batch(now, record.batch_id, "test")
    assert len(refused.value.reasons) == 1
    assert release_batch(pharmacy.services, record.batch_id, "test").state is BatchState.RELEASED


def test_what_the_rules_object_to_makes_way_for_a_new_batch(pharmacy: Pharmacy) -> None:
    pharmacy.batch()
    pharmacy.services = replace(pharmacy.services, rules=(against(PARKS, "c", why="x"),))
    second = pharmacy.batch()
    assert list(pharmacy.void_rolls()) == ["0000020001", "0000010002"]
    assert (second.state, second.rolls) == (BatchState.HELD, 1)


def test_an_allergy_that_is_noted_meanwhile_is_not_overlooked(pharmacy: Pharmacy) -> None:
    def note() -> None:
        with pharmacy.services.database.write() as tx:
            citizen = tx.citizens.by_fhir_id("patient-2")
            assert citizen is not None
            words = ("A. Holm", "datter", pharmacy.services.clock.now(), "penicillin")
            tx.notes.add(NoteRecord(citizen.citizen_id, 1, "allergy", "J01C", date(2026, 11, 22), None, *words))

    opened = OpenedCatalogue(note, 1)
    pharmacy.services = replace(pharmacy.services, catalogue=replace(pharmacy.services.catalogue, products=opened))
    record = pharmacy.batch()
    assert record.state is BatchState.HELD
    # The hall's products have no ATC codes, so nothing can be held against the allergy.
    assert {(one.code, one.subject) for one in record.findings} == {("DOSE-0240", "citizen-2")}
    assert "DOSE-0168" in record.findings[0].english


def test_nobody_without_objections_is_named(pharmacy: Pharmacy) -> None:
    with pharmacy.services.database.read() as tx:
        plans = {plan.citizen_id: plan for plan in tx.plans.current_in_group(pharmacy.batch().group_id)}
        rules = (against(PARKS, "b", why="x"),)
        found_now = objections_now(replace(pharmacy.services, rules=rules), tx, plans, pharmacy.services.slots)
    assert {name: [one.code for one in findings] for name, findings in found_now.items()} == {
        "citizen-1": [RULES_OBJECT]
    }
