"""`dispenser staff`: who works here, and may set findings aside."""

from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dispenser.cli.common import AsJson, ConfigFile, print_rows, services

if TYPE_CHECKING:
    from dispenser.store.alert_records import StaffRecord

app = typer.Typer(no_args_is_help=True, help="The list of staff: who may override findings.")

Name = Annotated[str, typer.Argument(metavar="NAME")]
Who = Annotated[str, typer.Option(help="Name of the pharmacist who answers for it.")]


def _row(record: "StaffRecord") -> dict[str, object]:
    return {
        "name": record.name,
        "role": record.role,
        "added_by": record.added_by,
        "added_at": record.added_at.isoformat(),
        "ended_by": record.ended_by,
        "ended_at": record.ended_at.isoformat() if record.ended_at else None,
    }


@app.command("list")
def list_all(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """List everybody who is or was on the list. Example: dispenser staff list."""
    from dispenser.app.staff import list_staff

    with services(config) as chosen:
        records = list_staff(chosen)
    print_rows("staff", [_row(record) for record in records], as_json=as_json)


@app.command()
def add(
    name: Name,
    role: Annotated[Literal["pharmacist", "technician"], typer.Option(help="What the person is.")],
    who: Who,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Put a person on the list. Example: dispenser staff add "B. Lund" --role technician --who "A. Holm"."""
    from dispenser.app.staff import add_staff
    from safety.override_checks import Role

    with services(config) as chosen:
        record = add_staff(chosen, name, Role(role), who)
    print_rows("staff", [_row(record)], as_json=as_json)


@app.command()
def end(name: Name, who: Who, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Take a person off the list. Example: dispenser staff end "B. Lund" --who "A. Holm"."""
    from dispenser.app.staff import end_staff

    with services(config) as chosen:
        record = end_staff(chosen, name, who)
    print_rows("staff", [_row(record)], as_json=as_json)
