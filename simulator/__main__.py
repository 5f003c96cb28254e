"""The `dispenser-sim` command.

Exit codes: 0 done, 1 failed, 2 wrong use, 5 files or surroundings.
"""

import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from simulator import evidence_commands, fault_commands, scenario_commands
from simulator.options import FleetFile, OtherProfile, Profile, Speed, StateFolder, fail, in_words, text_of
from simulator.spec import FleetError, MachineSpec, find, fleet_of

app = typer.Typer(
    name="dispenser-sim",
    help="Simulated dose-dispensing machines, and a simulated home care that pushes plans.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(scenario_commands.app)
fault_commands.add_to(app)
evidence_commands.add_to(app)


@app.command("run")
def run_machine(
    fleet: FleetFile,
    machine: Annotated[str, typer.Option(metavar="ID", help="Which machine of the file.")],
    state: StateFolder,
    speed: Speed = 1.0,
    profile: OtherProfile = None,
) -> None:
    """Run one machine until stopped. Example: dispenser-sim run fleet.toml --machine packer-1 --state machines."""
    specs = _fleet(fleet)
    try:
        spec = find(specs, machine)
    except FleetError as error:
        fail(f"{fleet}: {error}")
    _serve([spec], state, speed, profile)


@app.command("fleet")
def run_fleet(
    fleet: FleetFile,
    state: StateFolder,
    speed: Speed = 1.0,
    profile: OtherProfile = None,
    web: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="Live view for a browser, on this computer alone.")
    ] = None,
) -> None:
    """Run all machines of a file in one process. Example: dispenser-sim fleet fleet.toml --state machines."""
    _serve(_fleet(fleet), state, speed, profile, _place(web) if web is not None else None)


@app.command()
def plans(
    products: Annotated[Path, typer.Option(metavar="FILE.csv", help="product_id, unit and partable in each row.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where the bundles are written.")],
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="First day of the plans.")],
    citizens: Annotated[int, typer.Option(min=1, help="How many citizens.")] = 8,
    bad: Annotated[int, typer.Option(min=0, help="How many bundles with something wrong.")] = 0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same plans.")] = 1,
    group: Annotated[str, typer.Option(help="Packing group of the citizens.")] = "default",
) -> None:
    """Write made-up medication plans as FHIR bundles. Example: dispenser-sim plans --products p.csv --out plans ..."""
    from simulator.homecare import write  # noqa: PLC0415 - only this command needs it

    try:
        text_of(products)
        write(out, products, citizens=citizens, bad=bad, seed=seed, first=first.date(), group=group)
    except (OSError, ValueError) as error:
        fail(in_words(error))


@app.command()
def keys(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the machine's keys; made when missing.")],
    host: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Name or address the machine has.")] = None,
    trust: Annotated[list[Path] | None, typer.Option(metavar="FILE", help="A controller's certificate.")] = None,
    user: Annotated[
        str | None, typer.Option(metavar="NAME", help="Let in with the password on standard input.")
    ] = None,
) -> None:
    """Make a machine's keys, trust controllers, set a password. Example: dispenser-sim keys keys/packer-1."""
    from simulator.keys import prepare  # noqa: PLC0415 - only this command needs it

    password = (_password() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")) if user else ""
    try:
        for line in prepare(folder, host or ["localhost", "127.0.0.1"], trust or [], (user or "", password)):
            sys.stdout.write(f"{line}\n")
    except (OSError, ValueError) as error:
        fail(in_words(error))


def _password() -> str:
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _fleet(path: Path) -> tuple[MachineSpec, ...]:
    try:
        return fleet_of(text_of(path))
    except FleetError as error:
        fail(f"{path}: {error}")


def _serve(
    specs: tuple[MachineSpec, ...] | list[MachineSpec],
    state: Path,
    speed: float,
    profile: Profile | None,
    web: tuple[str, int] | None = None,
) -> None:
    from simulator.serving_command import serve_or_fail  # noqa: PLC0415 - ports are for those who serve

    if profile is not None:
        specs = [replace(spec, profile=profile.value) for spec in specs]
    serve_or_fail(specs, state, speed, web=web)


def _place(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if host not in {"127.0.0.1", "localhost", "[::1]"} or not port.isdecimal() or int(port) > 65_535:  # noqa: PLR2004
        raise typer.BadParameter("127.0.0.1:PORT; the view is for this computer alone", param_hint="--web")
    return host.strip("[]"), int(port)


def run() -> None:
    """Run the command."""
    app()


if __name__ == "__main__":
    run()
