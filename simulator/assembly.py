"""Putting a machine together from its parts and from what its memory holds."""

from dataclasses import dataclass
from datetime import datetime

from hal.wire.words import POWER_UP, VOID
from simulator.canister import Bays
from simulator.cycle import Cycle, Parts
from simulator.dice import Dice
from simulator.faults import FaultProfile
from simulator.fence import Fence
from simulator.finishing import Tools
from simulator.logbook import Logbook
from simulator.memory import Memory
from simulator.mending import Mender
from simulator.mishaps import Mishaps
from simulator.orderbook import OrderBook
from simulator.packer import Packer
from simulator.pouch import POWER_LOSS, close
from simulator.recall import recall
from simulator.sealer import Sealer
from simulator.spec import MachineSpec
from simulator.supply import Supply
from simulator.technician import Technician
from simulator.troubles import Touched, Troubles
from simulator.unit import Unit


@dataclass(frozen=True, slots=True)
class Assembly:
    """A machine's parts, as far as it speaks to them itself."""

    boot_id: str
    log: Logbook
    bays: Bays
    book: OrderBook
    mishaps: Mishaps
    technician: Technician
    packer: Packer
    cycle: Cycle
    fence: Fence
    unit: Unit
    troubles: Troubles


def assemble(
    spec: MachineSpec, memory: Memory, boot_id: str, powered_up_at: datetime, profile: FaultProfile
) -> Assembly:
    """Return the parts of a machine that is just powered up; its first entries wait in the log.

    Raises:
        MemoryDamagedError: the memory holds a line that no machine wrote.
    """
    known = recall(memory.read())
    number, dice = known.boot_number + 1, Dice(spec.seed)
    boot_id = boot_id or f"{spec.id}-{number}"
    log = Logbook(memory, boot_id, number, powered_up_at, known.documents, known.starts, known.tally)
    mishaps = Mishaps(log, known.mishaps.values())
    bays = Bays(log, dice, profile.count_drift, known.canisters.values(), known.aside.values())
    book = OrderBook(log, spec.queue_depth, known.high_water, known.orders.values())
    supply = Supply(log, spec, known.supplied)
    mender = Mender(bays, supply, mishaps, profile, dice)
    technician = Technician(log, bays, mender, supply, spec.clear_ms, spec.refill_ms)
    sealer = Sealer(profile, dice, spec.warm_up_ms, mishaps)
    packer = Packer(Tools(spec, log, bays, sealer, supply, mishaps, profile, dice))
    packer.spilled = known.spilled
    cycle = Cycle(Parts(spec, log, bays, book, sealer, packer, technician))
    fence = Fence(log, known.fenced)
    unit = Unit(spec, log, book, cycle, known.mode)
    troubles = Troubles(Touched(log, bays, sealer, supply, mishaps, mender, technician, cycle, fence))
    log.write(POWER_UP, fields={"film": packer.film})
    if known.pouch is not None:
        close(log, known.pouch, VOID, POWER_LOSS)
    book.interrupt_all()
    bays.set_up(spec.bays)
    troubles.restore()
    return Assembly(boot_id, log, bays, book, mishaps, technician, packer, cycle, fence, unit, troubles)
