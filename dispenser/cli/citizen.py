"""`dispenser citizen`: who is away or back, what is not tolerated, which pouches must be destroyed."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dispenser.cli.common import AsJson, ConfigFile, print_rows, services

if TYPE_CHECKING:
    from dispenser.app.services import Services
    from dispenser.core.ids import CitizenId
    from dispenser.core.presence import Presence
    from dispenser.store.records import DiscardRecord
    from safety.rule_question import Allergy

app = typer.Typer(
    no_args_is_help=True, help="Who is away or back, what is not tolerated, and which pouches must be destroyed."
)

Citizen = Annotated[str, typer.Argument(metavar="CITIZEN", help="Patient id of the sender, or our own id.")]
Who = Annotated[str, typer.Option(help="Name of the person who notes it.")]
Text = Annotated[str, typer.Option(help="What it is, in words.")]
Atc = Annotated[str, typer.Option(help="ATC code of any level: J01C.")]
NoMedicine = Annotated[bool, typer.Option("--no-medicine", help="No medicine belongs to these words.")]
Why = Annotated[str, typer.Option("--reason", help="Why, in a few words.")]
First = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First day.")]
Last = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day, if it is known.")]


@app.command()
def hold(
    citizen: Citizen,
    first: First,
    who: Who,
    reason: Why,
    last: Last = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Pack nothing for some days.

    Example: dispenser citizen hold p-1 --first 2026-12-01 --last 2026-12-06 --who "A. Holm" --reason ferie.
    """
    from dispenser.core.presence import Presence

    _note(config, citizen, Presence.HOLD, (first, last), who, reason, as_json=as_json)


