"""`dispenser period`: packing periods and their deadlines."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from dispenser.cli.common import AsJson, ConfigFile, print_rows, services

if TYPE_CHECKING:
    from dispenser.core.periods import Reason
    from dispenser.store.records import PeriodRecord

app = typer.Typer(no_args_is_help=True, help="Packing periods and their deadlines.")

Why = Annotated[str, typer.Option("--reason", help="Why it may be longer than 14 days, or leave days out.")]
Who = Annotated[str, typer.Option(help="Name of the person who gives the reason.")]
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _row(record: "PeriodRecord") -> dict[str, object]:
    return {
        "group": record.group_id,
        "first": record.period.first.isoformat(),
        "last": record.period.last.isoformat(),
        "days": record.period.days,
        "deadline": record.deadline.isoformat(),
        "state": record.state,
        "batch": record.batch_id,
        "reason": record.reason.why if record.reason else None,
        "reason_by": record.reason.who if record.reason else None,
    }


def _reason(why: str, who: str) -> "Reason | None":
    from dispenser.core.periods import Reason

    return Reason(who, why) if why or who else None


@app.command("open")
def open_(
    group: Annotated[str, typer.Option(help="Packing group.")],
    first: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day; by default right after the last period.")
    ] = None,
    days: Annotated[
        int | None, typer.Option(min=1, max=28, help="Length; by default that of the last period, 14 at most.")
    ] = None,
    deadline: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M:%SZ"], help="UTC; by default three workdays before, at noon."),
    ] = None,
    why: Why = "",
    who: Who = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Open a period; its batch is planned at the deadline.

    Example: dispenser period open --group nord --first 2026-11-30.
    """
    from dispenser.app.clockwork import next_period, open_period
    from dispenser.core.ids import GroupId
    from dispenser.core.periods import USUAL_PERIOD_DAYS
    from scheduling.calendar import DeadlineRule, brought_forward, deadline_of, period_from

    reason, group_id, rule = _reason(why, who), GroupId(group), DeadlineRule()
    with services(config) as chosen:
        if first is None:
            period = next_period(chosen, group_id, days, reason)
        else:
            period = period_from(first.date(), days or USUAL_PERIOD_DAYS, reason)
        instant = deadline.replace(tzinfo=UTC) if deadline else deadline_of(period, rule)
        record = open_period(chosen, group_id, period, instant, reason)
    early = 0 if deadline else brought_forward(period, rule)
    print_rows("periods", [{**_row(record), "days_early": early}], as_json=as_json, for_programs=("state", "batch"))


@app.command("list")
def list_periods(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """List the periods with the latest deadlines. Example: dispenser period list."""
    with services(config) as chosen, chosen.database.read() as tx:
        rows = [_row(record) for record in tx.groups.periods(50)]
    print_rows("periods", rows, as_json=as_json)


@app.command()
def stagger(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show on which weekday each group begins, so that no day has more to pack. Example: dispenser period stagger."""
    from dispenser.app.clockwork import starts
    from scheduling.calendar import local_date
    from scheduling.stagger import next_on

    with services(config) as chosen:
        today = local_date(chosen.clock.now())
        rows: list[dict[str, object]] = [
            {
                "group": start.group_id,
                "weekday": _WEEKDAYS[start.weekday - 1],
                "citizens": start.citizens,
                "settled": start.settled,
                "next": next_on(start.weekday, today).isoformat(),
            }
            for start in starts(chosen)
        ]
    print_rows("groups", rows, as_json=as_json)
