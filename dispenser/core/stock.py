"""What a machine holds: canisters in bays, and how many tray cells it has."""

from dataclasses import dataclass

from dispenser.core.ids import MachineId, ProductId


@dataclass(frozen=True, slots=True)
class PouchLimits:
    """What one pouch can hold: started units (a half counts as one), and volume, 0 when the machine does not say."""

    units: int
    volume_mm3: int = 0

    def __post_init__(self) -> None:
        """Refuse a pouch that holds nothing."""
        if self.units < 1 or self.volume_mm3 < 0:
            message = f"a pouch of {self.units} units and {self.volume_mm3} mm3 holds nothing"
            raise ValueError(message)


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
