"""Names of medicines in place of their ids, where a text was written for machines."""

import re

from dispenser.core.ids import ProductId
from dispenser.core.product import Catalogue

_PRODUCT_ID = re.compile(r"\b\d{11}\b")


def named(text: str, catalogue: Catalogue) -> str:
    """Return `text` with the short name of every product that the catalogue knows in place of its id."""

    def name(match: re.Match[str]) -> str:
        product = catalogue.products.get(ProductId(match[0]))
        return product.short_name if product else match[0]

    return _PRODUCT_ID.sub(name, text)
