"""Where work with the database is done."""

from collections.abc import Callable
from typing import Protocol, TypeVar

Result = TypeVar("Result")


class Offload(Protocol):
    """Runs database work where it keeps nobody waiting, and returns its result."""

    async def __call__(self, work: Callable[[], Result], /) -> Result:
        """Run `work` once."""
        ...
