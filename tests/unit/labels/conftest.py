"""One citizen, one roll, and a page reader that shares nothing with the product."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from types import SimpleNamespace

import pypdfium2
import pytest
from PIL.Image import Image

from dispenser.core.citizen import Identity
from dispenser.core.dosage import ClockTime, PartOfDay
from dispenser.core.ids import CitizenId, OrdinationId, ProductId, RollId
from dispenser.core.pouch import Content, Pouch
from dispenser.core.product import Catalogue, Partable, Product
from dispenser.core.quantity import Quarters
from dispenser.core.roll import Period, Roll
from labels.content import LabelSite

POINTS_PER_INCH = 72


def product(number: int, short_name: str) -> Product:
    return Product(
        product_id=ProductId(f"{number:011d}"),
        name=short_name.rsplit(" ", 2)[0],
        form="tabletter",
        strength=" ".join(short_name.rsplit(" ", 2)[-2:]),
        atc="C07AB02",
        short_name=short_name,
        units=("tablet", "tabletter"),
        partable=Partable.QUARTERS,
        dispensable=True,
        solid_oral=True,
        separate_pouch=False,
        tray_only=False,
        substitution_group="",
        appearance="hvid, rund",
        appearance_invented=True,
    )


SHORT_NAMES = (
    "Metoprolol 50 mg",
    "Furosemid 40 mg",
    "Simvastatin 40 mg",
    "Paracetamol 500 mg",
    "Kaliumklorid 750 mg",
    "Acetylsalicyls. 75 mg",
    "Levothyroxin 50 mikrog",
    "Bendroflum. K 1,25 mg",
    "Spironolacton 12,5 mg",
    "Mirtazapin 7,5 mg",
    "Donepezil 10 mg",
    "Amlodipin 5 mg",
    "Ramipril 2,5 mg",
    "Pantoprazol 20 mg",
)


@pytest.fixture
def world() -> SimpleNamespace:
    products = [product(number, name) for number, name in enumerate(SHORT_NAMES, start=1)]
    slots = (PartOfDay.MORNING, PartOfDay.NOON, PartOfDay.EVENING, ClockTime(21, 30))
    first = date(2026, 11, 23)
    pouches = [
        Pouch(
            number=day * len(slots) + index + 1,
            date=first + timedelta(days=day),
            slot=slot,
            part=1,
            parts=1,
            contents=tuple(
                Content(OrdinationId(f"o{item}"), products[item].product_id, Quarters(4 + item % 3))
                for item in range(1 + index)
            ),
        )
        for day in range(14)
        for index, slot in enumerate(slots)
    ]
    return SimpleNamespace(
        site=LabelSite("Testapoteket", "70 10 20 30", "05712345678909"),
        identity=Identity("Åse Bjørnæs-Østergård", "0102031234", date(1903, 2, 1)),
        catalogue=Catalogue("test-1", {item.product_id: item for item in products}),
        roll=Roll(RollId("0000420007"), CitizenId("c1"), 3, Period(first, first + timedelta(days=13)), tuple(pouches)),
        packed_on=date(2026, 11, 20),
    )


Render = Callable[[bytes, int], Iterator[tuple[Image, str]]]


@pytest.fixture
def render() -> Render:
    """Each page as a picture at so many dots per inch, and its text."""

    def pages(pdf: bytes, dpi: int) -> Iterator[tuple[Image, str]]:
        document = pypdfium2.PdfDocument(pdf)
        try:
            for page in document:
                text_page = page.get_textpage()
                picture = page.render(scale=dpi / POINTS_PER_INCH, grayscale=True).to_pil()
                yield picture, text_page.get_text_bounded()
                text_page.close()
                page.close()
        finally:
            document.close()

    return pages
