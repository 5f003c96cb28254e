"""Pictures of pouches in the live view."""

from simulator.account import PouchAccount
from simulator.picture import picture
from simulator.spec import MachineSpec


def svg(spec: MachineSpec, pouch: PouchAccount) -> str:
    """Return a pouch as the camera saw it.

    Raises:
        ValueError: the log is from before pieces were kept.
    """
    return picture(pouch.truth, {one.id: one for one in spec.products}, spec.seed)
