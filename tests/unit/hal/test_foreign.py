"""What foreign code raises goes no further; what ends the program does."""

import pytest

from hal.foreign import Failed, attempt


def fail(error: BaseException) -> object:
    raise error


def test_an_answer_is_the_answer() -> None:
    assert attempt(lambda: 7) == 7


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (KeyError("name"), "KeyError: 'name'"),
        (MemoryError(), "MemoryError: "),
        (RecursionError("deep"), "RecursionError: deep"),
        (SystemExit(3), "SystemExit: 3"),
    ],
)
def test_whatever_it_raises_is_told(error: BaseException, why: str) -> None:
    assert attempt(lambda: fail(error)) == Failed(why)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), GeneratorExit()])
def test_who_ends_the_program_ends_it(error: BaseException) -> None:
    with pytest.raises(type(error)):
        attempt(lambda: fail(error))
