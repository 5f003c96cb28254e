"""Pictures of pouches in the live view."""

from simulator.account import PouchAccount
from simulator.spec import MachineSpec


def svg(_spec: MachineSpec, _pouch: PouchAccount) -> str:
    """Return a pouch as the camera saw it."""
    return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 80 70"/>'
