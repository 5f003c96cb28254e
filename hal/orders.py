"""What a machine is told to pack: bays, tray cells and counts. No citizen, no plan."""

import hashlib
import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BayPick:
    """Drop `units` whole units from the canister that sits in `bay` with this very fill."""

    bay: int
    canister_id: str
    fill_code: str
    product: str
    units: int


@dataclass(frozen=True, slots=True)
class CellPick:
    """Empty tray cell `cell` (numbered from 1), hand-filled with `quarters` quarter units of `product`."""

    cell: int
    product: str
    quarters: int


Pick = BayPick | CellPick


@dataclass(frozen=True, slots=True)
class PouchOrder:
    """One pouch: its number in the roll (0 is the header, without picks), printed lines and symbol payload."""

    number: int
    symbol: str
    lines: tuple[str, ...]
    picks: tuple[Pick, ...]


@dataclass(frozen=True, slots=True)
class PackingOrder:
    """Pouches of one roll for one machine.

    `number` rises strictly per machine and is never used again; `epoch` is the fencing token of the controller's
    lease; `capabilities_digest` ties the order to the machine as it described itself.
    """

    order_id: str
    number: int
    epoch: int
    capabilities_digest: str
    pouches: tuple[PouchOrder, ...]


def document_of(order: PackingOrder) -> str:
    """Return the order document as every wire carries it: canonical JSON (sorted keys, no spaces, UTF-8 text)."""
    document = {
        "order_id": order.order_id,
        "number": order.number,
        "epoch": order.epoch,
        "capabilities": order.capabilities_digest,
        "pouches": [
            {
                "number": pouch.number,
                "symbol": pouch.symbol,
                "lines": list(pouch.lines),
                "picks": [_pick_document(pick) for pick in pouch.picks],
            }
            for pouch in order.pouches
        ],
    }
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _pick_document(pick: Pick) -> dict[str, str | int]:
    if isinstance(pick, BayPick):
        return {
            "bay": pick.bay,
            "canister": pick.canister_id,
            "fill": pick.fill_code,
            "product": pick.product,
            "units": pick.units,
        }
    return {"cell": pick.cell, "product": pick.product, "quarters": pick.quarters}


def order_of(document: str) -> PackingOrder:
    """Return the order that `document_of` wrote.

    Raises:
        ValueError: not an order document.
    """
    try:
        parsed = json.loads(document)
        return PackingOrder(
            order_id=parsed["order_id"],
            number=parsed["number"],
            epoch=parsed["epoch"],
            capabilities_digest=parsed["capabilities"],
            pouches=tuple(
                PouchOrder(
                    number=pouch["number"],
                    symbol=pouch["symbol"],
                    lines=tuple(pouch["lines"]),
                    picks=tuple(_pick_of(pick) for pick in pouch["picks"]),
                )
                for pouch in parsed["pouches"]
            ),
        )
    except (KeyError, TypeError) as error:
        message = f"not an order document: {error!r}"
        raise ValueError(message) from error


def _pick_of(parsed: dict[str, str | int]) -> Pick:
    if "cell" in parsed:
        return CellPick(int(parsed["cell"]), str(parsed["product"]), int(parsed["quarters"]))
    return BayPick(
        int(parsed["bay"]),
        str(parsed["canister"]),
        str(parsed["fill"]),
        str(parsed["product"]),
        int(parsed["units"]),
    )


def digest_of(order: PackingOrder) -> str:
    """Return the SHA-256 of the order document, 64 hex digits; a machine answers a repeat by comparing it."""
    return hashlib.sha256(document_of(order).encode()).hexdigest()
