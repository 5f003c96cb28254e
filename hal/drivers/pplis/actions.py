"""What the host's side of a link asks of whoever has the line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Send:
    """Put these bytes on the line."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Delivered:
    """A link session of the machine has ended: the texts of its frames, joined; not yet verified."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """The machine has acknowledged every frame of our message."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Our message is given up; `started` tells whether any frame of it was put on the line."""

    reason: str
    started: bool


Action = Send | Delivered | Sent | Failed
