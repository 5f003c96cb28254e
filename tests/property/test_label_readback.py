"""Whatever a label is asked to say, the page says exactly that, or there is no page."""

import re
from datetime import date

import pypdfium2
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from dispenser.core.citizen import Identity
from dispenser.core.dosage import ClockTime, PartOfDay
from dispenser.core.ids import CitizenId, OrdinationId, ProductId, RollId
from dispenser.core.pouch import Content, Pouch
from dispenser.core.product import SHORT_NAME_LENGTH, Catalogue, Partable, Product
from dispenser.core.quantity import Quarters, text_of
from dispenser.core.roll import Period, Roll
from dispenser.core.slots import SlotTable
from labels.content import LabelSite, header_label, pouch_label
from labels.errors import LayoutError
from labels.pdf import print_labels
from labels.symbol import parse_symbol, symbol_for

SITE = LabelSite("Testapoteket", "70102030", "05712345678909")
LETTERS = "abcdefghijklmnopqrstuvwxyzæøåABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅäöüßéèñçŁłŞşĞğİđčćžš-'.&<>()\\%"
DPI = 203
Case = tuple[Identity, Roll, Pouch, Catalogue]

words = st.text(LETTERS, min_size=1, max_size=25)
names = st.one_of(
    st.lists(words, min_size=1, max_size=5).map(" ".join),
    st.text(LETTERS, min_size=60, max_size=80),
    st.sampled_from(["Łukasz Şahin", "Åse Ørsted Æbelø", "Bo"]),
)
rolls = st.integers(0, 9_999_999_999).map(lambda number: RollId(f"{number:010d}"))
strengths = st.sampled_from(["2,5 mg", "0,25 mg", "50 mikrogram", "1000 mg", "100 mg/12,5 mg"])


@st.composite
def products(draw: st.DrawFn, number: int) -> Product:
    strength = draw(strengths)
    stem = draw(st.text(LETTERS, min_size=2, max_size=SHORT_NAME_LENGTH - len(strength) - 1))
    return Product(
        ProductId(f"{number:011d}"), stem, draw(st.sampled_from(["tabletter", "depottabletter", "kapsler, hårde"])),
        strength, "N02BE01", f"{stem} {strength}", ("tablet", "tabletter"), Partable.QUARTERS,
        dispensable=True, solid_oral=True, separate_pouch=False, tray_only=False, substitution_group="",
        appearance="", appearance_invented=True,
    )  # fmt: skip


@st.composite
def cases(draw: st.DrawFn) -> Case:
    count = draw(st.integers(1, 14))
    items = [draw(products(number)) for number in range(count)]
    contents = tuple(
        Content(OrdinationId(f"o{item.product_id}"), item.product_id, Quarters(draw(st.integers(1, 48))))
        for item in items
    )
    day = draw(st.dates(date(2024, 1, 1), date(2035, 12, 31)))
    slot = draw(st.one_of(st.sampled_from(PartOfDay), st.builds(ClockTime, st.integers(0, 23), st.integers(0, 59))))
    parts = draw(st.integers(1, 3))
    instruction = draw(st.sampled_from(["", "mod forhøjet blodtryk", "tages med rigeligt vand"]))[:22]
    pouch = Pouch(draw(st.integers(1, 999)), day, slot, draw(st.integers(1, parts)), parts, contents, instruction)
    roll = Roll(draw(rolls), CitizenId("c"), 1, Period(day, day), (pouch,))
    identity = Identity(draw(names), draw(st.from_regex(r"\A[0-9]{10}\Z")), date(1940, 1, 1))
    return identity, roll, pouch, Catalogue("v", {item.product_id: item for item in items})


def squeezed(text: str) -> str:
    # The page reader takes a hyphen at a line's end for hyphenation and gives U+0002 for it.
    return re.sub(r"\s+", "", text.replace("\x02", "-"))


@settings(max_examples=60, deadline=None)
@given(cases())
def test_every_label_reads_back_as_ordered_or_is_refused(case: Case) -> None:
    identity, roll, pouch, catalogue = case
    label = pouch_label(SITE, identity, roll, pouch, catalogue, SlotTable(), pouch.date, 999)
    header = header_label(SITE, identity, roll, catalogue, SlotTable(), pouch.date)
    for content in (label, header):
        try:
            pdf = print_labels([content])
        except LayoutError:
            # Fourteen wide lines and a name of eighty letters are more than 70 x 75 mm hold; refused, not cut.
            assert len(pouch.contents) > 8
            continue
        with pypdfium2.PdfDocument(pdf) as document:
            page = document[0]
            text = page.get_textpage().get_text_bounded()
            picture = page.render(scale=DPI / 72, grayscale=True).to_pil()
        assert squeezed(text) == squeezed("".join(content.lines))
        (barcode,) = zxingcpp.read_barcodes(picture)
        assert (barcode.text, barcode.symbology_identifier) == (content.symbol, "]d2")
    assert squeezed(identity.name) in squeezed("".join(label.lines))
    for item in pouch.contents:
        line = f"{text_of(item.quarters)} tablet"
        assert any(
            printed.startswith(line) and catalogue.products[item.product_id].short_name in printed
            for printed in label.lines
        )


@given(rolls, st.integers(0, 999))
def test_a_symbol_names_exactly_one_pouch(roll_id: RollId, number: int) -> None:
    payload = symbol_for(SITE, roll_id, number)
    assert parse_symbol(payload, SITE) == (roll_id, number)
    assert parse_symbol("]d2" + payload.replace("(", "").replace(")", "")) == (roll_id, number)
