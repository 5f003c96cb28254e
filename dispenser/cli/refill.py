"""`dispenser refill`: what is poured into canisters and what tray cells are filled from, pack by pack."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dispenser.cli.common import AsJson, ConfigFile, print_rows, services

if TYPE_CHECKING:
    from dispenser.app.refill import FillDraft, Registered
    from dispenser.app.services import Services
    from dispenser.core.fills import Fill

app = typer.Typer(no_args_is_help=True, help="Fills of canisters and hand stock: register, close and list them.")

Who = Annotated[str, typer.Option(help="Who poured.")]
Second = Annotated[str, typer.Option(help="Who checked: somebody else.")]
Packs = Annotated[
    list[str] | None, typer.Option("--pack", help="Code of a pack as the scanner sends it; once for each pack.")
]
Product = Annotated[str, typer.Option(help="Drug id.")]
Rows = Annotated[
    Path | None, typer.Option("--csv", exists=True, dir_okay=False, help="One line for each pack, instead of --pack.")
]
Opened = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day on which the packs were opened; today.")
]
Days = Annotated[int, typer.Option(help="Days that they keep after that, where it is fewer than 42.")]
SecondScan = Annotated[str, typer.Option(help="Code of one of the packs, as the second person scanned it.")]
_ALL_DAYS = 42


@app.command()
def register(
    who: Who,
    second: Second,
    canister: Annotated[str, typer.Option(help="Canister, as its tag says.")] = "",
    fill: Annotated[str, typer.Option(help="New fill code, as the canister's tag says now.")] = "",
    product: Product = "",
    pack: Packs = None,
    rows: Rows = None,
    second_scan: SecondScan = "",
    opened: Opened = None,
    days: Days = _ALL_DAYS,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Register fills of canisters. Example: dispenser refill register --csv fills.csv --who "A. Holm" --second "B. Lu".

    The columns of the CSV file: canister, fill, product, pack, units, opened, days, second_scan; the last four may be
    empty. Lines with the same canister and fill are packs of one fill.
    """
    from dispenser.app.refill import FillDraft, PackScan
    from dispenser.core.ids import ProductId

    if rows is not None:
        drafts = _read(rows, who, second, day=_day(opened))
    else:
        packs = tuple(PackScan(code) for code in pack or ())
        drafts = [FillDraft(canister, fill, ProductId(product), packs, who, second, _day(opened), days, second_scan)]
    with services(config) as chosen:
        _register(chosen, drafts, as_json=as_json)


