"""Packing orders and journal entries for tests, made by the product's own translation."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date

from dispenser.core.citizen import Identity
from dispenser.core.product import Catalogue
from dispenser.core.roll import HEADER_NUMBER, Roll
from dispenser.core.stock import MachineStock
from dispenser.core.translate import CanisterPick, TrayPick, sources
from hal.journal import FieldValue, JournalEntry
from hal.orders import BayPick, CellPick, PackingOrder, Pick, PouchOrder
from hal.wire import words
from safety.pouch_checks import printed_digest

IDENTITY = Identity("Åse Sørensen", "0102481234", date(1948, 2, 1))


def label(pouch: PouchOrder, roll: Roll, number: int, identity: Identity = IDENTITY) -> PouchOrder:
    """`pouch` under the label of pouch `number` of `identity`'s `roll`."""
    civil = f"CPR {identity.civil_number[:6]}-{identity.civil_number[6:]}"
    lines = (identity.name, civil, f"nr. {number} af {len(roll.pouches)}, rulle {roll.roll_id}")
    return replace(pouch, symbol=f"(01)02000000000008(21){roll.roll_id}{number:03d}", lines=lines)


def order_for(
    roll: Roll, stock: MachineStock, catalogue: Catalogue, numbers: Collection[int] | None = None
) -> PackingOrder:
    """The order for `numbers` of `roll`, by default all with the header; the labels are short, and `IDENTITY`'s."""
    wanted = [HEADER_NUMBER, *(pouch.number for pouch in roll.pouches)] if numbers is None else numbers
    made = sources(roll, wanted, stock, catalogue)
    pouches = tuple(
        label(PouchOrder(one.number, "", (), tuple(map(_pick, one.picks))), roll, one.number) for one in made
    )
    return PackingOrder("job-1", 1, 1, "0" * 64, pouches)


def _pick(pick: CanisterPick | TrayPick) -> Pick:
    if isinstance(pick, CanisterPick):
        return BayPick(pick.bay, pick.canister_id, pick.fill_code, pick.product_id, pick.units)
    return CellPick(pick.cell, pick.product_id, pick.quarters)


def entry(kind: str, pouch: int, seq: int = 1, **fields: FieldValue) -> JournalEntry:
    return JournalEntry("boot", 1, seq, "2026-11-23T08:00:00Z", kind, 1, pouch, fields)


def evidence(ordered: PouchOrder, film: int = 7) -> list[JournalEntry]:
    """The entries of a pouch that went well."""
    drops: list[dict[str, FieldValue]] = []
    for pick in ordered.picks:
        if isinstance(pick, BayPick):
            drops.append(
                {
                    "bay": pick.bay,
                    "canister": pick.canister_id,
                    "fill": pick.fill_code,
                    "product": pick.product,
                    "commanded": pick.units,
                    "counted": pick.units,
                    "ms": 60 * (pick.units - 1),
                }
            )
        else:
            counts = {"commanded": pick.quarters, "counted": pick.quarters, "ms": 0}
            drops.append({"cell": pick.cell, "product": pick.product, **counts})
    number = ordered.number
    return [
        entry(words.POUCH_STARTED, number, film=film),
        *(entry(words.DROPPED, number, 1, **fields) for fields in drops),
        entry(words.SEALED, number, film=film, temperature_dc=1450),
        entry(words.PRINTED, number, film=film, digest=printed_digest(ordered)),
        entry(words.INSPECTED, number, film=film, result="pass", read=ordered.symbol),
        entry(words.POUCH_CLOSED, number, film=film, outcome="packed", reason=""),
    ]
