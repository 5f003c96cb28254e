"""A check that cannot run has failed: run checks so that an error in one of them is a finding that stops everything."""

from collections.abc import Callable, Iterable, Iterator
from types import FrameType, TracebackType
from typing import Final, ParamSpec, TypeVar

from safety.findings import Finding, found
from safety.site_codes import CHECK_FAILED

_ERRORS: Final = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


def guarded(
    subject: str,
    check: Callable[Arguments, Iterable[Finding]],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> tuple[Finding, ...]:
    """Return what `check` finds; if it raises what only a fault in it or its input raises, that as a finding.

    The finding refuses, and names the check, the kind of error and the place in the code: never the values, which may
    be a citizen's.
    """
    try:
        return tuple(check(*args, **kwargs))
    except _ERRORS as error:
        return (_failure(subject, check, error),)


def guarded_or(
    subject: str,
    failed: Callable[[tuple[Finding, ...]], Result],
    check: Callable[Arguments, Result],
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> Result:
    """Return what `check` returns; if it raises as above, what `failed` makes of the finding."""
    try:
        return check(*args, **kwargs)
    except _ERRORS as error:
        return failed((_failure(subject, check, error),))


def _failure(subject: str, check: Callable[..., object], error: BaseException) -> Finding:
    name = f"{check.__module__}.{getattr(check, '__qualname__', type(check).__qualname__)}"
    return found(CHECK_FAILED, subject, check=name, error=f"{type(error).__name__} {_place(error)}")


def _place(error: BaseException) -> str:
    """Return module and line where `error` was raised."""
    *_, (frame, line) = _frames(error.__traceback__)
    return f"{frame.f_globals.get('__name__', '')}:{line}"


def _frames(trace: TracebackType | None) -> Iterator[tuple[FrameType, int]]:
    while trace is not None:
        yield trace.tb_frame, trace.tb_lineno
        trace = trace.tb_next
