"""The FHIR R4 resources that are taken: a transaction Bundle of one Patient and its MedicationRequests."""

from typing import Literal

from pydantic import StrictBool

from pharmacy_sync.fhir.elements import (
    CodeableConcept,
    Element,
    HumanName,
    Identifier,
    Ignored,
    Listed,
    LogicalId,
    Number,
    Period,
    Positive,
    Quantity,
    Range,
    Ratio,
    Reference,
    Text,
    UnitOfTime,
    Uri,
    Weekday,
    When,
)

IGNORED_OF_BUNDLE = frozenset({"id", "meta", "language", "identifier", "timestamp"})
IGNORED_OF_PATIENT = frozenset(
    {
        "meta", "language", "text", "extension", "telecom", "gender", "address", "maritalStatus",
        "multipleBirthBoolean", "multipleBirthInteger", "photo", "contact", "communication", "generalPractitioner",
    }
)  # fmt: skip
IGNORED_OF_REQUEST = frozenset(
    {
        "meta", "language", "text", "extension", "identifier", "statusReason", "category", "priority",
        "reportedBoolean", "reportedReference", "encounter", "supportingInformation", "requester", "performer",
        "performerType", "recorder", "reasonCode", "reasonReference", "instantiatesCanonical", "instantiatesUri",
        "basedOn", "groupIdentifier", "courseOfTherapyType", "insurance", "dispenseRequest", "substitution",
        "priorPrescription", "detectedIssue", "eventHistory",
    }
)  # fmt: skip
"""Elements that are allowed, kept with the stored resource, and have no effect on what is packed."""


class EntryRequest(Element):
    """What a transaction wants done with an entry."""

    method: Literal["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"]
    url: Uri


class Entry(Element):
    """One entry of a bundle; its resource is validated by its own model."""

    full_url: Uri | None = None
    resource: dict[str, object]
    request: EntryRequest


class Envelope(Element):
    """A Bundle without its resources' insides."""

    resource_type: Literal["Bundle"]
    type: Literal[
        "document", "message", "transaction", "transaction-response", "batch", "batch-response", "history", "searchset",
        "collection",
    ]  # fmt: skip
    entry: Listed[Entry]


class Patient(Element):
    """The citizen."""

    resource_type: Literal["Patient"]
    id: LogicalId
    identifier: Listed[Identifier] = ()
    active: StrictBool | None = None
    name: Listed[HumanName] = ()
    birth_date: Text
    deceased_boolean: StrictBool | None = None
    deceased_date_time: Text | None = None
    managing_organization: Reference | None = None
    link: Ignored = None


class Repeat(Element):
    """How often and when in the day."""

    id: Ignored = None
    extension: Ignored = None
    bounds_duration: Quantity | None = None
    bounds_range: Range | None = None
    bounds_period: Period | None = None
    count: Positive | None = None
    count_max: Positive | None = None
    duration: Number | None = None
    duration_max: Number | None = None
    duration_unit: UnitOfTime | None = None
    frequency: Positive | None = None
    frequency_max: Positive | None = None
    period: Number | None = None
    period_max: Number | None = None
    period_unit: UnitOfTime | None = None
    day_of_week: Listed[Weekday] = ()
    time_of_day: Listed[Text] = ()
    when: Listed[When] = ()
    offset: int | None = None


class Timing(Element):
    """When a medicine is taken."""

    id: Ignored = None
    extension: Ignored = None
    event: Listed[Text] = ()
    repeat: Repeat | None = None
    code: CodeableConcept | None = None


class DoseAndRate(Element):
    """How much is taken."""

    id: Ignored = None
    extension: Ignored = None
    type: Ignored = None
    dose_range: Range | None = None
    dose_quantity: Quantity | None = None
    rate_ratio: Ratio | None = None
    rate_range: Range | None = None
    rate_quantity: Quantity | None = None


class Dosage(Element):
    """One part of a dosage."""

    id: Ignored = None
    extension: Ignored = None
    sequence: int | None = None
    text: Text | None = None
    additional_instruction: Listed[CodeableConcept] = ()
    patient_instruction: Text | None = None
    timing: Timing | None = None
    as_needed_boolean: StrictBool | None = None
    as_needed_codeable_concept: CodeableConcept | None = None
    site: CodeableConcept | None = None
    route: CodeableConcept | None = None
    method: CodeableConcept | None = None
    dose_and_rate: Listed[DoseAndRate] = ()
    max_dose_per_period: Ratio | None = None
    max_dose_per_administration: Quantity | None = None
    max_dose_per_lifetime: Quantity | None = None


class MedicationRequest(Element):
    """One medicine of the plan."""

    resource_type: Literal["MedicationRequest"]
    id: LogicalId
    status: Literal[
        "active", "on-hold", "cancelled", "completed", "entered-in-error", "stopped", "draft", "unknown"
    ]  # fmt: skip
    intent: Literal[
        "proposal", "plan", "order", "original-order", "reflex-order", "filler-order", "instance-order", "option"
    ]  # fmt: skip
    do_not_perform: StrictBool | None = None
    medication_codeable_concept: CodeableConcept | None = None
    subject: Reference
    authored_on: Text | None = None
    note: Listed[Ignored] = ()
    dosage_instruction: Listed[Dosage] = ()
