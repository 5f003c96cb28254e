"""`dispenser period`: packing periods and their deadlines."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from dispenser.cli.common import AsJson, ConfigFile, print_rows, services

app = typer.Typer(no_args_is_help=True, help="Packing periods and their deadlines.")


@app.command("open")
def open_(
    group: Annotated[str, typer.Option(help="Packing group.")],
    first: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day.")],
    days: Annotated[int, typer.Option(min=1, max=28)] = 14,
    deadline: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%dT%H:%M:%SZ"], help="UTC; by default three workdays before, at noon."),
    ] = None,
    reason: Annotated[str, typer.Option(help="Why it is longer than 14 days.")] = "",
    who: Annotated[str, typer.Option(help="Who gives the reason.")] = "",
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Open a period; its batch is planned at the deadline.

    Example: dispenser period open --group nord --first 2026-11-30.
    """
    from dispenser.app.clockwork import open_period
    from dispenser.core.ids import GroupId
    from dispenser.core.periods import Reason
    from scheduling.calendar import DeadlineRule, deadline_of, period_from

    why = Reason(who, reason) if who or reason else None
    period = period_from(first.date(), days, why)
    instant = deadline.replace(tzinfo=UTC) if deadline else deadline_of(period, DeadlineRule())
    with services(config) as chosen:
        record = open_period(chosen, GroupId(group), period, instant, why)
    row = {"group": group, "first": period.first, "last": period.last, "deadline": record.deadline.isoformat()}
    print_rows("periods", [row], as_json=as_json)