@app.command()
def admit(
    citizen: Citizen,
    first: First,
    who: Who,
    reason: Why,
    last: Last = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Note an admission. Example: dispenser citizen admit p-1 --first 2026-12-01 --who "A. Holm" --reason "hip"."""
    from dispenser.core.presence import Presence

    _note(config, citizen, Presence.ADMITTED, (first, last), who, reason, as_json=as_json)


@app.command()
def leave(
    citizen: Citizen,
    first: First,
    who: Who,
    reason: Why,
    dead: Annotated[bool, typer.Option("--dead/--moved", help="Dead, or moved away.")] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Note a death or a move.

    Example: dispenser citizen leave p-1 --moved --first 2026-12-01 --who "A. Holm" --reason "flyttet".
    """
    from dispenser.core.presence import Presence

    presence = Presence.DEAD if dead else Presence.MOVED
    _note(config, citizen, presence, (first, None), who, reason, as_json=as_json)


@app.command()
def resume(
    citizen: Citizen,
    first: First,
    who: Who,
    reason: Why,
    mistake: Annotated[bool, typer.Option("--mistake", help="It was noted by mistake; brings back the dead.")] = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Note a return. Example: dispenser citizen resume p-1 --first 2026-12-07 --who "A. Holm" --reason udskrevet."""
    from dispenser.core.presence import Presence

    presence = Presence.CORRECTED if mistake else Presence.RESUMED
    _note(config, citizen, presence, (first, None), who, reason, as_json=as_json)


@app.command("confirm")
def confirm_phase(
    citizen: Citizen,
    product: Annotated[str, typer.Option(help="Drug id of the medicine.")],
    first: First,
    who: Who,
    reason: Why,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Let a cycle go on in another phase from a day on.

    Example: dispenser citizen confirm p-1 --product 28100000001 --first 2026-12-08 --who "A. Holm" --reason "ok".
    """
    from dispenser.app import absence
    from dispenser.core.ids import ProductId

    with services(config) as chosen:
        with chosen.database.read() as tx:
            citizen_id = absence.find_citizen(tx, citizen).citizen_id
        absence.confirm_phase(chosen, citizen_id, ProductId(product), first.date(), who, reason)
    print_rows("confirmed", [{"product": product, "first": first.date().isoformat(), "who": who}], as_json=as_json)


@app.command()
def lost(
    roll: Annotated[str, typer.Argument(metavar="ROLL")],
    who: Who,
    reason: Why,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Note that a roll is lost. Example: dispenser citizen lost 0000010001 --who "A. Holm" --reason "ikke leveret"."""
    from dispenser.app.absence import declare_lost
    from dispenser.core.ids import RollId

    with services(config) as chosen:
        records = declare_lost(chosen, RollId(roll), who, reason)
    _print(records, as_json=as_json)


@app.command()
def allergy(
    citizen: Citizen,
    text: Text,
    who: Who,
    reason: Why,
    atc: Atc = "",
    no_medicine: NoMedicine = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Note what is not tolerated, or code words from home care; judges the plan anew.

    Example: dispenser citizen allergy p-1 --atc J01C --text penicillin --who "A. Holm" --reason "udslæt 2019".
    """
    from dispenser.app.allergies import note_allergy

    _allergy(config, citizen, (_code(atc, no_medicine=no_medicine), text), (who, reason), note_allergy, as_json=as_json)


@app.command()
def tolerates(
    citizen: Citizen,
    text: Text,
    who: Who,
    reason: Why,
    atc: Atc = "",
    no_medicine: NoMedicine = False,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """End an allergy that was noted here; judges the plan anew.

    Example: dispenser citizen tolerates p-1 --atc J01C --text penicillin --who "A. Holm" --reason "testet negativ".
    """
    from dispenser.app.allergies import end_allergy

    _allergy(config, citizen, (_code(atc, no_medicine=no_medicine), text), (who, reason), end_allergy, as_json=as_json)


@app.command()
def allergies(citizen: Citizen, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """List what is not tolerated. Example: dispenser citizen allergies p-1 --json."""
    from dispenser.app.absence import find_citizen
    from dispenser.app.known_allergies import allergies_of

    with services(config) as chosen, chosen.database.read() as tx:
        citizen_id = find_citizen(tx, citizen).citizen_id
        known = allergies_of(tx, (citizen_id,)).get(citizen_id, ())
    print_rows("allergies", [{"atc": one.atc, "text": one.text} for one in known], as_json=as_json)


@app.command("list")
def list_notes(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """List what was noted last. Example: dispenser citizen list --json."""
    with services(config) as chosen, chosen.database.read() as tx:
        rows = [
            {
                "citizen": tx.citizens.get(record.citizen_id).fhir_id,
                "note": record.kind,
                "subject": record.subject,
                "first": record.first.isoformat(),
                "last": record.last.isoformat() if record.last else None,
                "who": record.who,
                "reason": record.reason,
                "at": record.at.isoformat(),
            }
            for record in tx.notes.newest(200)
        ]
    print_rows("notes", rows, as_json=as_json)


@app.command()
def discards(citizen: Citizen, config: ConfigFile = None, as_json: AsJson = False) -> None:
    """List the pouches to destroy. Example: dispenser citizen discards p-1 --json."""
    from dispenser.app.absence import find_citizen

    with services(config) as chosen, chosen.database.read() as tx:
        records = tx.discards.of_citizen(find_citizen(tx, citizen).citizen_id)
    _print(records, as_json=as_json)


def _note(
    config: Path | None,
    citizen: str,
    presence: "Presence",
    days: tuple[datetime, datetime | None],
    who: str,
    reason: str,
    *,
    as_json: bool,
) -> None:
    from dispenser.app.absence import find_citizen, note_presence
    from dispenser.core.presence import PresenceNote

    last: date | None = days[1].date() if days[1] else None
    with services(config) as chosen:
        with chosen.database.read() as tx:
            citizen_id = find_citizen(tx, citizen).citizen_id
        records = note_presence(chosen, citizen_id, PresenceNote(presence, days[0].date(), last), who, reason)
    _print(records, as_json=as_json)


def _code(atc: str, *, no_medicine: bool) -> str:
    from dispenser.app.known_allergies import NO_MEDICINE

    if bool(atc) == no_medicine:
        raise typer.BadParameter("give either --atc or --no-medicine")
    return atc or NO_MEDICINE


def _allergy(
    config: Path | None,
    citizen: str,
    what: tuple[str, str],
    signed: tuple[str, str],
    act: "Callable[[Services, CitizenId, Allergy, str, str], bool]",
    *,
    as_json: bool,
) -> None:
    from dispenser.app.absence import find_citizen
    from safety.rule_question import Allergy

    with services(config) as chosen:
        with chosen.database.read() as tx:
            citizen_id = find_citizen(tx, citizen).citizen_id
        changed = act(chosen, citizen_id, Allergy(*what), *signed)
    rows = [{"citizen": citizen, "atc": what[0], "text": what[1], "plan changed": changed}]
    print_rows("allergies", rows, as_json=as_json)


def _print(records: "Sequence[DiscardRecord]", *, as_json: bool) -> None:
    rows = [
        {
            "roll": record.roll_id,
            "pouch": record.number,
            "cause": record.cause,
            "reason": record.reason,
            "acute": record.acute.value,
        }
        for record in records
    ]
    print_rows("pouches to discard", rows, as_json=as_json)
