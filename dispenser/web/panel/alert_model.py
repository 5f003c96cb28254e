"""What waits for a decision, what is set aside, and how often, in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from dispenser.app.alerts import AlertPage, Override, Rate, StandingAlert
from dispenser.store.alert_records import AlertRecord, OverrideRecord
from dispenser.web.i18n import N_, Texts
from dispenser.web.panel.words import SEVERITY_SIGNS, Sign
from safety.findings import Overriding, Severity
from safety.override_checks import LONGEST_DAYS, LONGEST_NAME, SHORTEST_REASON

_SHORT_KEY = 12
LONGEST_REASON = 500
_MAY_WORDS = {
    Overriding.NEVER: N_("Nobody may override it. Have the cause corrected."),
    Overriding.PHARMACIST: N_("A pharmacist may override it."),
    Overriding.TWO_PERSONS: N_("Two persons may override it together, one of them a pharmacist."),
}
_OVERRIDDEN = Sign("attention", "done", N_("Overridden"))
_PLAN_AGAIN = N_("Then plan the period again: a held batch stays held.")


@dataclass(frozen=True, slots=True)
class AlertText:
    """One alert as this reader reads it; `id` names its place on the page, `line` is what it was found in."""

    key: str
    id: str
    code: str
    line: str
    name: str
    medicine: str
    text: str
    fix: str
    sign: Sign
    since: str


@dataclass(frozen=True, slots=True)
class Signed:
    """An override as it is told: who, with whom, why, and until when."""

    who: str
    reason: str
    until: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A form that could not be followed: for which alert, what was written in it, and why not."""

    key: str
    problems: Sequence[str]
    who: str = ""
    reason: str = ""
    until: str = ""


@dataclass(frozen=True, slots=True)
class StandingModel:
    """An alert that stands: who may override it, and what is signed once and waits for another."""

    alert: AlertText
    may: str
    form: str
    """`first`, `second`, or empty where nobody may."""
    waiting: Signed | None
    then: str
    """What is to be done after it is overridden, empty where nothing is."""
    tried: Tried


@dataclass(frozen=True, slots=True)
class OverrideModel:
    """An override that counts now."""

    alert: AlertText
    signed: Signed
    tried: Tried


@dataclass(frozen=True, slots=True)
class RateModel:
    """How often alerts of one kind are overridden."""

    check: str
    code: str
    raised: str
    overridden: str
    percent: str
    waited: str


@dataclass(frozen=True, slots=True)
class AlertModel:
    """The page; `more` says that not all alerts are listed, empty when all are."""

    standing: tuple[StandingModel, ...]
    in_force: tuple[OverrideModel, ...]
    rates: tuple[RateModel, ...]
    count: str
    overrides: str
    more: str
    looked_back: str
    rules: str
    longest_name: int
    longest_reason: int


def alert_model(view: AlertPage, texts: Texts, tried: Tried | None = None) -> AlertModel:
    """Return the page in the reader's language."""
    rules = texts.t(
        "The reason has {least} letters at least; the last day lies at most {most} days ahead.",
        least=SHORTEST_REASON,
        most=LONGEST_DAYS,
    )
    return AlertModel(
        standing=tuple(_standing(alert, texts, _tried(alert.record.key, tried)) for alert in view.standing),
        in_force=tuple(_override(one, texts, _tried(one.record.key, tried)) for one in view.in_force),
        rates=tuple(_rate(rate, texts) for rate in view.rates),
        count=texts.number(len(view.standing)) + ("+" if view.more else ""),
        overrides=texts.number(len(view.in_force)),
        more=texts.t("The newest {shown} are shown.", shown=texts.number(len(view.standing))) if view.more else "",
        looked_back=texts.n("Of the last {count} day", "Of the last {count} days", view.days),
        rules=rules,
        longest_name=LONGEST_NAME,
        longest_reason=LONGEST_REASON,
    )


def _tried(key: str, tried: Tried | None) -> Tried:
    return tried if tried is not None and tried.key == key else Tried(key, ())


def _standing(alert: StandingAlert, texts: Texts, tried: Tried) -> StandingModel:
    form = "second" if alert.waiting else "first"
    return StandingModel(
        alert=_alert(alert.record, (alert.name, alert.medicine), texts),
        may=texts.t(_MAY_WORDS[alert.overriding]),
        form="" if alert.overriding is Overriding.NEVER else form,
        waiting=_signed(alert.waiting, texts) if alert.waiting else None,
        then=texts.t(_PLAN_AGAIN) if alert.record.severity == Severity.HOLD.name else "",
        tried=tried,
    )


def _override(one: Override, texts: Texts, tried: Tried) -> OverrideModel:
    alert = replace(_alert(one.alert, (one.name, one.medicine), texts), sign=_OVERRIDDEN)
    return OverrideModel(alert, _signed(one.record, texts), tried)


def _alert(record: AlertRecord, whose: tuple[str, str], texts: Texts) -> AlertText:
    danish = texts.language == "da"
    return AlertText(
        key=record.key,
        id=record.key[:_SHORT_KEY],
        code=record.code,
        line=record.subject,
        name=whose[0],
        medicine=whose[1],
        text=record.danish if danish else record.english,
        fix=record.fix_danish if danish else record.fix_english,
        sign=SEVERITY_SIGNS[record.severity.lower()],
        since=texts.moment(record.first_seen),
    )


def _signed(record: OverrideRecord, texts: Texts) -> Signed:
    first = f"{record.who} ({texts.moment(record.at)})"
    second = f", {record.second} ({texts.moment(record.second_at)})" if record.second and record.second_at else ""
    return Signed(first + second, record.reason, texts.day(record.expires))


def _rate(rate: Rate, texts: Texts) -> RateModel:
    return RateModel(
        check=rate.check or "–",  # noqa: RUF001 - the dash of an empty cell
        code=rate.code,
        raised=texts.number(rate.raised),
        overridden=texts.number(rate.overridden),
        percent=f"{rate.percent} %",
        waited=_span(rate.waited, texts) if rate.waited is not None else "–",  # noqa: RUF001 - as above
    )


def _span(span: timedelta, texts: Texts) -> str:
    """Return a length of time in the largest unit that it fills."""
    minutes = span // timedelta(minutes=1)
    if span >= timedelta(days=1):
        return texts.n("{count} day", "{count} days", span.days)
    if minutes >= timedelta(hours=1) // timedelta(minutes=1):
        return texts.n("{count} hour", "{count} hours", span // timedelta(hours=1))
    return texts.n("{count} minute", "{count} minutes", minutes)
