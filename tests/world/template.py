"""What every world begins with: machines as they are made, and a database in which their fills are registered."""

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Final

from dispenser.app.services import Services
from dispenser.core.ids import MachineId
from dispenser.store.session import Database
from simulator.spec import BaySpec, MachineSpec
from tests.support.fills import fill_canisters, open_hand_stock
from tests.world.controllers import GROUP, WallClock, services_of
from tests.world.loop import WorldLoop
from tests.world.plans import HALVED, WHOLE

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
PRODUCTS: Final = (*WHOLE, HALVED)


@dataclass(frozen=True)
class Size:
    """How large a world is; `wire` is serial or opcua."""

    citizens: int = 3
    machines: int = 2
    days: int = 2
    wire: str = "serial"
    profile: str = "none"
    per_minute: int = 240


def folder_for_worlds() -> Path:
    return Path(tempfile.mkdtemp(prefix="world-", dir=MEMORY if MEMORY.is_dir() else None))


def specs_of(size: Size) -> tuple[MachineSpec, ...]:
    return tuple(
        MachineSpec(
            f"m{number}",
            tuple(
                BaySpec(bay, f"K{number}{bay}", f"K{number}{bay}-1", product, 500)
                for bay, product in enumerate(PRODUCTS, start=1)
            ),
            wire=size.wire,
            baud=115_200,
            seed=number,
            profile=size.profile,
            tray_cells=1,
            pouches_per_minute=size.per_minute,
            warm_up_ms=500,
            clear_ms=2_000,
            refill_ms=2_000,
            cell_refill_ms=200,
        )
        for number in range(1, size.machines + 1)
    )


@cache
def template_of(size: Size) -> Path:
    """A database with machines, packs and fills in it, made once for all worlds of a size."""
    folder = folder_for_worlds()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "template.db"
    loop = WorldLoop(0)
    with Database(f"sqlite:///{file}") as database:
        database.migrate()
        clock = WallClock(loop)
        # The day before: a clock that is set back by minutes must not make what was filled unfilled.
        clock.skew = timedelta(days=-1)
        services = services_of(database, clock)
        with database.write() as tx:
            for spec in specs_of(size):
                tx.machines.configure(MachineId(spec.id), f"world:{spec.id}")
            tx.groups.ensure(GROUP, "Nord")
        _fill(services, size)
    loop.close()
    return file


def _fill(services: Services, size: Size) -> None:
    bays = [bay for spec in specs_of(size) for bay in spec.bays]
    codes = [(bay, code) for bay in bays for code in (bay.fill, *(f"{bay.fill}-{n}" for n in range(2, 6)))]
    fill_canisters(services, [(bay.canister, code, bay.product) for bay, code in codes])
    open_hand_stock(services)
