"""Which machines can take a roll as it is: labels and parts are held against a machine's rules before it is chosen."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

from dispenser.app.machines import capabilities_by_machine, known_stocks
from dispenser.app.services import Services
from dispenser.core.citizen import Identity
from dispenser.core.dosage import Slot
from dispenser.core.ids import MachineId, ProductId, RollId
from dispenser.core.pouch import Pouch
from dispenser.core.quantity import Quarters
from dispenser.core.replaced import Related
from dispenser.core.roll import HEADER_NUMBER, Roll
from dispenser.core.slots import SlotTable
from dispenser.core.stock import MachineStock
from dispenser.core.translate import NotEnoughError, TrayPick, sources
from dispenser.store.records import MachineRecord
from hal.errors import Reason
from hal.orders import CellPick, PouchOrder
from hal.preflight import misfits, takes_any_part
from hal.status import Capabilities
from labels.content import LabelContent, header_label, pouch_label
from labels.errors import LabelError
from safety.findings import Finding
from safety.fit_checks import check_fit
from safety.fit_codes import NO_LABEL
from safety.guarded import guarded, guarded_or
from scheduling.assignment import Against, Assignment, assign
from scheduling.calendar import local_date

_PLENTY: Final = 10**9
"""Units in a canister that is as good as never empty: how full it is just now counts for nothing."""

Told: TypeAlias = tuple[Identity, Related]
"""What the labels of a roll say beside the roll: whose it is, and what it has to do with older ones."""


def placed(
    services: Services,
    rolls: Sequence[Roll],
    told: Mapping[RollId, Told],
    slots: SlotTable,
    machines: Sequence[MachineRecord],
) -> Assignment:
    """Return a machine for every roll that takes all its pouches as labelled today, and why others have none.

    `told` has every roll; `slots` is the table with which they were planned. Machines that never answered are passed
    over.
    """
    stocks = known_stocks(machines)
    able = capabilities_by_machine(machines)
    known = [(stock, able[stock.machine_id]) for stock in stocks]

    def nowhere(failed: Sequence[Finding]) -> dict[MachineId, tuple[Reason, ...]]:
        reasons = tuple(Reason(NO_LABEL, finding.text("en")) for finding in failed)
        return {stock.machine_id: reasons for stock in stocks}

    against = {
        roll.roll_id: guarded_or(roll.roll_id, nowhere, _against, services, roll, told[roll.roll_id], slots, known)
        for roll in rolls
    }
    return assign(rolls, stocks, services.catalogue, against)


def check_fits(unplaced: Mapping[RollId, Against]) -> tuple[Finding, ...]:
    """Return what is found of the rolls that no machine can take, with what each machine has against them."""
    return tuple(
        finding
        for roll_id, against in unplaced.items()
        for finding in guarded(roll_id, check_fit, roll_id, {str(name): why for name, why in against.items()})
    )


def _against(
    services: Services, roll: Roll, told: Told, slots: SlotTable, machines: Sequence[tuple[MachineStock, Capabilities]]
) -> dict[MachineId, tuple[Reason, ...]]:
    """Return what every machine has against the labels and parts of `roll`."""
    pouches = telling(roll)
    try:
        labels = _labels(services, roll, pouches, told, slots)
    except LabelError as error:
        return {stock.machine_id: (Reason(NO_LABEL, str(error)),) for stock, _ in machines}
    return {
        stock.machine_id: _misfits(labels, _cells(services, roll, labels, stock, able), able)
        for stock, able in machines
    }


def _misfits(
    labels: Mapping[int, LabelContent], cells: Mapping[int, tuple[CellPick, ...]], able: Capabilities
) -> tuple[Reason, ...]:
    pouches = (PouchOrder(number, label.symbol, label.lines, cells.get(number, ())) for number, label in labels.items())
    return tuple(reason for pouch in pouches for reason in misfits(pouch, able))


def telling(roll: Roll) -> tuple[Pouch, ...]:
    """Return pouches of `roll` whose labels and contents are as large as any, and have every character that any has.

    Two pouches of one weekday and slot with the same contents differ in ordinations and in the digits of date and
    number alone: the last of them has the most digits.
    """
    kinds: dict[tuple[int, Slot, int, int, str, tuple[tuple[ProductId, Quarters], ...]], Pouch] = {}
    for pouch in roll.pouches:
        held = tuple((content.product_id, content.quarters) for content in pouch.contents)
        kinds[pouch.date.weekday(), pouch.slot, pouch.part, pouch.parts, pouch.instruction, held] = pouch
    return tuple(kinds.values())


def _labels(
    services: Services, roll: Roll, pouches: Iterable[Pouch], told: Told, slots: SlotTable
) -> dict[int, LabelContent]:
    identity, relation = told
    site, catalogue, total = services.site, services.catalogue, len(roll.pouches)
    packed_on = local_date(services.clock.now())
    labels = {HEADER_NUMBER: header_label(site, identity, roll, catalogue, slots, packed_on, relation=relation)}
    for pouch in pouches:
        labels[pouch.number] = pouch_label(site, identity, roll, pouch, catalogue, slots, packed_on, total)
    return labels


def _cells(
    services: Services, roll: Roll, numbers: Iterable[int], stock: MachineStock, able: Capabilities
) -> dict[int, tuple[CellPick, ...]]:
    """Return the tray cells of pouches on a machine, by pouch; nothing where any cell takes any part."""
    if takes_any_part(able):
        return {}
    full = tuple(replace(canister, units=_PLENTY) for canister in stock.canisters)
    # How many cells there are for a pouch is asked when a machine is chosen.
    roomy = replace(stock, canisters=full, tray_cells=_PLENTY)
    try:
        made = sources(roll, tuple(numbers), roomy, services.catalogue)
    except NotEnoughError:
        return {}  # a product that is not in the catalogue, which choosing a machine tells
    return {
        pouch.number: tuple(
            CellPick(pick.cell, str(pick.product_id), int(pick.quarters))
            for pick in pouch.picks
            if isinstance(pick, TrayPick)
        )
        for pouch in made
    }
