"""Which products a rule is about."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from dispenser.core.product import Product
from safety.rules.keys import Values
from safety.rules.strengths import Strength, strengths_of

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
        """Return whether `product` is chosen; a text is the same in any case and spacing, a strength in any unit."""
        name = _plain(f"{product.name} {product.strength}")
        form, strength = _plain(product.form), _plain(product.strength)
        amounts = strengths_of(strength)
        return (
            (not self.atc or begins(product.atc, self.atc))
            and (not self.names or any(name.startswith(_plain(one)) for one in self.names))
            and (not self.forms or any(_plain(one) in form for one in self.forms))
            and (not self.strengths or any(_is_strength(_plain(one), strength, amounts) for one in self.strengths))
        )


def _is_strength(wanted: str, strength: str, amounts: tuple[Strength, ...]) -> bool:
    return wanted == strength or (bool(amounts) and strengths_of(wanted) == amounts)


def _plain(text: str) -> str:
    """Return a text without what nobody sees: its case, how its signs are put together, and kinds of spaces."""
    return normalize("NFC", " ".join(text.split()).casefold())


def which_of(values: Values) -> Which:
    """Return the choice that a rule's keys make."""
    return Which(values.list("atc"), values.list("names"), values.list("forms"), values.list("strengths"))
