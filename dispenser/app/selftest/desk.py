"""The pharmacist's desk of the self-test: what people are about to decide and to sign, and who they are."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from dispenser.app.selftest.clinic import rule_text
from dispenser.core.dosage import ClockTime
from dispenser.core.fills import LotNotice, Lots, LotState, lots_of
from dispenser.core.ids import CitizenId
from dispenser.core.moment import Moment
from safety.continuity_codes import NOT_DISCARDED, PHASE_SHIFT
from safety.findings import Code, Finding, found
from safety.override_checks import Member, Role, Wish
from safety.overrides import Override, Signature, alert_key

PHARMACIST: Final = "Farmaceut Kirsten Holm"
OTHER: Final = "Farmaceut Åse Lund"
TECHNICIAN: Final = "Farmakonom Bo Lund"
CHECKED_BY: Final = "Farmaceut Niels Aagaard"
STAFF: Final = (
    Member(PHARMACIST, Role.PHARMACIST),
    Member(OTHER, Role.PHARMACIST),
    Member(TECHNICIAN, Role.TECHNICIAN),
)
_REASON: Final = "Aftalt med egen læge i dag"
_CITIZEN: Final = CitizenId("citizen-1")
_WEEK: Final = timedelta(days=7)
_SLOT_FILE: Final = """
valid_from = {day}
reason = "Aftensmad kl. 17.30"

[times]
morning = "08:00"
noon = "12:00"
evening = "17:30"
night = "22:00"

[plain]
1 = ["morning"]
2 = ["morning", "evening"]
3 = ["morning", "noon", "evening"]
4 = ["morning", "noon", "evening", "night"]
"""


@dataclass(frozen=True, slots=True)
class Asking:
    """An override that somebody asks for: of which code, how, and which overrides of the alert there are."""

    code: Code
    wish: Wish
    known: tuple[Override, ...] = ()


@dataclass(frozen=True, slots=True)
class Seconding:
    """An override that waits for the other person, and who that would be."""

    code: Code
    override: Override
    who: str


@dataclass(frozen=True, slots=True)
class Deciding:
    """What was found about a citizen, and the overrides that set it aside."""

    findings: tuple[Finding, ...]
    overrides: tuple[Override, ...]
    about: CitizenId


@dataclass(frozen=True, slots=True)
class Signing:
    """A slot table (TOML) or rule pack (TOML) that is about to be signed: by whom it was made, and by whom."""

    text: str
    author: str
    who: str
    signed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Revoking:
    """An override that is taken back: by whom, and why."""

    override: Override
    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names: whom or who something is about, and who does it or has checked it."""

    name: str
    who: str


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that lies on the desk on the day `today`.

    `adding` and `removing` name somebody of the staff and who does so, `registering` who said which product a GTIN is
    and who checked; `settling` is who lets lines go that an allergy held; `pack_there` is the stored pack of
    the same version, if there is one.
    """

    today: date
    staff: tuple[Member, ...]
    asking: Asking
    seconding: Seconding
    deciding: Deciding
    table: Signing
    pack: Signing
    notice: LotNotice
    lots: Lots
    revoking: Revoking
    adding: Pair
    removing: Pair
    registering: Pair
    settling: str
    pack_there: str | None = None


def sound_desk(today: date) -> Desk:
    """Return a desk on which everything may be signed."""
    phase = found(PHASE_SHIFT, "0000020001", product="Deltazid 20 mg", interval=2)
    stale = found(NOT_DISCARDED, _CITIZEN, units=1, product="28900000009", date=today)
    at = datetime.combine(today - _WEEK, time(9, 0), UTC)
    quarantine = LotNotice("L0001", "05798000100006", LotState.QUARANTINED, PHARMACIST, "Misfarvning", at)
    cleared = LotNotice("L0001", "05798000100006", LotState.FREE, OTHER, "Undersøgt: i orden", at)
    return Desk(
        today=today,
        staff=STAFF,
        asking=Asking(PHASE_SHIFT, Wish(PHARMACIST, _REASON, today + _WEEK)),
        seconding=Seconding(NOT_DISCARDED, override_of(stale, today), TECHNICIAN),
        deciding=Deciding(
            (phase, stale), (override_of(phase, today), override_of(stale, today, second=TECHNICIAN)), _CITIZEN
        ),
        table=Signing(_SLOT_FILE.format(day=today + _WEEK), OTHER, PHARMACIST),
        pack=Signing(rule_text(), OTHER, PHARMACIST),
        notice=cleared,
        lots=lots_of([quarantine]),
        revoking=Revoking(override_of(phase, today), TECHNICIAN, _REASON),
        adding=Pair("Farmakonom Ida Krog", OTHER),
        removing=Pair(TECHNICIAN, OTHER),
        registering=Pair(TECHNICIAN, CHECKED_BY),
        settling=PHARMACIST,
    )


def override_of(finding: Finding, today: date, second: str | None = None) -> Override:
    """Return an override of `finding` that the pharmacist signed today, with or without a second."""
    now = Moment(today, ClockTime(10, 0))
    return Override(
        key=alert_key(finding, _CITIZEN),
        number=1,
        code_id=finding.code.id,
        citizen_id=_CITIZEN,
        reason=_REASON,
        first=Signature(PHARMACIST, now),
        expires=today + _WEEK,
        second=Signature(second, now) if second else None,
    )
