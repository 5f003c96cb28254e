"""Judge plans anew when rules, allergies or decisions have changed; the plan follows where that changes a line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from dispenser.app.judging import judge_known, take_revision
from dispenser.app.known_allergies import allergies_of
from dispenser.app.plan_lines import JudgedPlan
from dispenser.app.rule_packs import providers_for, providers_with
from dispenser.app.rules_in_force import Rules
from dispenser.app.services import Services
from dispenser.core.ids import CitizenId
from dispenser.core.plan import Disposition, MedicationPlan
from dispenser.store.records import CitizenRecord, LineRecord
from dispenser.store.session import Transaction
from hal.foreign import Failed, attempt
from pharmacy_sync.problems import RefusedMessageError
from safety.pack_rules import PackRules
from scheduling.calendar import local_date

FOLLOWED: Final = "plans judged by rules"
"""What the audit trail says once the plans of all citizens have been judged; its detail names the rules."""
_RULES: Final = "rules"


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line that re-judging lets go or makes wait; `codes` are those that stop it afterwards, or did before."""

    citizen: str
    line: str
    text: str
    before: Disposition
    after: Disposition
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What came of judging all plans anew: how many there are, how many have a new revision.

    `failed` are the sender's ids of citizens whose plan cannot be read any more: it stays, and its batches are checked.
    """

    plans: int
    changed: int
    failed: tuple[str, ...]


def rejudge(services: Services, tx: Transaction, citizen_id: CitizenId, who: str, now: datetime) -> bool:
    """Judge a citizen's plan anew, and return whether it has a new revision.

    It has one where a line waits, or goes, that did not before, or for other reasons; what was made from the old one
    and is wrong now is taken out of use.

    Raises:
        NotFoundError: no such citizen.
        RefusedMessageError: what is stored of the citizen does not go together any more.
    """
    current = tx.plans.current(citizen_id)
    if current is None:
        return False
    judged = judge_known(services, tx, tx.citizens.get(citizen_id), now).judged
    if not _differs(tx, current, judged):
        return False
    detail = take_revision(services, tx, judged, tx.plans.message_of(citizen_id), now)
    tx.audit.append(now, who, "plan judged anew", f"citizen/{citizen_id}", detail)
    return True


def rejudge_all(services: Services, who: str) -> Rejudged:
    """Judge the plans of all citizens anew, each in a transaction of its own: safe to do again after an interruption.

    What planning a batch asks does not depend on it: it asks the rules in force.
    """
    with services.database.read() as tx:
        citizens = tx.citizens.ids()
        names = _names(services, tx)
    changed = 0
    failed: list[str] = []
    for citizen_id in citizens:
        now = services.clock.now()
        try:
            with services.database.read() as tx:
                needed = _would_change(services, tx, citizen_id, now)
            if needed:
                with services.database.write() as tx:
                    changed += rejudge(services, tx, citizen_id, who, now)
        except RefusedMessageError:
            with services.database.read() as tx:
                failed.append(tx.citizens.get(citizen_id).fhir_id)
    with services.database.write() as tx:
        tx.audit.append(services.clock.now(), who, FOLLOWED, _RULES, names)
    return Rejudged(len(citizens), changed, tuple(failed))


def follow_rules(services: Services) -> Rejudged | None:
    """Judge all plans anew when other rules are in force than when that was done last: packs begin and end by dates."""
    with services.database.read() as tx:
        last = tx.audit.last_of((FOLLOWED,), _RULES)
        if last is not None and last.detail == _names(services, tx):
            return None
    return rejudge_all(services, "controller")


def _names(services: Services, tx: Transaction) -> str:
    """Return which rules can be asked today: name, version and digest of each."""
    day = local_date(services.clock.now())
    names = [
        attempt(provider.identity)
        for provider in providers_for(services, tx, day)
        if not (isinstance(provider, PackRules) and not provider.pack.holds_on(day))
    ]
    told = (one for one in names if not isinstance(one, Failed))
    return "; ".join(f"{one.name} {one.version} {one.digest}".strip() for one in told) or "no rules"


def diff(services: Services, name: str) -> tuple[LineChange, ...]:
    """Return which lines would wait, and which would go, if the stored rule pack `name` were in force from its day on.

    Plans that cannot be read any more are left out.

    Raises:
        NotFoundError: no such pack.
    """
    now = services.clock.now()
    with services.database.read() as tx:
        record = tx.rule_packs.get(name)
        day = max(record.valid_from, local_date(now))
        providers = providers_with(services, tx, record, day)
        citizens = tx.citizens.ids()
        rules = Rules(providers, day, allergies_of(tx, citizens))
        return tuple(change for one in citizens for change in _changes(services, tx, one, rules, now))


def _changes(
    services: Services, tx: Transaction, citizen_id: CitizenId, rules: Rules, now: datetime
) -> Iterator[LineChange]:
    citizen = tx.citizens.get(citizen_id)
    try:
        after = judge_known(services, tx, citizen, now, rules).judged.lines
    except RefusedMessageError:
        return
    before = {line.ordination_id: line for line in _lines(tx, citizen_id)}
    for line in after:
        old = before.get(line.ordination_id)
        if old is not None and old.disposition is not line.disposition:
            yield _change(citizen, old, line)


def _change(citizen: CitizenRecord, old: LineRecord, new: LineRecord) -> LineChange:
    telling = old if new.disposition is Disposition.PACKED else new
    codes = tuple(reason.code for reason in telling.reasons if reason.severity == "PARK")
    return LineChange(citizen.fhir_id, new.ordination_id, new.text, old.disposition, new.disposition, codes)


def _would_change(services: Services, tx: Transaction, citizen_id: CitizenId, now: datetime) -> bool:
    current = tx.plans.current(citizen_id)
    if current is None:
        return False
    return _differs(tx, current, judge_known(services, tx, tx.citizens.get(citizen_id), now).judged)


def _differs(tx: Transaction, current: MedicationPlan, judged: JudgedPlan) -> bool:
    """Return whether a plan says something else than the current one, or stops for other alerts."""
    if replace(judged.plan, revision=current.revision) != current:
        return True
    return _alerts(_lines(tx, current.citizen_id)) != _alerts(judged.lines)


def _alerts(lines: Sequence[LineRecord]) -> set[tuple[str, bool]]:
    return {(reason.alert, bool(reason.override)) for line in lines for reason in line.reasons if reason.alert}


def _lines(tx: Transaction, citizen_id: CitizenId) -> tuple[LineRecord, ...]:
    return tx.plans.lines_of(citizen_id, tx.plans.revision(citizen_id))
