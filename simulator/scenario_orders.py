"""Makes the order document that a plan of a scenario stands for, as a controller would send it; pure."""

import hashlib
from collections.abc import Mapping, Sequence

from simulator.logbook import encode
from simulator.orders import QUARTERS
from simulator.scenario import OrderPlan, PickPlan

Bays = Sequence[Mapping[str, object]]
"""Bays as the machine reports them."""


def document_of(plan: OrderPlan, capabilities: str, bays: Bays) -> tuple[str, str]:
    """Return the document of an order and its SHA-256, bound to what sits in the bays now.

    `capabilities` is the digest of the machine's capability document. A bay that holds nothing is named with empty
    tags, so that the machine says what is wrong.
    """
    tags = {bay["number"]: bay for bay in bays}
    cell = plan.first_cell
    pouches: list[dict[str, object]] = []
    for number in range(1, plan.pouches + 1):
        picks: list[dict[str, object]] = []
        for pick in plan.picks:
            if pick.only and number not in pick.only:
                continue
            if pick.bay:
                picks.append(_from_bay(pick, tags.get(pick.bay, {})))
            else:
                picks.append({"cell": cell, "product": pick.product, "quarters": pick.quarters})
                cell += 1
        symbol = f"{plan.symbol or plan.name}-{number}"
        pouches.append({"number": number, "symbol": symbol, "lines": list(plan.lines), "picks": picks})
    document = encode(
        {
            "order_id": plan.name,
            "number": plan.number,
            "epoch": plan.epoch,
            "capabilities": capabilities,
            "pouches": pouches,
        }
    )
    return document, hashlib.sha256(document.encode()).hexdigest()


def ordered_contents(document: Mapping[str, object]) -> dict[int, dict[str, int]]:
    """Return what each pouch of an order document shall hold: pouch number to product to quarter units."""
    contents: dict[int, dict[str, int]] = {}
    pouches = document["pouches"]
    for pouch in pouches if isinstance(pouches, list) else ():
        wanted: dict[str, int] = {}
        for pick in pouch["picks"]:
            quarters = pick["quarters"] if "cell" in pick else pick["units"] * QUARTERS
            wanted[pick["product"]] = wanted.get(pick["product"], 0) + quarters
        contents[pouch["number"]] = wanted
    return contents


def _from_bay(pick: PickPlan, tag: Mapping[str, object]) -> dict[str, object]:
    return {
        "bay": pick.bay,
        "canister": pick.canister or str(tag.get("canister_id", "")),
        "fill": pick.fill or str(tag.get("fill_code", "")),
        "product": pick.product or str(tag.get("product", "")),
        "units": pick.units,
    }
