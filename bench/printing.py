"""Row `labels`: whole rolls as PDF, against ReportLab's own DataMatrix and against ReportLab without any symbol."""

import io
import random
from datetime import date, timedelta

import pypdfium2
import zxingcpp
from harness import SEED, Case
from reportlab.graphics import renderPDF
from reportlab.graphics.barcode import createBarcodeDrawing
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from dispenser.core.ids import RollId
from labels.content import LabelContent
from labels.pdf import print_labels
from labels.symbol import symbol_for

PEER_LABELS = 8
_MM = 72 / 25.4
_DPI = 203
_MEDICINES = (
    "Metoprolol 50 mg",
    "Furosemid 40 mg",
    "Simvastatin 40 mg",
    "Paracetamol 500 mg",
    "Kaliumklorid 750 mg",
    "Levothyroxin 50 mikrog",
    "Mirtazapin 7,5 mg",
)


class _Site:
    company_gtin = "02000000000008"


def labels(count: int) -> list[LabelContent]:
    """Return `count` made-up pouch labels, 56 to a roll, two to seven medicines each."""
    dice = random.Random(SEED)
    made = []
    for index in range(count):
        roll, place = divmod(index, 56)
        day = date(2026, 11, 23) + timedelta(days=place // 4)
        medicines = dice.sample(_MEDICINES, dice.randint(2, len(_MEDICINES)))
        lines = (
            "Anne-Margrethe Bjørnestrøm-Østergaard",
            "CPR 010203-1234",
            f"Mandag {day:%d.%m.%Y} Morgen kl. 08:00",
            *(f"1 tablet {name}" for name in medicines),
            f"I alt {len(medicines)} stk.",
            f"nr. {place + 1} af 56, rulle {roll:010d}",
            "Testapoteket, pakket 20.11.2026",
        )
        made.append(LabelContent(lines, symbol_for(_Site(), RollId(f"{roll:010d}"), place + 1)))
    return made


def _naive(contents: list[LabelContent], *, symbol: bool) -> bytes:
    """Return the page that ReportLab's manual leads to: fixed lines, its own ECC200 symbol, nothing checked."""
    pdfmetrics.registerFont(TTFont("Vera.ttf", "Vera.ttf"))
    output = io.BytesIO()
    canvas = Canvas(output, pagesize=(70 * _MM, 75 * _MM), invariant=1, pageCompression=1)
    for content in contents:
        canvas.setFont("Vera.ttf", 8)
        for place, line in enumerate(content.lines):
            canvas.drawString(2.5 * _MM, (70 - 3.4 * place) * _MM, line)
        if symbol:
            value = content.symbol.replace("(", "").replace(")", "")
            drawing = createBarcodeDrawing("ECC200DataMatrix", value=value, width=12 * _MM, height=12 * _MM)
            renderPDF.draw(drawing, canvas, 55 * _MM, 2.5 * _MM)
        canvas.showPage()
    canvas.save()
    return output.getvalue()


def _texts(pdf: bytes) -> list[str]:
    """Return what a page reader reads on every page, without the breaks between lines."""
    with pypdfium2.PdfDocument(pdf) as document:
        return ["".join(page.get_textpage().get_text_bounded().split()) for page in document]


def _exact_symbols(pdf: bytes, contents: list[LabelContent]) -> int:
    """Count the pages whose symbol reads as GS1 DataMatrix with exactly the text that was ordered."""
    exact = 0
    with pypdfium2.PdfDocument(pdf) as document:
        for page, content in zip(document, contents, strict=True):
            picture = page.render(scale=_DPI / 72, grayscale=True).to_pil()
            found = zxingcpp.read_barcodes(picture)
            exact += [(code.text, code.symbology_identifier) for code in found] == [(content.symbol, "]d2")]
    return exact


def case(count: int) -> Case[bytes]:
    """Return the workload of `count` labels; the peer draws a few of them."""
    contents = labels(count)
    few = contents[:PEER_LABELS]
    return Case(
        units=count,
        ours=lambda: print_labels(contents),
        peer=lambda: _naive(few, symbol=True),
        limit=lambda: _naive(contents, symbol=False),
        oracle=_texts,
        peer_units=len(few),
        ours_for_peer=lambda: print_labels(few),
        notes={
            "unit": "labels drawn, symbol read back",
            "peer": "ReportLab with its own ECC200DataMatrix, nothing checked",
            "limit": "ReportLab without symbol, nothing checked",
            "bytes_per_label": len(print_labels(contents)) // count,
            "symbols_exact_ours": f"{_exact_symbols(print_labels(few), few)}/{len(few)}",
            "symbols_exact_peer": f"{_exact_symbols(_naive(few, symbol=True), few)}/{len(few)}",
        },
    )
