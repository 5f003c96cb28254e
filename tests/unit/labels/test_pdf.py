import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from types import SimpleNamespace

import arbez_dmtx
import pytest
import zxingcpp
from PIL.Image import Image

from dispenser.core.acute import Acute
from dispenser.core.ids import OrdinationId, RollId
from dispenser.core.pouch import Content
from dispenser.core.quantity import Quarters
from dispenser.core.replaced import Related, Replaced
from dispenser.core.slots import SlotTable
from labels.content import LabelContent, header_label, pouch_label
from labels.errors import GlyphError, LayoutError, SymbolError
from labels.pdf import print_labels
from labels.readback import read_back
from pharmacy_sync.catalogue.demo import load_demo

SLOTS = SlotTable()
Render = Callable[[bytes, int], Iterator[tuple[Image, str]]]
SYMBOL = "(01)05712345678909(21)0000420007001"


def labels_of(world: SimpleNamespace) -> Iterator[LabelContent]:
    roll = world.roll
    yield header_label(world.site, world.identity, roll, world.catalogue, SLOTS, world.packed_on)
    for pouch in roll.pouches:
        yield pouch_label(
            world.site, world.identity, roll, pouch, world.catalogue, SLOTS, world.packed_on, len(roll.pouches)
        )


def renamed(world: SimpleNamespace, name: str) -> SimpleNamespace:
    return SimpleNamespace(**{**vars(world), "identity": replace(world.identity, name=name)})


def squeezed(text: str) -> str:
    # The page reader takes a hyphen at a line's end for hyphenation and gives U+0002 for it.
    return re.sub(r"\s+", "", text.replace("\x02", "-"))


def test_a_whole_roll_reads_back_as_written(world: SimpleNamespace, render: Render) -> None:
    labels = list(labels_of(world))
    pdf = print_labels(labels)
    pages = list(render(pdf, 203))
    assert len(pages) == len(labels) == 57
    for label, (picture, text) in zip(labels, pages, strict=True):
        assert squeezed(text) == squeezed("".join(label.lines))
        if label is not labels[0]:
            assert tuple(text.splitlines()) == label.lines
        (barcode,) = zxingcpp.read_barcodes(picture)
        assert (barcode.text, barcode.symbology_identifier) == (label.symbol, "]d2")
    assert read_back(pdf) == tuple(label.symbol for label in labels)


@pytest.mark.parametrize("dpi", [203, 300])
def test_an_unrelated_decoder_reads_the_same(world: SimpleNamespace, render: Render, dpi: int) -> None:
    labels = list(labels_of(world))[:4]
    for label, (picture, _text) in zip(labels, render(print_labels(labels), dpi), strict=True):
        (barcode,) = zxingcpp.read_barcodes(picture)
        assert barcode.symbology_identifier == "]d2"
        (other,) = arbez_dmtx.decode(picture, max_count=1)
        assert other.data.removeprefix(b"\x1d") == label.symbol.replace("(", "").replace(")", "").encode()
        assert other.data.removeprefix(b"\x1d") == barcode.bytes


def test_the_same_labels_give_the_same_bytes(world: SimpleNamespace) -> None:
    labels = list(labels_of(world))
    assert print_labels(labels) == print_labels(labels)


def test_a_page_is_70_by_75_millimetres(world: SimpleNamespace, render: Render) -> None:
    ((picture, _text),) = render(print_labels([next(labels_of(world))]), 254)
    assert max(abs(picture.width - 700), abs(picture.height - 750)) <= 1


@pytest.mark.parametrize(
    "name", ["Łukasz Şahin", "Đorđe Žižić", "Þórður Æsir", "José Núñez-Ibáñez", "Müller-Lüdenscheidt"]
)
def test_names_from_elsewhere_are_printed_whole(world: SimpleNamespace, render: Render, name: str) -> None:
    changed = renamed(world, name)
    ((_picture, text),) = render(print_labels([next(labels_of(changed))]), 203)
    assert text.splitlines()[0] == name


def test_a_name_of_sixty_characters_is_wrapped_and_never_cut(world: SimpleNamespace, render: Render) -> None:
    name = "Anne-Margrethe Elisabeth Christiane Bjørnestrøm-Østergaard von Ahlefeldt-Laurvig"
    changed = renamed(world, name)
    labels = list(labels_of(changed))[:2]
    for label, (_picture, text) in zip(labels, render(print_labels(labels), 203), strict=True):
        assert squeezed(text) == squeezed("".join(label.lines))


@pytest.mark.parametrize("name", ["محمد علي", "Łukasz Gołąb", "李小龍", "Ole 🙂"])
def test_a_name_the_font_cannot_print_is_refused(world: SimpleNamespace, name: str) -> None:
    changed = renamed(world, name)
    with pytest.raises(GlyphError) as caught:
        print_labels(labels_of(changed))
    assert caught.value.character in name
    assert f"U+{ord(caught.value.character):04X}" in str(caught.value)


def test_a_label_that_does_not_fit_stops_the_whole_print(world: SimpleNamespace) -> None:
    full = LabelContent(tuple(f"1 tablet Lægemiddel {number} mg" for number in range(40)), SYMBOL)
    with pytest.raises(LayoutError):
        print_labels([*labels_of(world), full])


@pytest.mark.parametrize("start", range(0, 100, 9))
def test_twenty_four_medicines_and_a_long_name_fit_a_header(world: SimpleNamespace, render: Render, start: int) -> None:
    catalogue = load_demo()
    chosen = [*catalogue.products, *catalogue.products][start : start + 24]
    contents = tuple(Content(OrdinationId(product), product, Quarters(4)) for product in chosen)
    roll = replace(world.roll, acute=Acute.REPLACEMENT, pouches=(replace(world.roll.pouches[0], contents=contents),))
    identity = replace(world.identity, name="Anne-Margrethe Elisabeth Bjørnestrøm-Østergaard Christensen")
    relation = Related(tuple(Replaced(RollId(f"00004{number}0007"), 12, whole=False) for number in (0, 1)))
    label = header_label(world.site, identity, roll, catalogue, SLOTS, world.packed_on, relation=relation)
    pdf = print_labels([label])
    assert read_back(pdf) == (label.symbol,)
    ((_picture, text),) = render(pdf, 203)
    assert squeezed("Erstatter 12 poser i rulle 0000400007 og 12 poser i rulle 0000410007") in squeezed(text)
    for product in chosen:
        assert squeezed(catalogue.products[product].short_name) in squeezed(text)


def test_markup_in_a_name_is_only_text(world: SimpleNamespace, render: Render) -> None:
    name = "<b>Ole</b> & (Jensen) \\ 100%"
    changed = renamed(world, name)
    ((_picture, text),) = render(print_labels([next(labels_of(changed))]), 203)
    assert text.splitlines()[0] == name


def test_a_symbol_of_something_else_is_not_printed() -> None:
    with pytest.raises(SymbolError):
        print_labels([LabelContent(("A",), "(01)05712345678901(21)0000420007001")])


def test_a_damaged_page_is_noticed(world: SimpleNamespace) -> None:
    pdf = print_labels([next(labels_of(world))])
    start = pdf.index(b"stream\n", pdf.index(b"/ASCII85Decode")) + 40
    with pytest.raises(SymbolError):
        read_back(pdf[:start] + b"!!!!!" + pdf[start + 5 :])
