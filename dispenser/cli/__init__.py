"""The `dispenser` command.

Exit codes: 0 done, 1 failed, 2 wrong use, 3 refused by a safety check or by the receiver, 4 machine or server not
reachable, 5 settings or surroundings, 6 data newer than the program.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from dispenser.cli import alert, batch, citizen, lot, machine, period, refill, rulepack, safety, slots, staff
from dispenser.cli.common import AsJson, ConfigFile, print_rows

app = typer.Typer(
    name="dispenser",
    help="Controller of a fleet of dose-dispensing machines.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
config_app = typer.Typer(no_args_is_help=True, help="Look at the settings.")
app.add_typer(config_app, name="config")
app.add_typer(alert.app, name="alert")
app.add_typer(batch.app, name="batch")
app.add_typer(citizen.app, name="citizen")
app.add_typer(lot.app, name="lot")
app.add_typer(machine.app, name="machine")
app.add_typer(period.app, name="period")
app.add_typer(refill.app, name="refill")
app.add_typer(rulepack.app, name="rulepack")
app.add_typer(safety.app, name="safety")
app.add_typer(slots.app, name="slots")
app.add_typer(lot.trace_app, name="trace")
app.add_typer(staff.app, name="staff")


@app.command()
def serve(config: ConfigFile = None) -> None:
    """Run controller, API and panel until stopped. Example: dispenser serve --config site.toml."""
    from dispenser.config import load
    from dispenser.main import serve as run_server

    run_server(load(config))


@app.command()
def migrate(config: ConfigFile = None) -> None:
    """Bring the database to the shape this program works with. Example: dispenser migrate --config site.toml."""
    from dispenser.config import load
    from dispenser.main import services_of

    services = services_of(load(config))
    try:
        services.database.migrate()
    finally:
        services.database.close()
    typer.echo("the database is up to date")


@app.command()
def push(
    files: Annotated[list[Path], typer.Argument(exists=True, help="FHIR Bundles, or folders of them.")],
    url: Annotated[str, typer.Option(help="Where the controller answers.")] = "http://127.0.0.1:8080",
    as_json: AsJson = False,
) -> None:
    """Push medication plans to a controller. Example: dispenser push plans/ --url http://127.0.0.1:8080."""
    from dispenser.cli.push import push_files

    raise typer.Exit(push_files(files, url, as_json=as_json))


@app.command()
def expand() -> None:
    """Tell what dosages give: NDJSON in and out. Example: dispenser expand < questions.ndjson > answers.ndjson."""
    from dispenser.cli.expand import expand_standard_streams

    expand_standard_streams()


@app.command()
def labels(
    batch_id: Annotated[str, typer.Argument(metavar="BATCH")],
    out: Annotated[Path, typer.Option(help="PDF to write.")],
    config: ConfigFile = None,
) -> None:
    """Write the labels of a batch as PDF. Example: dispenser labels 000001 --out labels.pdf."""
    from dispenser.app.printing import batch_labels
    from dispenser.cli.common import services
    from dispenser.core.ids import BatchId

    with services(config) as chosen:
        pdf = batch_labels(chosen, BatchId(batch_id))
    out.write_bytes(pdf)
    typer.echo(f"{out}: {len(pdf)} bytes")


@config_app.command("check")
def config_check(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Check the settings and show each with its origin. Example: dispenser config check --config site.toml."""
    from dispenser.app.told import told
    from dispenser.config import ConfigError, load, origins
    from dispenser.main import catalogue_of, drivers_of
    from dispenser.store.session import Database

    loaded = load(config)
    _, without_driver = drivers_of(loaded)
    if without_driver:
        raise ConfigError(tuple(f"machines.{finding.subject}: {told(finding, 'en')}" for finding in without_driver))
    catalogue_of(loaded)
    where = Database(loaded.database).where
    rows = [
        # The URL of a database may hold a password, which is nobody's business here.
        {"setting": name, "value": where if name == "database" else value, "origin": origin}
        for name, value, origin in origins(loaded, config)
    ]
    print_rows("settings", rows, as_json=as_json)


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Free ports, temporary folder, stop when packed.")] = False,
    as_json: AsJson = False,
    citizens: Annotated[int, typer.Option(min=1, max=5_000)] = 120,
    seed: Annotated[int, typer.Option(help="Of plans and machines.")] = 7,
    speed: Annotated[int, typer.Option(min=1, max=1_000, help="Machine time per real time.")] = 120,
    port: Annotated[int, typer.Option(min=0, max=65_535)] = 8080,
) -> None:
    """Simulated fleet, real controller: push plans, pack, check, print; the panel stays up. Example: dispenser demo."""
    from dispenser.cli.demo import run_demo

    raise typer.Exit(run_demo(once=once, as_json=as_json, citizens=citizens, seed=seed, speed=speed, port=port))


def run() -> None:
    """Run the command line; known failures become one clear message and their exit code."""
    try:
        app()
    except Exception as error:
        from dispenser.cli.failures import explain

        code = explain(error)
        if code is None:
            raise
        sys.exit(code)
