"""Whether some machine can take a roll; if none can, every machine says why."""

from collections.abc import Iterator, Mapping, Sequence

from hal.errors import Reason
from safety.findings import Finding, found
from safety.fit_codes import FITS_NO_MACHINE, NO_MACHINE


def check_fit(subject: str, against: Mapping[str, Sequence[Reason]]) -> tuple[Finding, ...]:
    """Return what the machines have `against` the roll `subject`; nothing when one of them can take it.

    What a machine has against several pouches is told once, with how many times more it stands.
    """
    if not against:
        return (found(NO_MACHINE, subject),)
    if not all(against.values()):
        return ()
    return tuple(
        finding for machine, reasons in sorted(against.items()) for finding in _told(subject, machine, reasons)
    )


def _told(subject: str, machine: str, reasons: Sequence[Reason]) -> Iterator[Finding]:
    by_code: dict[str, list[str]] = {}
    for reason in reasons:
        by_code.setdefault(reason.code, []).append(reason.detail)
    for code, details in by_code.items():
        more = f"; +{len(details) - 1}" if len(details) > 1 else ""
        yield found(FITS_NO_MACHINE[code], subject, machine=machine, what=details[0] + more)
