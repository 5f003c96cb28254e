"""A login that was refused is not tried again at once: machines lock a user out who tries too often."""

from pathlib import Path
from typing import Final

from hal.clock import Clock
from hal.drivers.opcua.keys import IDENTITY
from hal.errors import RefusedError
from hal.wire.certificates import LOGIN_REFUSED

SECONDS: Final = 30.0
"""Between two tries with the same identity; a new one is tried at once."""


class Patience:
    """Remembers the last refused login, and what the identity was then."""

    def __init__(self, clock: Clock, folder: Path | None) -> None:
        self._clock = clock
        self._folder = folder
        self._refused: RefusedError | None = None
        self._stamp = 0
        self._until = 0.0

    def check(self) -> None:
        """Return when a login may be tried.

        Raises:
            RefusedError: the same identity was refused a moment ago; nothing is sent.
        """
        if self._refused is None:
            return
        if self._clock.monotonic() < self._until and self._identity() == self._stamp:
            raise RefusedError(self._refused.reasons)
        self._refused = None

    def note(self, error: RefusedError) -> None:
        """Remember `error` if it is about the login."""
        if any(reason.code == LOGIN_REFUSED for reason in error.reasons):
            self._refused, self._stamp = error, self._identity()
            self._until = self._clock.monotonic() + SECONDS

    def _identity(self) -> int:
        """Return a number that is another one once the identity was written anew."""
        try:
            return (self._folder / IDENTITY).stat().st_mtime_ns if self._folder is not None else 0
        except OSError:
            return 0
