"""How much of a pouch one tablet or capsule takes, from its dimensions; whole numbers throughout, never rounded down.

A body is never smaller than assumed here: a tablet of unknown curve counts as the cylinder around it. The room between
tablets is what bodies poured once and not shaken leave free: they fill 55 % (Onoda and Liniger, Random loose packings
of uniform spheres, Phys. Rev. Lett. 64, 2727, 1990). Tablets lie no looser than spheres; shaken ones reach 64-74 %
(Donev et al., Improving the density of jammed disordered packings using ellipsoids, Science 303, 990, 2004; Man et al.,
Phys. Rev. Lett. 94, 198001, 2005), but nobody shakes a pouch. It stays an estimate: a machine's count limit holds too.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

PACKED_PERCENT: Final = 55
"""Share of a pouch's volume that the bodies poured into it fill."""
SMALLEST_UM: Final = 1_000
LARGEST_UM: Final = 40_000
"""Dimensions of anything a human swallows, in micrometres; outside them somebody has mistaken the unit."""

_PI_ABOVE: Final = (355, 113)
"""Pi as a fraction, three parts in ten million too large."""
_UM3_PER_MM3: Final = 1_000_000_000


class Shape(Enum):
    """What kind of body the dimensions are of."""

    DISC = "disc"
    """Tablet, round or oval from above, flat or of unknown curve: the cylinder around it."""
    LENTIL = "lentil"
    """Tablet that curves on both sides down to a sharp rim: the ellipsoid around it."""
    OBLONG = "oblong"
    """Long tablet with straight sides and round ends, flat or of unknown curve."""
    CAPSULE = "capsule"
    """Cylinder between two half balls; as wide as it is high."""


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Shape and size of one tablet or capsule, in micrometres; `height` is how far up it reaches when it lies flat."""

    shape: Shape
    length_um: int
    width_um: int
    height_um: int
    invented: bool = False
    """The figures are made up for demonstration and must not be relied on."""

    def __post_init__(self) -> None:
        """Refuse what is no tablet."""
        sizes = (self.length_um, self.width_um, self.height_um)
        if not all(SMALLEST_UM <= size <= LARGEST_UM for size in sizes):
            message = f"{sizes} is not between {SMALLEST_UM} and {LARGEST_UM} micrometres"
            raise ValueError(message)
        if self.length_um < self.width_um:
            message = f"a length of {self.length_um} is less than the width of {self.width_um}"
            raise ValueError(message)
        if self.shape is Shape.CAPSULE and self.width_um != self.height_um:
            message = f"a capsule {self.width_um} wide and {self.height_um} high is not round"
            raise ValueError(message)


def pouch_volume_mm3(dimensions: Dimensions | None) -> int:
    """Return the pouch volume that one unit needs, room between units included; 0 when its size is unknown."""
    if dimensions is None:
        return 0
    straight, round_ = _twelfths(dimensions)
    above, below = _PI_ABOVE
    needed = (straight * below + round_ * above) * 100
    return -(-needed // (12 * below * PACKED_PERCENT * _UM3_PER_MM3))


def _twelfths(body: Dimensions) -> tuple[int, int]:
    """Return two cubes, in cubic micrometres: the body's volume is a twelfth of (the first + pi times the second)."""
    length, width, height = body.length_um, body.width_um, body.height_um
    if body.shape is Shape.LENTIL:
        return 0, 2 * length * width * height
    if body.shape is Shape.OBLONG:
        return 12 * (length - width) * width * height, 3 * width * width * height
    if body.shape is Shape.CAPSULE:
        return 0, width * width * (3 * length - width)
    return 0, 3 * length * width * height
