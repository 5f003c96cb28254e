"""The `dispenser-sim` command.

Exit codes: 0 done, 1 failed, 2 wrong use, 5 files or surroundings.
"""

import sys
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from simulator.recall import MemoryDamagedError
from simulator.serving import WireError
from simulator.serving import serve as serve_machines
from simulator.spec import FleetError, MachineSpec, find, fleet_of
from simulator.state_folder import StateFolderError
from simulator.truth import machines_in, read_truth, truth_line

SURROUNDINGS = 5

app = typer.Typer(
    name="dispenser-sim",
    help="Simulated dose-dispensing machines, and a simulated home care that pushes plans.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


class Profile(StrEnum):
    """Fault profiles."""

    NONE = "none"
    VISIBLE = "visible"
    NOMINAL = "nominal"
    STRESS = "stress"


FleetFile = Annotated[Path, typer.Argument(metavar="FLEET.toml", help="The machines, one [[machine]] table each.")]
StateFolder = Annotated[Path, typer.Option("--state", metavar="DIR", help="Folder of the machines' memories.")]
Speed = Annotated[
    float,
    typer.Option(parser=speed_of, metavar="FACTOR|max", help="Virtual seconds in a real second, 0.01 to 10000, or max."),
]
OtherProfile = Annotated[Profile | None, typer.Option(help="Fault profile instead of the fleet file's.")]


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
        _fail(f"{fleet}: {error}")
    _serve([spec], state, speed, profile)


@app.command("fleet")
def run_fleet(fleet: FleetFile, state: StateFolder, speed: Speed = 1.0, profile: OtherProfile = None) -> None:
    """Run all machines of a file in one process. Example: dispenser-sim fleet fleet.toml --state machines."""
    _serve(_fleet(fleet), state, speed, profile)


@app.command()
def truth(
    state: StateFolder,
    machine: Annotated[str | None, typer.Option(metavar="ID", help="Only this machine.")] = None,
) -> None:
    """Print what really fell, a JSON line per physical pouch. Example: dispenser-sim truth --state machines."""
    try:
        for machine_id in [machine] if machine else machines_in(state):
            for document in read_truth(state, machine_id):
                sys.stdout.write(truth_line(machine_id, document) + "\n")
    except StateFolderError as error:
        _fail(str(error))


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
        write(out, products, citizens=citizens, bad=bad, seed=seed, first=first.date(), group=group)
    except (OSError, ValueError) as error:
        _fail(str(error))


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
        _fail(str(error))


def _password() -> str:
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def _fleet(path: Path) -> tuple[MachineSpec, ...]:
    try:
        return fleet_of(path.read_text(encoding="utf-8"))
    except OSError as error:
        _fail(f"{path} cannot be read: {error.strerror}")
    except (FleetError, UnicodeDecodeError) as error:
        _fail(f"{path}: {error}")


def _serve(
    specs: tuple[MachineSpec, ...] | list[MachineSpec], state: Path, speed: float, profile: Profile | None
) -> None:
    if profile is not None:
        specs = [replace(spec, profile=profile.value) for spec in specs]
    try:
        serve_machines(specs, state, speed, _say_ready)
    except (WireError, MemoryDamagedError, OSError) as error:
        _fail(str(error))


def _say_ready(spec: MachineSpec) -> None:
    sys.stdout.write(f"ready {spec.id} {spec.where}\n")
    sys.stdout.flush()


def _fail(message: str) -> NoReturn:
    sys.stderr.write(f"{message}\n")
    raise typer.Exit(SURROUNDINGS)


def run() -> None:
    """Run the command."""
    app()


if __name__ == "__main__":
    run()
