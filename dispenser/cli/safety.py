"""`dispenser safety`: the risk file, and the proof that every check catches what it is there for."""

from pathlib import Path
from typing import Annotated

import typer

from dispenser.cli.common import AsJson, ConfigFile, print_rows, services

app = typer.Typer(no_args_is_help=True, help="Hazards, checks, and the proof that they catch what they are there for.")


@app.command()
def report(
    to: Annotated[Path, typer.Option(file_okay=False, help="Folder to write to.")] = Path(),
    language: Annotated[str, typer.Option(help="da or en.")] = "da",
    as_json: AsJson = False,
) -> None:
    """Write hazards.html and hazards.pdf for the risk file. Example: dispenser safety report --to risk."""
    from datetime import UTC, datetime

    from dispenser.app.risk_file import risk_file, risk_rows
    from dispenser.cli.common import version
    from dispenser.web.i18n import LANGUAGES, Texts
    from dispenser.web.risk_model import risk_model
    from dispenser.web.risk_paper import Edition, risk_html, risk_pdf
    from scheduling.calendar import local_date

    if language not in LANGUAGES:
        raise typer.BadParameter(" or ".join(LANGUAGES), param_hint="--language")
    texts = Texts(language)
    edition = Edition(version(), local_date(datetime.now(UTC)))
    model = risk_model(risk_file(), texts)
    to.mkdir(parents=True, exist_ok=True)
    (to / "hazards.html").write_text(risk_html(model, edition, texts), encoding="utf-8")
    (to / "hazards.pdf").write_bytes(risk_pdf(model, edition, texts))
    print_rows("hazards", risk_rows(risk_file()), as_json=as_json, for_programs=("residual",))
    if not as_json:
        typer.echo(f"{to / 'hazards.html'}, {to / 'hazards.pdf'}")


@app.command()
def site(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """Check clock, disk, machines, database and audit trail now. Example: dispenser safety site --config site.toml."""
    from dispenser.app.site import check_audit, check_damage, site_findings
    from dispenser.cli.failures import REFUSED

    with services(config) as chosen:
        with chosen.database.read() as tx:
            findings = site_findings(chosen, tx)
        findings = (*findings, *check_damage(chosen), *check_audit(chosen))
    rows = [
        {"code": one.code.id, "subject": one.subject, "problem": one.text("en"), "what to do": one.fix("en")}
        for one in findings
    ]
    print_rows("problems", rows, as_json=as_json)
    raise typer.Exit(REFUSED if findings else 0)


@app.command("confirm-clock")
def confirm(
    who: Annotated[str, typer.Option(help="Name of the person who answers for it.")],
    reason: Annotated[str, typer.Option(help="What was wrong, and how you know that the clock is right now.")],
    config: ConfigFile = None,
) -> None:
    """Confirm that the clock is right. Example: dispenser safety confirm-clock --who "A. Holm" --reason "set anew"."""
    from dispenser.app.site import confirm_clock

    with services(config) as chosen:
        confirm_clock(chosen, who, reason)
        typer.echo(f"confirmed: {chosen.clock.now().isoformat(timespec='seconds')}")


@app.command("selftest")
def run_selftest(
    seed: Annotated[int, typer.Option(help="The same seed gives the same faults.")] = 4,
    instances: Annotated[int, typer.Option(min=1, max=10_000, help="Faults of each kind.")] = 10,
    dosages: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="More dosages that must not be stopped (JSON).")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put faults of every kind into sound worlds: all must be caught. Example: dispenser safety selftest --json."""
    from dispenser.app.selftest.usual_dosages import read_dosages
    from dispenser.cli.selftest import selftest

    try:
        # What is no text at all is no file of dosages either, and is told so.
        more = read_dosages(dosages.read_text(encoding="utf-8", errors="replace")) if dosages else ()
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--dosages") from error
    raise typer.Exit(selftest(seed, instances, more, as_json=as_json))
