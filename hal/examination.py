"""What stands at a URI: what it is, what it can, what it lacks; found out without lease and without motion."""

from dataclasses import dataclass

from hal.status import Capabilities, MachineStatus


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that was looked at: a stable code, whether it is as it should be, and what to do when it is not."""

    code: str
    fulfilled: bool
    subject: str
    text_da: str
    text_en: str
    fix_da: str
    fix_en: str


@dataclass(frozen=True, slots=True)
class Examination:
    """Everything that was found out about `uri`; `capabilities` and `status` are None when it told none."""

    uri: str
    reached: bool
    capabilities: Capabilities | None
    status: MachineStatus | None
    points: tuple[Point, ...]

    @property
    def is_fit(self) -> bool:
        """It was reached, and lacks nothing."""
        return self.reached and all(point.fulfilled for point in self.points)
