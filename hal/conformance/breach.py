"""How a check says no."""

from collections.abc import Awaitable

from hal.errors import RefusedError


class ConformanceError(Exception):
    """The contract was not kept, or the machine is not ready to be tried; the text says what was found."""


class ExemptError(Exception):
    """This machine cannot be tried in this way; the text says why."""


def require(found: bool, detail: str) -> None:  # noqa: FBT001 - reads as the sentence it is
    """Go on only when `found`.

    Raises:
        ConformanceError: it is not so; `detail` is its text.
    """
    if not found:
        raise ConformanceError(detail)


def exempt_unless(found: bool, why: str) -> None:  # noqa: FBT001 - reads as the sentence it is
    """Go on only when `found`.

    Raises:
        ExemptError: the machine has nothing to be tried; `why` is its text.
    """
    if not found:
        raise ExemptError(why)


def same(what: str, found: object, expected: object) -> None:
    """Go on only when `found` equals `expected`.

    Raises:
        ConformanceError: it does not; the text shows both.
    """
    require(found == expected, f"{what}: {found!r} where {expected!r} was to be")


async def refusal(call: Awaitable[object], what: str) -> tuple[str, ...]:
    """Return the codes with which `call` is refused.

    Raises:
        ConformanceError: it was not refused; `what` names the call.
        MachineError: it failed in another way.
    """
    try:
        await call
    except RefusedError as refused:
        return tuple(reason.code for reason in refused.reasons)
    message = f"{what} was not refused"
    raise ConformanceError(message)
