"""Which products a rule is about."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dispenser.core.product import Product
from safety.rules.keys import Values

_FULL: Final = re.compile(r"[A-Z][0-9]{2}[A-Z]{2}[0-9]{2}")
_PREFIX: Final = re.compile(r"[A-Z](?:[0-9]{2}(?:[A-Z](?:[A-Z](?:[0-9]{2})?)?)?)?")
ATC_LENGTHS: Final = (1, 3, 4, 5, 7)
"""Characters of an ATC code at its five levels."""


def is_full_atc(code: str) -> bool:
    """Return whether `code` names one substance or combination (`N02BE01`)."""
    return _FULL.fullmatch(code) is not None


def is_atc(code: str) -> bool:
    """Return whether `code` is an ATC code at any level (`N`, `N02`, `N02B`, `N02BE`, `N02BE01`)."""
    return _PREFIX.fullmatch(code) is not None


def begins(code: str, prefixes: Iterable[str]) -> bool:
    """Return whether an ATC code begins with one of `prefixes`."""
    return any(code.startswith(prefix) for prefix in prefixes)


@dataclass(frozen=True, slots=True)
class Which:
    """Chooses products: every list that has entries must have one that fits."""

    atc: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    strengths: tuple[str, ...] = ()

    def fits(self, product: Product) -> bool:
        """Return whether `product` is chosen; upper and lower case are the same."""
        name = f"{product.name} {product.strength}".casefold()
        form, strength = product.form.casefold(), product.strength.casefold()
        return (
            (not self.atc or begins(product.atc, self.atc))
            and (not self.names or any(name.startswith(one.casefold()) for one in self.names))
            and (not self.forms or any(one.casefold() in form for one in self.forms))
            and (not self.strengths or any(one.casefold() == strength for one in self.strengths))
        )


def which_of(values: Values) -> Which:
    """Return the choice that a rule's keys make."""
    return Which(values.list("atc"), values.list("names"), values.list("forms"), values.list("strengths"))
