"""`dispenser machine`: what machines are, whom they trust, and how one comes back into service."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dispenser.cli.common import AsJson, ConfigFile, print_rows, services

if TYPE_CHECKING:
    from hal.examination import Examination

app = typer.Typer(no_args_is_help=True, help="Machines: look at one, make keys for it, take it into service again.")

UNREACHABLE = 4
LACKING = 3
_ADDRESS = "ADDRESS"
"""What every driver calls an address that it cannot use."""

MachineName = Annotated[str, typer.Argument(metavar="MACHINE", help="Its id in the settings.")]


@app.command("list")
def list_all(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Show the machines as last heard. Example: dispenser machine list --json."""
    from dispenser.app.machines import last_film, note_of_snapshot

    rows: list[dict[str, object]] = []
    with services(config) as chosen, chosen.database.read() as tx:
        for machine in tx.machines.all():
            row: dict[str, object] = {
                "machine": machine.machine_id,
                "uri": machine.uri,
                "link": machine.link,
                "seen_at": machine.seen_at.isoformat() if machine.seen_at else None,
                "journal": f"{machine.cursor.boot_id}/{machine.cursor.seq}",
                "last_film": last_film(tx, machine.machine_id),
                "note": note_of_snapshot(machine.status).english if machine.status else "",
            }
            rows.append(row)
    print_rows("machines", rows, as_json=as_json)


@app.command()
def drivers(as_json: AsJson = False) -> None:
    """Show the installed drivers and whether each can be used. Example: dispenser machine drivers."""
    from hal.plugins import discover

    rows = [
        {
            "driver": plugin.name,
            "state": plugin.state.value,
            "schemes": " ".join(plugin.driver.schemes) if plugin.driver else "",
            "from": plugin.target,
            "detail": plugin.detail,
        }
        for plugin in discover()
    ]
    print_rows("drivers", rows, as_json=as_json)


@app.command()
def check(
    uri: Annotated[str, typer.Argument(metavar="URI", help="opc.tcp://host:port/ or pplis:///dev/ttyUSB0, say.")],
    folder: Annotated[Path | None, typer.Option(help="The driver's folder: keys, trust, memory.")] = None,
    as_json: AsJson = False,
) -> None:
    """Tell what stands at an address, what it can, what it lacks. Example: dispenser machine check opc.tcp://m1:4840/.

    Nothing moves, and no machine changes hands. Ends with 3 when something is lacking, with 4 when no machine answers,
    with 2 when the address is none.
    """
    import asyncio

    from hal.clock import SystemClock
    from hal.driver import Surroundings
    from hal.plugins import NoDriverError, discover, driver_for

    try:
        driver = driver_for(uri, discover())
    except NoDriverError as error:
        _fail(str(error), 2)
    examine = driver.examine
    if examine is None:
        _fail(f"the driver {driver.name} cannot look at a machine without taking it", 2)

    async def look() -> "Examination":
        return await examine(uri, Surroundings(SystemClock(), folder))

    try:
        found = asyncio.run(look())
    except ValueError as error:
        _fail(str(error), 2)
    _tell(found, as_json=as_json)
    if any(point.code == _ADDRESS and not point.fulfilled for point in found.points):
        raise typer.Exit(2)
    if not found.reached:
        raise typer.Exit(UNREACHABLE)
    if not found.is_fit:
        raise typer.Exit(LACKING)


def _tell(found: "Examination", *, as_json: bool) -> None:
    from dataclasses import asdict

    from hal.recovery import PROCEDURES, recovery_of

    recovery = recovery_of(found.capabilities) if found.capabilities else None
    if as_json:
        document = {**asdict(found), "fit": found.is_fit, "recovery": recovery.value if recovery else None}
        sys.stdout.write(json.dumps(document, ensure_ascii=False, default=lambda one: one.value) + "\n")
        return
    if found.capabilities:
        one = found.capabilities
        typer.echo(f"{one.vendor} {one.model}, number {one.serial_number}, firmware {one.firmware}")
        typer.echo(f"{one.bays} bays, {one.tray_cells} tray cells, {one.design_pouches_per_minute} pouches a minute")
    if found.status:
        typer.echo(f"{found.status.state.value}, last order {found.status.high_water}, film {found.status.film}")
    if recovery:
        typer.echo(f"when the link is lost ({recovery.value}):")
        for step in PROCEDURES[recovery].steps:
            typer.echo(f"  {step.text_en}")
    for point in found.points:
        sign = "ok     " if point.fulfilled else "LACKING"
        typer.echo(f"{sign} {point.code} {point.subject}: {point.text_en}".rstrip())
        if not point.fulfilled:
            typer.echo(f"        {point.text_da}")
            typer.echo(f"        {point.fix_en} / {point.fix_da}")
    lacking = sum(not point.fulfilled for point in found.points)
    if found.is_fit:
        typer.echo("fit: it lacks nothing / egnet: den mangler intet")
    elif found.reached:
        typer.echo(f"NOT FIT: {lacking} lacking / IKKE EGNET: {lacking} mangler")
    else:
        typer.echo("NOT FIT: no machine answers here / IKKE EGNET: ingen maskine svarer her")


