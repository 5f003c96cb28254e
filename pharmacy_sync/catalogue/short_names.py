"""Short names for pouches: at most 22 characters, the whole strength kept, and read as one product only.

Nothing is cut silently: what is shortened ends in a full stop, a shortened word could be no other substance's, and no
two products could be given the same text. A product for which that cannot be done is left to a human.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from dispenser.core.product import SHORT_NAME_LENGTH

_QUOTED: Final = re.compile(r'^(?P<name>.*?)\s*"(?P<company>[^"]+)"\s*$')
_PLUS: Final = re.compile(r"\s*\+\s*")
_SAME_UNIT: Final = re.compile(r"^([0-9,.]+) ?(\w+)((?:\+[0-9,.]+ ?\2)+)$")
_RELEASE_WORDS: Final = re.compile(r"depot|retard|long|uno|prolong|duret|\b(?:sr|xl|xr|cr|mr|oros|od)\b", re.IGNORECASE)
_SHORTEST_STEM: Final = 5
_SHORTEST_COMPANY: Final = 3


@dataclass(frozen=True, slots=True)
class Named:
    """What a short name is made from; `modified` says that the active substance is released slowly."""

    key: str
    name: str
    strength: str
    atc: str
    modified: bool
    capsule: bool


def compact_strength(strength: str) -> str:
    """Return a strength without needless spaces and repeated units: `50 mg + 12,5 mg` becomes `50+12,5 mg`."""
    text = _PLUS.sub("+", " ".join(strength.split()))
    same = _SAME_UNIT.match(text)
    if not same:
        return text
    unit = same[2]
    numbers = [part.removesuffix(unit).strip() for part in text.split("+")]
    return f"{'+'.join(numbers)} {unit}"


def short_names(products: Sequence[Named]) -> dict[str, str]:
    """Return the short name of each product by key; those that need a human are not in it."""
    words = _Words(products)
    options = {product.key: tuple(dict.fromkeys(_options(product, words))) for product in products}
    claimed = Counter(text for texts in options.values() for text in {each.casefold() for each in texts})
    chosen: dict[str, str] = {}
    for key, texts in options.items():
        own = next((text for text in texts if claimed[text.casefold()] == 1), None)
        if own is not None:
            chosen[key] = own
    return chosen


class _Words:
    """What the whole list says about words and strengths, so that an abbreviation is judged against all products."""

    def __init__(self, products: Sequence[Named]) -> None:
        self._substances: dict[str, set[str]] = {}
        self._companies: dict[str, set[str]] = {}
        self._releases: dict[tuple[str, str], set[bool]] = {}
        for product in products:
            name, company = _split(product.name)
            for word in name.casefold().split():
                for length in range(_SHORTEST_STEM, len(word) + 1):
                    self._substances.setdefault(word[:length], set()).add(product.atc)
            for length in range(_SHORTEST_COMPANY, len(company) + 1):
                self._companies.setdefault(company[:length].casefold(), set()).add(company.casefold())
            strength = compact_strength(product.strength)
            self._releases.setdefault((product.atc, strength), set()).add(product.modified)

    def is_one_substance(self, stem: str) -> bool:
        """Return whether no word of another substance's products begins with `stem`."""
        return len(self._substances.get(stem.casefold(), ())) <= 1

    def is_one_company(self, stem: str) -> bool:
        """Return whether no other company begins with `stem`."""
        return len(self._companies.get(stem.casefold(), ())) <= 1

    def has_both_releases(self, product: Named) -> bool:
        """Return whether the same substance and strength comes both as a slow and as a plain product."""
        return len(self._releases[product.atc, compact_strength(product.strength)]) > 1


def _split(name: str) -> tuple[str, str]:
    match = _QUOTED.match(name)
    if match:
        return match["name"].strip(), match["company"].strip()
    return name.replace('"', "").strip(), ""


def _options(product: Named, words: _Words) -> Iterator[str]:
    """Yield every text that could stand for `product`, best first."""
    name, company = _split(product.name)
    strength = compact_strength(product.strength)
    for hint in _hints(product, words):
        for maker in _makers(company, words):
            for stem in _stems(name, words):
                text = " ".join(part for part in (stem, maker, hint, strength) if part)
                if len(text) <= SHORT_NAME_LENGTH:
                    yield text


def _hints(product: Named, words: _Words) -> Iterator[str]:
    """Yield words for the form; a slow product beside a plain one of the same strength never goes without."""
    if product.modified and not _RELEASE_WORDS.search(product.name):
        yield "depot"
        yield "dep."
        if words.has_both_releases(product):
            return
    yield ""
    yield "kaps." if product.capsule else "tabl."


def _makers(company: str, words: _Words) -> Iterator[str]:
    yield company
    for length in range(len(company) - 2, _SHORTEST_COMPANY - 1, -1):
        if words.is_one_company(company[:length]):
            yield f"{company[:length].rstrip()}."
    if company:
        yield ""


def _stems(name: str, words: _Words) -> Iterator[str]:
    """Yield the name, then the name with its longest word cut shorter and shorter.

    A word with a digit, hyphen or stroke in it (`Naproxen-E`) is never cut: its last sign may be all that tells.
    """
    yield name
    longest = max(name.split(), key=len, default="")
    if not longest.isalpha():
        return
    for length in range(len(longest) - 2, _SHORTEST_STEM - 1, -1):
        stem = longest[:length]
        if words.is_one_substance(stem):
            yield name.replace(longest, f"{stem}.", 1)
