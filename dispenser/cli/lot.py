"""`dispenser lot` and `dispenser trace`: lots that must not be used, and where they went."""

from typing import TYPE_CHECKING, Annotated

import typer

from dispenser.cli.common import AsJson, ConfigFile, print_rows, services

if TYPE_CHECKING:
    from dispenser.store.traces import TracedPouch

app = typer.Typer(no_args_is_help=True, help="Lots: quarantine, recall and clear them.")
trace_app = typer.Typer(no_args_is_help=True, help="Which pouches a lot came into, and which lots a pouch may hold.")

LotArgument = Annotated[str, typer.Argument(metavar="LOT", help="Lot number as printed on the pack.")]
Gtin = Annotated[str, typer.Option(help="GTIN of the pack; without it the lots of that number of every product.")]
Who = Annotated[str, typer.Option(help="Name of who answers for it.")]
Reason = Annotated[str, typer.Option(help="Why.")]


@app.command("list")
def list_lots(config: ConfigFile = None, as_json: AsJson = False) -> None:
    """List everything that was decided about lots, oldest first. Example: dispenser lot list."""
    with services(config) as chosen, chosen.database.read() as tx:
        rows = [
            {
                "lot": one.lot,
                "gtin": one.gtin or "any",
                "state": one.state.value,
                "at": one.at.isoformat(),
                "who": one.who,
                "reason": one.reason,
            }
            for one in tx.fills.notices()
        ]
    print_rows("lots", rows, as_json=as_json)


@app.command()
def quarantine(
    lot: LotArgument, who: Who, reason: Reason, gtin: Gtin = "", config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """Let no order use a lot for now. Example: dispenser lot quarantine AB12 --who "A. Holm" --reason "misfarvet"."""
    from dispenser.app.recall import quarantine_lot

    with services(config) as chosen:
        fills = quarantine_lot(chosen, lot, gtin, who, reason)
    rows = [{"container": one.name.container, "fill": one.name.code, "product": one.product_id} for one in fills]
    print_rows("fills that hold it", rows, as_json=as_json)


@app.command()
def clear(lot: LotArgument, who: Who, reason: Reason, gtin: Gtin = "", config: ConfigFile = None) -> None:
    """Lift a quarantine. Example: dispenser lot clear AB12 --who "B. Lund" --reason "undersøgt"."""
    from dispenser.app.recall import clear_lot

    with services(config) as chosen:
        clear_lot(chosen, lot, gtin, who, reason)
    typer.echo(f"lot {lot} may be used again")


@app.command()
def recall(
    lot: LotArgument, who: Who, reason: Reason, gtin: Gtin = "", config: ConfigFile = None, as_json: AsJson = False
) -> None:
    """Take a lot out of use for good. Example: dispenser lot recall AB12 --who "A. Holm" --reason "DKMA 2026-17".

    Lists every pouch that may hold it, with those that are on the list of pouches to discard.
    """
    from dispenser.app.recall import recall_lot

    with services(config) as chosen:
        recalled = recall_lot(chosen, lot, gtin, who, reason)
    gone = {(one.roll_id, one.number) for one in recalled.discarded}
    rows = [{**_row(one), "discard": (one.roll_id, one.number) in gone} for one in recalled.pouches]
    print_rows("pouches", rows, as_json=as_json)
    if not as_json:
        held = ", ".join(str(fill.name) for fill in recalled.fills if fill.ended_at is None)
        typer.echo(f"take out of use: {held or 'no fill'}; rolls that end here: {', '.join(recalled.ended) or 'none'}")
    if recalled.untraced:
        rolls = ", ".join(dict.fromkeys(roll_id for roll_id, _ in recalled.untraced))
        told = f"{len(recalled.untraced)} packed pouches of unknown lots, look at them by hand; rolls {rolls}"
        typer.echo(told, err=True)


@trace_app.command("lot")
def trace_lot(lot: LotArgument, gtin: Gtin = "", config: ConfigFile = None, as_json: AsJson = False) -> None:
    """List every packed pouch that may hold a lot, and whose it is. Example: dispenser trace lot AB12."""
    from dispenser.core.fills import gtin_of

    try:
        only = gtin_of(gtin) if gtin else ""
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    with services(config) as chosen, chosen.database.read() as tx:
        rows = [_row(one) for one in tx.traces.pouches_of_lot(lot, only)]
    print_rows("pouches", rows, as_json=as_json)


@trace_app.command("pouch")
def trace_pouch(
    roll: Annotated[str, typer.Argument(metavar="ROLL")],
    number: Annotated[int, typer.Argument(metavar="NUMBER", min=1)],
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """List every lot that a packed pouch may hold. Example: dispenser trace pouch 0000010001 3.

    A product without a lot was packed before fills were registered: its lot is unknown.
    """
    from dispenser.app.tracing import packed_products
    from dispenser.core.ids import RollId

    with services(config) as chosen, chosen.database.read() as tx:
        tx.batches.roll_record(RollId(roll))
        rows: list[dict[str, object]] = [
            {
                "product": one.product_id,
                "lot": one.lot or None,
                "gtin": one.gtin or None,
                "expiry": one.expiry.isoformat() if one.expiry else None,
                "container": one.fill.container,
                "fill": one.fill.code,
            }
            for one in tx.traces.lots_of_pouch(RollId(roll), number)
        ]
        told = {row["product"] for row in rows}
        for product in packed_products(tx, RollId(roll), number):
            if product not in told:
                unknown: dict[str, object] = {"product": product, "lot": None, "gtin": None, "expiry": None}
                rows.append(unknown | {"container": None, "fill": None})
    print_rows("lots", rows, as_json=as_json)


def _row(one: "TracedPouch") -> dict[str, object]:
    return {
        "roll": one.roll_id,
        "pouch": one.number,
        "citizen": one.citizen_id,
        "machine": one.machine_id,
        "container": one.fill.container,
        "fill": one.fill.code,
        "product": one.product_id,
        "gtin": one.gtin,
        "discarded": one.is_discarded,
    }
