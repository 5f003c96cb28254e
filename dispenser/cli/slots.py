"""`dispenser slots`: when morning, noon, evening and night are, and at which slots n doses a day are taken."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dispenser.cli.common import AsJson, ConfigFile, print_rows, services

if TYPE_CHECKING:
    from dispenser.core.slots import SlotTable
    from dispenser.store.records import SlotTableRecord

app = typer.Typer(no_args_is_help=True, help="Slot tables: propose, sign and look at them.")

VersionArgument = Annotated[str, typer.Argument(metavar="VERSION")]
Who = Annotated[str, typer.Option(help="Name of the pharmacist who answers for it.")]


def _row(record: "SlotTableRecord") -> dict[str, object]:
    return {
        "version": record.version,
        "group": record.draft.group_id,
        "valid_from": record.draft.valid_from.isoformat(),
        "author": record.author,
        "created_at": record.created_at.isoformat(),
        "signed_by": record.signed_by,
        "signed_at": record.signed_at.isoformat() if record.signed_at else None,
        "reason": record.draft.reason,
    }


def _built_in(table: "SlotTable") -> dict[str, object]:
    nobody = dict.fromkeys(("group", "valid_from", "author", "created_at", "signed_by", "signed_at"))
    return {"version": table.version, **nobody, "reason": "built in"}


@app.command("list")
def list_tables(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """List all slot tables, the built-in one first. Example: dispenser slots list."""
    with services(config) as chosen, chosen.database.read() as tx:
        rows = [_built_in(chosen.slots), *(_row(record) for record in tx.slot_tables.all())]
    print_rows("slot tables", rows, as_json=as_json)


@app.command()
def show(version: VersionArgument, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show the times and slots of one table. Example: dispenser slots show slots-1."""
    from dispenser.core.dosage import PartOfDay
    from dispenser.core.slots import slot_word

    with services(config) as chosen, chosen.database.read() as tx:
        if version == chosen.slots.version:
            head, table = _built_in(chosen.slots), chosen.slots
        else:
            record = tx.slot_tables.get(version)
            head, table = _row(record), record.draft.table
    told = {f"times.{slot.value}": str(table.times[slot]) for slot in PartOfDay}
    told |= {f"plain.{count}": " ".join(map(slot_word, slots)) for count, slots in sorted(table.plain.items())}
    rows = [{"what": what, "is": value} for what, value in told.items()]
    if not as_json:
        print_rows("slot tables", [head], as_json=False)
    print_rows("slots", rows, as_json=as_json)


@app.command()
def propose(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Slot table (TOML).")],
    who: Who,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Propose a slot table; another must sign it. Example: dispenser slots propose slots.toml --who "A. Holm"."""
    from dispenser.app.slot_tables import propose_slots

    with services(config) as chosen:
        # What is no text at all is no TOML either, and is told so.
        record = propose_slots(chosen, file.read_text(encoding="utf-8", errors="replace"), who)
    print_rows("slot tables", [_row(record)], as_json=as_json)


@app.command()
def sign(version: VersionArgument, who: Who, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Put a proposed table in force from its first day on. Example: dispenser slots sign slots-1 --who "B. Lund"."""
    from dispenser.app.slot_tables import sign_slots

    with services(config) as chosen:
        record = sign_slots(chosen, version, who)
    print_rows("slot tables", [_row(record)], as_json=as_json)
