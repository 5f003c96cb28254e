"""What a machine holds: canisters in bays, and how many tray cells it has."""

from dataclasses import dataclass

from dispenser.core.ids import MachineId, ProductId


@dataclass(frozen=True, slots=True)
class LoadedCanister:
    """A canister as it sits in a bay; `fill_code` changes at every refill."""

    bay: int
    canister_id: str
    fill_code: str
    product_id: ProductId
    units: int
    """Whole units believed left."""


@dataclass(frozen=True, slots=True)
class MachineStock:
    """What one machine can drop from just now, and the limits that packing for it must keep."""

    machine_id: MachineId
    canisters: tuple[LoadedCanister, ...]
    tray_cells: int
    pouch_units: int
    """Most whole-or-part units in one pouch."""
    pouch_volume_mm3: int = 0
    """Usable pouch volume; 0 when the machine does not say."""
