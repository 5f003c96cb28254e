"""Two people who take given-up machines back, as the guide to restoring says: look, destroy, sign."""

from typing import Final

from dispenser.app.machines import last_film, note_of_snapshot
from dispenser.app.readmitting import sign_readmission
from dispenser.app.site import site_findings
from dispenser.app.staff import NotAllowedError
from dispenser.core.ids import MachineId
from dispenser.store.records import MachineRecord
from dispenser.store.witness import Witness
from safety.site_checks import LIVE_ORDERS
from tests.world import oracle
from tests.world.controllers import WITNESS, WallClock, services_of
from tests.world.loop import pass_time
from tests.world.machines import Box
from tests.world.world import Told, World

ROUND_SECONDS: Final = 10.0
_LIVE: Final = frozenset(state.value for state in LIVE_ORDERS)
_HELD: Final = "DOSE-0623"


async def look_after(world: World) -> None:
    """Tell a database that was put back the newest plans, and sign for machines that are given up."""
    for sent in world.told.values() if world.restored else ():
        # What came after the copy is lost; home care is asked for all of it once more.
        newest = [told.plan for told in sent if not told.refused][-1]
        again = Told(newest)
        sent.append(again)
        world.loop.run_on(world.loop.outside, world.send(again))
    while True:
        await pass_time(ROUND_SECONDS)
        for box in world.boxes:
            if box.machine is not None and box.machine.state == "Aborted":
                box.press("Clear")
            _take_back(world, box)


def _take_back(world: World, box: Box) -> None:
    """Sign for a machine that the controller has given up, if it has come to rest."""
    machine_id = MachineId(box.spec.id)
    services = services_of(world.eyes.database, WallClock(world.loop), Witness(world.folder / WITNESS))
    with services.database.read() as tx:
        record = tx.machines.get(machine_id)
        is_held = any(one.subject == box.spec.id and one.code.id == _HELD for one in site_findings(services, tx))
        film = last_film(tx, machine_id) or 0
        is_signed = tx.machines.open_readmission(machine_id) is not None
    if box.machine is None or not (is_held or _is_given_up(record)):
        return
    if any(order["state"] in _LIVE for order in box.machine.status_document()["orders"]):
        box.press("Stop")
        return
    if is_signed:
        return
    try:
        sign_readmission(services, machine_id, "Farmaceut Friis", "Tekniker Toft", "Kasseret og talt op")
    except NotAllowedError:
        return
    # What they destroy now shows no more what was packed twice until now.
    world.loop.failures += oracle.doubles(world)
    world.loop.note(f"{machine_id} is signed for after film {film}")
    world.set_aside |= {(one.machine, one.film) for one in oracle.found_on(box) if one.film > film}


def _is_given_up(record: MachineRecord) -> bool:
    note = note_of_snapshot(record.status).english if record.status else ""
    return record.link == "offline" and note.startswith(("DOSE-06", "FENCED"))
