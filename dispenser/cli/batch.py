"""`dispenser batch`: plan, release, prove, close and look at batches."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from dispenser.cli.common import AsJson, ConfigFile, print_rows, services

if TYPE_CHECKING:
    from dispenser.store.records import BatchRecord

app = typer.Typer(no_args_is_help=True, help="Plan, release, prove, close and look at batches.")

BatchArgument = Annotated[str, typer.Argument(metavar="BATCH")]
NOT_PROVEN = 3
"""Exit code of a proof with findings that keep a batch from being closed."""
Who = Annotated[str, typer.Option(help="Name of the person who answers for it.")]


def _row(record: "BatchRecord") -> dict[str, object]:
    return {
        "batch": record.batch_id,
        "group": record.group_id,
        "first": record.period.first.isoformat(),
        "last": record.period.last.isoformat(),
        "state": record.state.value,
        "rolls": record.rolls,
        "pouches": record.pouches,
        "findings": len(record.findings),
        "digest": record.digest,
    }


def _print(rows: Sequence[dict[str, object]], *, as_json: bool) -> None:
    print_rows("batches", rows, as_json=as_json, for_programs=("digest",))


@app.command()
def plan(
    group: Annotated[str, typer.Option(help="Packing group.")],
    first: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day of the period.")],
    who: Who,
    days: Annotated[int, typer.Option(min=1, max=28)] = 14,
    why: Annotated[str | None, typer.Option("--reason", help="Why the period may have more than 14 days.")] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Plan a batch at once. Example: dispenser batch plan --group nord --first 2026-11-30 --who "A. Holm"."""
    from dispenser.app.batching import plan_batch
    from dispenser.core.ids import GroupId
    from dispenser.core.roll import Period

    period = Period(first.date(), first.date() + timedelta(days=days - 1))
    with services(config) as chosen:
        record = plan_batch(chosen, GroupId(group), period, who, why)
    _print([_row(record)], as_json=as_json)


@app.command()
def release(batch: BatchArgument, who: Who, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Release a planned batch to the machines. Example: dispenser batch release 000001 --who "A. Holm"."""
    from dispenser.app.release import release_batch
    from dispenser.core.ids import BatchId

    with services(config) as chosen:
        record = release_batch(chosen, BatchId(batch), who)
    _print([_row(record)], as_json=as_json)


@app.command()
def verify(batch: BatchArgument, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Prove a packed batch by four accounts of every dose. Example: dispenser batch verify 000001 --json.

    Plan, pouches, labels and the machines' counts are compared; what differs is told with both sides. Ends with 3 when
    the batch cannot be closed as it stands, also when only a second person could close it.
    """
    from dispenser.app.closing import roll_row, verify_batch
    from dispenser.core.ids import BatchId

    with services(config) as chosen:
        verified = verify_batch(chosen, BatchId(batch))
    proof = verified.proof
    if not as_json:
        _print([_row(verified.record)], as_json=False)
    rows = [roll_row(roll) for roll in proof.rolls]
    print_rows("rolls by plan, pouches, labels and machines", rows, as_json=as_json)
    for finding in proof.findings:
        typer.echo(f"{finding.code.id} {finding.subject}: {finding.text('en')} {finding.fix('en')}", err=True)
    if proof.refused or proof.held:
        raise typer.Exit(NOT_PROVEN)


@app.command()
def close(
    batch: BatchArgument,
    who: Who,
    second: Annotated[str | None, typer.Option(help="Who else answers for it, where pouches are missing.")] = None,
    why: Annotated[str | None, typer.Option("--reason", help="Why it may be closed all the same.")] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Close a packed batch on its proof. Example: dispenser batch close 000001 --who "B. Lund".

    Another than who released it closes it.
    """
    from dispenser.app.closing import close_batch
    from dispenser.core.ids import BatchId

    with services(config) as chosen:
        record = close_batch(chosen, BatchId(batch), who, second, why)
    _print([_row(record)], as_json=as_json)


@app.command()
def show(batch: BatchArgument, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show a batch roll by roll. Example: dispenser batch show 000001 --json."""
    from dispenser.core.ids import BatchId

    with services(config) as chosen, chosen.database.read() as tx:
        record = tx.batches.get(BatchId(batch))
        packed = tx.jobs.packed_counts(record.batch_id)
        rows = [
            {
                "roll": roll.roll_id,
                "machine": roll.machine_id,
                "plan_revision": roll.plan_revision,
                "pouches": roll.pouches,
                "packed": packed.get(roll.roll_id, 0),
            }
            for roll in tx.batches.rolls(record.batch_id)
        ]
    if not as_json:
        _print([_row(record)], as_json=False)
    print_rows("rolls", rows, as_json=as_json)
    for finding in record.findings:
        then = f"overridden: {finding.override}" if finding.override else finding.fix_english
        typer.echo(f"{finding.code} {finding.subject}: {finding.english} {then}", err=True)


@app.command()
def missing(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """List who lacks something in a period that is planned already. Example: dispenser batch missing --json.

    Planning the period again packs it. Nothing is listed when all that is to come is in rolls.
    """
    from dispenser.app.missing import missing as find_missing

    with services(config) as chosen:
        found = find_missing(chosen)
        with chosen.database.read() as tx:
            rows = [
                {
                    "citizen": tx.citizens.get(one.citizen_id).fhir_id,
                    "group": one.group_id,
                    "period": f"{one.period.first} to {one.period.last}",
                    "doses": one.doses,
                    "first": one.first.isoformat(),
                    "last": one.last.isoformat(),
                    "acute": one.acute.value if one.acute else None,
                }
                for one in found
            ]
    print_rows("citizens who lack something", rows, as_json=as_json)


@app.command("list")
def list_batches(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """List the newest batches. Example: dispenser batch list."""
    with services(config) as chosen, chosen.database.read() as tx:
        rows = [_row(record) for record in tx.batches.newest(50)]
    _print(rows, as_json=as_json)