@app.command()
def hand(
    who: Who,
    second: Second,
    product: Product = "",
    pack: Packs = None,
    rows: Rows = None,
    second_scan: SecondScan = "",
    opened: Opened = None,
    days: Days = _ALL_DAYS,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Open hand stock for trays. Example: dispenser refill hand --csv hand.csv --who "A. Holm" --second "B. Lund".

    The columns of the CSV file are those of `refill register` without canister; `fill` names packs that go together.
    """
    from dispenser.app.refill import FillDraft, PackScan
    from dispenser.core.fills import HAND
    from dispenser.core.ids import ProductId

    if rows is not None:
        drafts = _read(rows, who, second, day=_day(opened), container=HAND)
    else:
        packs = tuple(PackScan(code) for code in pack or ())
        drafts = [FillDraft(HAND, "", ProductId(product), packs, who, second, _day(opened), days, second_scan)]
    with services(config) as chosen:
        _register(chosen, drafts, as_json=as_json)


@app.command()
def gtin(
    who: Annotated[str, typer.Option(help="Who read it off the pack.")],
    second: Second,
    code: Annotated[str, typer.Argument(metavar="GTIN")] = "",
    product: Annotated[str, typer.Argument(metavar="PRODUCT")] = "",
    units: Annotated[int, typer.Option(help="Units in a full pack.")] = 0,
    rows: Annotated[
        Path | None, typer.Option("--csv", exists=True, dir_okay=False, help="Columns gtin, product, units.")
    ] = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Say which product a GTIN is. Example: dispenser refill gtin --csv gtins.csv --who "A. Holm" --second "B. Lu"."""
    from dispenser.app.refill import register_gtins
    from dispenser.core.ids import ProductId

    if rows is not None:
        named = [
            (row["gtin"], ProductId(row["product"]), _number(row["units"]) or 0)
            for row in _lines(rows, ("gtin", "product", "units"))
        ]
    else:
        named = [(code, ProductId(product), units)]
    with services(config) as chosen:
        records = register_gtins(chosen, named, who, second)
    listed = [{"gtin": one.gtin, "product": one.product_id, "units": one.units} for one in records]
    print_rows("GTINs", listed, as_json=as_json)


@app.command()
def close(
    container: Annotated[str, typer.Argument(metavar="CANISTER", help="Canister, or hand.")],
    fill: Annotated[str, typer.Argument(metavar="FILL", help="Fill code.")],
    who: Annotated[str, typer.Option(help="Who emptied it.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """Take a fill out of use. Example: dispenser refill close hand H7 --who "A. Holm" --reason "brugt op"."""
    from dispenser.app.refill import close_fill
    from dispenser.core.fills import FillName

    with services(config) as chosen:
        closed = close_fill(chosen, FillName(container, fill), who, reason)
    print_rows("fills", [_row(closed)], as_json=as_json)


@app.command("list")
def list_fills(
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="Newest fills.")] = 200,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> None:
    """List the newest fills with their lots and how long they may be used. Example: dispenser refill list."""
    with services(config) as chosen, chosen.database.read() as tx:
        rows = [_row(fill) for fill in tx.fills.newest(limit)]
    print_rows("fills", rows, as_json=as_json)


def _register(chosen: "Services", drafts: "Sequence[FillDraft]", *, as_json: bool) -> None:
    from dispenser.app.refill import register_fills

    registered = register_fills(chosen, drafts)
    print_rows("fills", [{**_row(one.fill), "told": _told(one)} for one in registered], as_json=as_json)


def _told(one: "Registered") -> str:
    return "; ".join(f"{finding.code.id} {finding.text('en')}" for finding in one.findings)


def _row(fill: "Fill") -> dict[str, object]:
    return {
        "container": fill.name.container,
        "fill": fill.name.code,
        "product": fill.product_id,
        "units": fill.units,
        "lots": " ".join(name.lot for name in fill.lots),
        "expiry": min((pack.expiry.isoformat() for pack in fill.packs), default=None),
        "opened": fill.opened_on.isoformat(),
        "until": fill.open_until().isoformat(),
        "filled_by": fill.filled_by,
        "checked_by": fill.checked_by,
        "ended": fill.ended_at.isoformat() if fill.ended_at else None,
    }


def _day(opened: datetime | None) -> date | None:
    return None if opened is None else opened.date()


def _read(file: Path, who: str, second: str, *, day: date | None, container: str = "") -> "list[FillDraft]":
    from dispenser.app.refill import FillDraft, PackScan
    from dispenser.core.ids import ProductId

    needed = ("fill", "product", "pack") if container else ("canister", "fill", "product", "pack")
    packs: dict[tuple[str, str, str], list[tuple[PackScan, dict[str, str]]]] = {}
    for row in _lines(file, needed):
        name = (container or row["canister"], row["fill"], row["product"])
        scan = PackScan(row["pack"], _number(row.get("units", "")))
        packs.setdefault(name, []).append((scan, row))
    drafts: list[FillDraft] = []
    for (holder, fill, product), scanned in packs.items():
        first = scanned[0][1]
        opened = _date(first["opened"]) if first.get("opened") else day
        days = _number(first.get("days", ""))
        # Hand stock is numbered by the program: what the file calls it only keeps packs together.
        code = "" if container else fill
        scans = tuple(scan for scan, _ in scanned)
        keeps = _ALL_DAYS if days is None else days
        again = first.get("second_scan", "")
        drafts.append(FillDraft(holder, code, ProductId(product), scans, who, second, opened, keeps, again))
    return drafts


def _lines(file: Path, needed: Iterable[str]) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream)
        missing = [name for name in needed if name not in (reader.fieldnames or ())]
        if missing:
            message = f"{file} has no column {', '.join(missing)}"
            raise typer.BadParameter(message)
        return [{name: (value or "").strip() for name, value in row.items() if name} for row in reader]


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"'{text}' is no date (2026-11-30)"
        raise typer.BadParameter(message) from None


def _number(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal():
        message = f"'{text}' is no whole number"
        raise typer.BadParameter(message)
    return int(text)