@app.command()
def certificate(machine: MachineName, config: ConfigFile = None) -> None:
    """Make our keys for a machine and tell their fingerprint. Example: dispenser machine certificate packer-1."""
    from datetime import UTC, datetime

    from hal.drivers.opcua.keys import KeysError, make_keys

    folder = _folder(machine, config)
    try:
        made = make_keys(folder, now=datetime.now(UTC))
    except KeysError as error:
        _fail(str(error))
    typer.echo(f"{folder / 'own.der'}: give this file to whoever runs the machine\nfingerprint {made.fingerprint}")


@app.command()
def trust(
    machine: MachineName,
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The machine's certificate.")],
    fingerprint: Annotated[str, typer.Option(help="As read to you by whoever runs the machine.")],
    config: ConfigFile = None,
) -> None:
    """Trust a machine's certificate. Example: dispenser machine trust packer-1 packer.der --fingerprint "3A 0C ..."."""
    from hal.drivers.opcua import keys

    try:
        found = keys.fingerprint(file)
        if _plain(found) != _plain(fingerprint):
            _fail(f"{file} has the fingerprint {found}, which is another one: do not trust it")
        keys.trust(_folder(machine, config), file)
    except keys.KeysError as error:
        _fail(str(error))
    typer.echo(f"{machine} is trusted, fingerprint {found}")


@app.command()
def identity(
    machine: MachineName,
    user: Annotated[str, typer.Option(help="What we go by at the machine.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, help="Asked for when left out.")],
    config: ConfigFile = None,
) -> None:
    """Say who we are to a machine. Example: dispenser machine identity packer-1 --user controller."""
    from hal.drivers.opcua.keys import KeysError, set_identity

    try:
        set_identity(_folder(machine, config), user, password)
    except KeysError as error:
        _fail(str(error))
    typer.echo(f"{machine}: user {user}, from the next connect on")


@app.command()
def readmit(
    machine: MachineName,
    who: Annotated[str, typer.Option(help="Name of the pharmacist who answers for it.")],
    second: Annotated[str, typer.Option(help="Name of the second person who has looked.")],
    reason: Annotated[str, typer.Option(help="What was found and done.")],
    config: ConfigFile = None,
) -> None:
    """Take a machine into service again, signed by two. Example: dispenser machine readmit packer-1 --who "A. Holm" ...

    Sign only when the machine is at rest and every pouch it made after the last film on record (`machine list`) is
    destroyed: nothing in its journal counts any more, and what is missing is packed again.
    """
    from dispenser.app.readmitting import sign_readmission
    from dispenser.core.ids import MachineId

    with services(config) as chosen:
        record = sign_readmission(chosen, MachineId(machine), who, second, reason)
    typer.echo(f"{machine}: signed by {record.who} and {record.second}; it is opened again at once")


def _folder(machine: str, config: Path | None) -> Path:
    from dispenser.config import load

    loaded = load(config)
    known = [one.id for one in loaded.machines]
    if machine not in known:
        _fail(f"no machine {machine!r} in the settings; there are: {', '.join(known) or 'none'}")
    return Path(loaded.machine_folder) / machine


def _plain(fingerprint: str) -> str:
    return "".join(sign for sign in fingerprint.casefold() if sign.isalnum())


def _fail(message: str, code: int = 5) -> NoReturn:
    sys.stderr.write(f"{message}\n")
    raise typer.Exit(code)
