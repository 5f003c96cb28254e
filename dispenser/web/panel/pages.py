"""The pages: every handler asks for a view and names a template."""

from collections.abc import Callable

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response
from starlette.exceptions import HTTPException

from dispenser.app.installed_drivers import installed_drivers
from dispenser.app.printing import batch_labels, batch_record, roll_labels
from dispenser.app.risk_file import risk_file
from dispenser.app.site import site_findings
from dispenser.app.views_batch import batch_list, batch_page
from dispenser.app.views_board import board
from dispenser.app.views_discards import discard_page
from dispenser.app.views_inbox import inbox_page
from dispenser.app.views_roll import roll_page
from dispenser.app.views_scan import find_code
from dispenser.core.ids import BatchId, RollId
from dispenser.store.errors import NotFoundError
from dispenser.web.panel.batch_model import batch_list_model, batch_model
from dispenser.web.panel.board_model import board_model
from dispenser.web.panel.discard_model import discard_page_model
from dispenser.web.panel.inbox_model import inbox_model
from dispenser.web.panel.request import AppServices, PanelRequest, see
from dispenser.web.panel.roll_model import roll_model
from dispenser.web.risk_model import risk_model

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@router.get("/")
def show_fleet(panel: PanelRequest) -> HTMLResponse:
    """Show the fleet board."""
    return panel.show("fleet.html", board_model(board(panel.services), panel.texts))


@router.get("/batches")
def show_batches(panel: PanelRequest) -> HTMLResponse:
    """Show the newest batches."""
    return panel.show("batches.html", batch_list_model(batch_list(panel.services), panel.texts))


@router.get("/batches/{batch_id}")
def show_batch(panel: PanelRequest, batch_id: str) -> HTMLResponse:
    """Show one batch."""
    view = batch_page(panel.services, BatchId(batch_id))
    if view is None:
        raise HTTPException(404)
    return panel.show("batch.html", batch_model(view, panel.texts))


@router.get("/rolls/{roll_id}")
def show_roll(panel: PanelRequest, roll_id: str) -> HTMLResponse:
    """Show one roll with the evidence for every pouch."""
    view = roll_page(panel.services, RollId(roll_id))
    if view is None:
        raise HTTPException(404)
    return panel.show("roll.html", roll_model(view, panel.services.catalogue, panel.texts))


@router.get("/inbox")
def show_inbox(panel: PanelRequest) -> HTMLResponse:
    """Show what home care pushed."""
    return panel.show("inbox.html", inbox_model(inbox_page(panel.services), panel.texts))


@router.get("/discards")
def show_discards(panel: PanelRequest) -> HTMLResponse:
    """Show the sealed pouches that somebody must find and destroy."""
    return panel.show("discards.html", discard_page_model(discard_page(panel.services), panel.texts))


@router.get("/safety")
def show_safety(panel: PanelRequest) -> HTMLResponse:
    """Show what can go wrong, what stands against it, and what keeps the site from going on now."""
    with panel.services.database.read() as tx:
        standing = site_findings(panel.services, tx)
    return panel.show("safety.html", risk_model(risk_file(), panel.texts, standing, installed_drivers()))


@router.get("/scan")
def show_scan(panel: PanelRequest, code: str = "") -> Response:
    """Go to what a code names, or say that it names nothing here."""
    target = find_code(panel.services, code) if code else None
    if target is None:
        return panel.show("scan.html", code, 404 if code else 200)
    if target.batch_id is not None:
        return see(f"/batches/{target.batch_id}")
    return see(f"/rolls/{target.roll_id}" + ("" if target.pouch is None else f"#pouch-{target.pouch}"))


@router.get("/rolls/{roll_id}/labels.pdf")
def print_roll_labels(services: AppServices, roll_id: str) -> Response:
    """Give the labels of one roll."""
    return _paper(f"labels-{roll_id}.pdf", lambda: roll_labels(services, RollId(roll_id)))


@router.get("/batches/{batch_id}/labels.pdf")
def print_batch_labels(services: AppServices, batch_id: str) -> Response:
    """Give the labels of all rolls of a batch."""
    return _paper(f"labels-{batch_id}.pdf", lambda: batch_labels(services, BatchId(batch_id)))


@router.get("/batches/{batch_id}/record.pdf")
def print_batch_record(services: AppServices, batch_id: str) -> Response:
    """Give the record of a batch."""
    return _paper(f"record-{batch_id}.pdf", lambda: batch_record(services, BatchId(batch_id)))


def _paper(name: str, make: Callable[[], bytes]) -> Response:
    try:
        content = make()
    except NotFoundError as error:
        raise HTTPException(404) from error
    # Saved, not shown in place: browsers' own viewers are scripts that the content security policy keeps out.
    return Response(
        content, media_type="application/pdf", headers={"content-disposition": f'attachment; filename="{name}"'}
    )
