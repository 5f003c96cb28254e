"""`dispenser alert`: what waits for a decision, who decided what until when, and how often."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from dispenser.cli.common import AsJson, ConfigFile, print_rows, services

if TYPE_CHECKING:
    from dispenser.app.alerts import StandingAlert
    from dispenser.store.alert_records import OverrideRecord

app = typer.Typer(no_args_is_help=True, help="Alerts: look at them, override them, take overrides back.")

SHOWN_DIGITS = 12
"""Digits of a key in a table for people: enough to name it."""
Key = Annotated[str, typer.Argument(metavar="KEY", help="Key of the alert, or at least its first eight digits.")]
Who = Annotated[str, typer.Option(help="Name of the person who answers for it, as on the list of staff.")]
Why = Annotated[str, typer.Option("--reason", help="Why, so that somebody else understands it.")]


def _override(record: "OverrideRecord") -> dict[str, object]:
    return {
        "key": record.key,
        "code": record.code,
        "citizen": record.citizen_id,
        "who": record.who,
        "at": record.at.isoformat(),
        "second": record.second,
        "second_at": record.second_at.isoformat() if record.second_at else None,
        "expires": record.expires.isoformat(),
        "reason": record.reason,
        "revoked_by": record.revoked_by,
        "revoked_why": record.revoked_why,
    }


def _alert(alert: "StandingAlert", *, as_json: bool) -> dict[str, object]:
    record = alert.record
    return {
        "key": record.key if as_json else record.key[:SHOWN_DIGITS],
        "code": record.code,
        "severity": record.severity.lower(),
        "overriding": alert.overriding.value,
        "citizen": record.citizen_id,
        "subject": record.subject,
        "text": record.english,
        "fix": record.fix_english,
        "first_seen": record.first_seen.isoformat(),
        "signed_first_by": alert.waiting.who if alert.waiting else None,
    }


@app.command("list")
def list_alerts(
    overridden: Annotated[bool, typer.Option("--overridden", help="Those that an override sets aside.")] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """List what stops something, or what is set aside. Example: dispenser alert list --overridden."""
    from dispenser.app.alerts import overrides_in_force, standing_alerts

    with services(config) as chosen:
        if overridden:
            rows = [_override(one.record) for one in overrides_in_force(chosen)]
        else:
            rows = [_alert(alert, as_json=as_json) for alert in standing_alerts(chosen)]
    print_rows("overrides" if overridden else "alerts", rows, as_json=as_json)


@app.command()
def override(
    key: Key,
    who: Who,
    reason: Why,
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Last day on which it counts.")],
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Set an alert aside.

    Example: dispenser alert override 3f9a1c2b --who "A. Holm" --reason "aftalt med lægen" --until 2026-12-31.
    """
    from dispenser.app.overriding import override_alert
    from safety.override_checks import Wish

    with services(config) as chosen:
        record = override_alert(chosen, key, Wish(who, reason, until.date()))
    print_rows("overrides", [_override(record)], as_json=as_json)


@app.command()
def second(key: Key, who: Who, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Sign an override as the other person. Example: dispenser alert second 3f9a1c2b --who "B. Lund"."""
    from dispenser.app.overriding import sign_second

    with services(config) as chosen:
        record = sign_second(chosen, key, who)
    print_rows("overrides", [_override(record)], as_json=as_json)


@app.command()
def revoke(key: Key, who: Who, reason: Why, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Take an override back.

    Example: dispenser alert revoke 3f9a1c2b --who "B. Lund" --reason "gjaldt en anden borger".
    """
    from dispenser.app.overriding import revoke_override

    with services(config) as chosen:
        record = revoke_override(chosen, key, who, reason)
    print_rows("overrides", [_override(record)], as_json=as_json)


@app.command()
def statistics(
    days: Annotated[int, typer.Option(min=1, max=3_660, help="How far to look back.")] = 90,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Tell how often alerts are overridden, by check and code. Example: dispenser alert statistics --days 365."""
    from dispenser.app.alerts import rates

    with services(config) as chosen:
        found = rates(chosen, days)
    rows = [
        {
            "check": rate.check,
            "code": rate.code,
            "raised": rate.raised,
            "overridden": rate.overridden,
            "percent": rate.percent,
            "median_hours": None if rate.waited is None else round(rate.waited.total_seconds() / 3_600, 1),
        }
        for rate in found
    ]
    print_rows("alerts by check", rows, as_json=as_json)
