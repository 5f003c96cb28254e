"""Findings in the light of what people have decided: which stand, which are set aside, which somebody must look at."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from dispenser.app.records import finding_record
from dispenser.core.ids import CitizenId
from dispenser.core.plan import Ordination
from dispenser.store.alert_records import AlertRecord, OverrideRecord
from dispenser.store.records import FindingRecord
from dispenser.store.session import Transaction
from safety.findings import Finding, Severity
from safety.overrides import Override, Signature, alert_key, decide, line_named
from scheduling.calendar import local_date, local_moment

_STOPPING: Final = frozenset({Severity.PARK, Severity.HOLD, Severity.REFUSE})


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding, whom it concerns (None: nobody alone), the name of the alert that it is, and what sets it aside.

    `alert` is empty where the finding stops nothing or concerns no citizen.
    """

    finding: Finding
    about: CitizenId | None = None
    alert: str = ""
    override: Override | None = None

    def record(self) -> FindingRecord:
        """Return the finding as it is stored; one that is set aside stops no more than a warning does."""
        record = replace(finding_record(self.finding), alert=self.alert)
        if self.override is None:
            return record
        return replace(record, severity=Severity.WARN.name, override=said(self.override))


@dataclass(frozen=True, slots=True)
class Decisions:
    """The overrides of some citizens that may count on the civil date `day`."""

    overrides: tuple[Override, ...]
    day: date

    def judge(
        self, findings: Iterable[Finding], about: CitizenId, lines: Sequence[Ordination] = ()
    ) -> tuple[Judged, ...]:
        """Return a citizen's findings as judged, in their order; `lines` are the citizen's as they are now."""
        listed = tuple(findings)
        decided = decide(listed, self.overrides, about, self.day, lines)
        by_name = {str(line.ordination_id): line for line in lines}
        return tuple(
            Judged(
                finding,
                about,
                alert_key(finding, about, by_name.get(finding.subject)) if is_alert(finding) else "",
                decided.override_of(finding),
            )
            for finding in listed
        )

    def judge_all(
        self,
        findings: Iterable[Finding],
        concerns: Callable[[Finding], CitizenId | None],
        lines: Callable[[CitizenId], Sequence[Ordination]],
    ) -> tuple[Judged, ...]:
        """Return findings about many citizens as judged; what concerns nobody alone stands."""
        judged: list[Judged] = []
        for finding in findings:
            about = concerns(finding)
            judged.extend((Judged(finding),) if about is None else self.judge((finding,), about, lines(about)))
        return tuple(judged)


NOTHING_DECIDED: Final = Decisions((), date.min)


def decisions_of(tx: Transaction, citizen_ids: Sequence[CitizenId], now: datetime) -> Decisions:
    """Return what was decided about these citizens, as it counts now."""
    day = local_date(now)
    return Decisions(tuple(override_of(record) for record in tx.overrides.of_citizens(citizen_ids, day)), day)


def standing(judged: Iterable[Judged]) -> tuple[Finding, ...]:
    """Return the findings that nothing sets aside."""
    return tuple(one.finding for one in judged if one.override is None)


def is_alert(finding: Finding) -> bool:
    """Return whether the finding stops something, so that somebody must look at it."""
    return finding.code.severity in _STOPPING


def note_alerts(tx: Transaction, judged: Iterable[Judged], place: str, now: datetime) -> None:
    """Keep the alerts among `judged`, and that they were found at `place`."""
    alerts = [_alert_record(one, one.about, now) for one in judged if one.alert and one.about is not None]
    tx.alerts.note(alerts, place, now)


def override_of(record: OverrideRecord) -> Override:
    """Return a stored override as the checks know it, its signatures in civil time."""
    return Override(
        record.key,
        record.number,
        record.code,
        record.citizen_id,
        record.reason,
        Signature(record.who, local_moment(record.at)),
        record.expires,
        _signature(record.second, record.second_at),
        _signature(record.revoked_by, record.revoked_at),
    )


def said(override: Override) -> str:
    """Return who overrode, until when and why, in no language of ours: names, interval (ISO 8601), reason."""
    second = f" + {override.second.who}" if override.second else ""
    return f"{override.first.who}{second} ({override.first.at.day}/{override.expires}): {override.reason}"


def _signature(who: str | None, at: datetime | None) -> Signature | None:
    return None if who is None or at is None else Signature(who, local_moment(at))


def _alert_record(judged: Judged, about: CitizenId, now: datetime) -> AlertRecord:
    finding, record = judged.finding, finding_record(judged.finding)
    return AlertRecord(
        judged.alert,
        record.code,
        record.severity,
        finding.code.overriding.value,
        about,
        line_named(finding) or record.subject,
        record.danish,
        record.english,
        record.fix_danish,
        record.fix_english,
        now,
    )
