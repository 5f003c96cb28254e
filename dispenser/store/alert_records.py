"""What the repositories of staff, alerts and overrides take and give: frozen values without any SQL in them."""

from dataclasses import dataclass
from datetime import date, datetime

from dispenser.core.ids import CitizenId


@dataclass(frozen=True, slots=True)
class StaffRecord:
    """A person on the list of staff; `role` is `pharmacist` or `technician`, `ended_by` None while they are on it."""

    number: int
    name: str
    role: str
    added_by: str
    added_at: datetime
    ended_by: str | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlertRecord:
    """A finding about a citizen that stops something, by its key; `first_seen` is when it was found first.

    `severity` is the name of the code's (`PARK` ...), `overriding` who may set it aside (`never`, `pharmacist`,
    `two persons`), both as they were when it was found first.
    """

    key: str
    code: str
    severity: str
    overriding: str
    citizen_id: CitizenId
    subject: str
    danish: str
    english: str
    fix_danish: str
    fix_english: str
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class OverrideRecord:
    """An override of the alert `key`, the `number`th of it; it counts to the end of the civil date `expires`."""

    key: str
    number: int
    code: str
    citizen_id: CitizenId
    who: str
    at: datetime
    reason: str
    expires: date
    second: str | None = None
    second_at: datetime | None = None
    revoked_by: str | None = None
    revoked_at: datetime | None = None
    revoked_why: str | None = None
