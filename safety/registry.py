"""Which check stands behind which code, and where it runs."""

from typing import Final

from safety.check import Check, Stage
from safety.codes import ALL_CODES
from safety.registered import continuity, fills, finished, machines, messages, overrides, packing, plans, rules, site

CHECKS: Final[tuple[Check, ...]] = (
    *messages.CHECKS,
    *plans.CHECKS,
    *rules.CHECKS,
    *packing.CHECKS,
    *continuity.CHECKS,
    *fills.CHECKS,
    *machines.CHECKS,
    *finished.CHECKS,
    *overrides.CHECKS,
    *site.CHECKS,
)
"""Every check of the product; its id is there once."""


_CODES: Final = {code.id: code for code in ALL_CODES}


def check_of(code_id: str) -> Check:
    """Return the check that raises the code `code_id` (`DOSE-0201`).

    Raises:
        KeyError: no code of this package.
    """
    code = _CODES[code_id]
    return next(check for check in CHECKS if code in check.codes)


def stages_of(code_id: str) -> tuple[Stage, ...]:
    """Return where the code `code_id` is looked for, in the order of the work; nothing for a code of no check."""
    return tuple(dict.fromkeys(stage for check in CHECKS if raises(check, code_id) for stage in check.stages))


def raises(check: Check, code_id: str) -> bool:
    """Return whether `code_id` is one of the codes of `check`, here or at the edges."""
    return code_id in check.elsewhere or any(code.id == code_id for code in check.codes)
