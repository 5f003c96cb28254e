"""What the panel's forms do: each is a POST that works alone and ends in a page to look at."""

import re

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from dispenser.app.discarding import note_destroyed
from dispenser.app.release import NotReleasableError, release_batch
from dispenser.app.views_batch import batch_page
from dispenser.app.views_discards import discard_page
from dispenser.core.ids import BatchId, RollId
from dispenser.store.errors import NotFoundError
from dispenser.web.i18n import LANGUAGES, N_
from dispenser.web.panel.batch_model import batch_model
from dispenser.web.panel.discard_model import Tried, discard_page_model
from dispenser.web.panel.frame import LANGUAGE_COOKIE
from dispenser.web.panel.request import Panel, PanelRequest, local_address, see

LONGEST_NAME = 80
_ONE_YEAR_SECONDS = 31_536_000
NAME_MISSING = N_("Write your name or initials.")
NOTHING_TICKED = N_("Tick the pouches that you have destroyed.")
MOST_POUCHES = 1_000
"""Pouches of one roll in one form; a roll's numbers have three digits."""
_TICK = re.compile(r"pouch-(\d{1,3})")
NOT_REVIEWED = N_("Confirm that findings and rolls have been reviewed.")

router = APIRouter(include_in_schema=False)


@router.post("/batches/{batch_id}/release")
async def release(panel: PanelRequest, batch_id: str) -> Response:
    """Release a batch in the signer's name, or show the page again with every reason why not."""
    form = await panel.form()
    who = form.get("who", "").strip()
    problems = _unsigned(panel, who)
    if form.get("reviewed") != "yes":
        problems.append(panel.texts.t(NOT_REVIEWED))
    if not problems:
        try:
            await run_in_threadpool(release_batch, panel.services, BatchId(batch_id), who)
        except NotReleasableError as error:
            problems.extend(note.text(panel.texts.language) for note in error.notes)
        else:
            return see(f"/batches/{batch_id}")
    return await run_in_threadpool(_show_again, panel, BatchId(batch_id), problems, who)


@router.post("/discards/{roll_id}")
async def destroyed(panel: PanelRequest, roll_id: str) -> Response:
    """Note in the signer's name that the ticked pouches were found and destroyed, or show again why not."""
    form = await panel.form(MOST_POUCHES)
    who = form.get("who", "").strip()
    numbers = {int(tick[1]) for name in form if (tick := _TICK.fullmatch(name))}
    problems = _unsigned(panel, who) + ([] if numbers else [panel.texts.t(NOTHING_TICKED)])
    if problems:
        return await run_in_threadpool(_discards_again, panel, Tried(RollId(roll_id), numbers, who, problems))
    try:
        await run_in_threadpool(note_destroyed, panel.services, RollId(roll_id), numbers, who)
    except NotFoundError as error:
        raise HTTPException(404) from error
    return see("/discards")


@router.post("/language")
async def choose_language(panel: PanelRequest) -> Response:
    """Keep the reader's language, and show the same page again."""
    form = await panel.form()
    language = form.get("language", "")
    if language not in LANGUAGES:
        raise HTTPException(400)
    response = see(local_address(form.get("next", "/")))
    response.set_cookie(
        LANGUAGE_COOKIE, language, max_age=_ONE_YEAR_SECONDS, httponly=True, samesite="strict", path="/"
    )
    return response


def _unsigned(panel: Panel, who: str) -> list[str]:
    signed = bool(who) and len(who) <= LONGEST_NAME and who.isprintable()
    return [] if signed else [panel.texts.t(NAME_MISSING)]


def _discards_again(panel: Panel, tried: Tried) -> Response:
    model = discard_page_model(discard_page(panel.services), panel.texts, tried)
    return panel.show("discards.html", model, 409)


def _show_again(panel: Panel, batch_id: BatchId, problems: list[str], who: str) -> Response:
    view = batch_page(panel.services, batch_id)
    if view is None:
        raise HTTPException(404)
    return panel.show("batch.html", batch_model(view, panel.texts, problems, who), 409)
