"""The machine's end of a serial line, as a test tells it to be."""

import pytest

from tests.support.serial_peer import Machine, serving


@pytest.fixture
def machine() -> Machine:
    """Start the machine's end: `async with machine() as peer`."""
    return serving
