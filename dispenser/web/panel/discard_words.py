"""Why pouches are out of use, in the reader's language: what the store keeps in words for machines."""

import re
from datetime import date

from dispenser.core.acute import Acute
from dispenser.core.change import Why
from dispenser.core.presence import Presence
from dispenser.store.batches import BATCH_HELD, PLANNED_ANEW
from dispenser.web.i18n import N_, Texts
from dispenser.web.panel.words import Sign

TO_DISCARD = Sign("alarm", "void", N_("To discard"))
DESTROYED = Sign("ready", "void", N_("Destroyed"))
ACUTE_WORDS = {
    Acute.CHANGE: N_("Acute change of medication"),
    Acute.REPLACEMENT: N_("Acute replacement packing for changed medication"),
    Acute.SUPPLEMENT: N_("Acute supplementary packing for added medication"),
    Acute.LOST: N_("Acute replacement packing for lost medicine"),
}
WHY_WORDS = {
    Why.STOPPED: N_("{medicine}: stopped"),
    Why.PARKED: N_("{medicine}: waits for a decision, no machine packs it"),
    Why.CHANGED: N_("{medicine}: {was} in the pouches, {becomes} ordered now"),
    Why.INSTRUCTION: N_("{medicine}: another instruction"),
    Why.AWAY: N_("{medicine}: the citizen is away"),
    Why.DOUBLE: N_("{medicine}: in another pouch too"),
    Why.LOST: N_("{medicine}: the roll is lost"),
    Why.RECALLED: N_("{medicine}: the lot is recalled"),
    Why.UNFIT: N_("{medicine}: from a fill that must not be used"),
    Why.PART: N_("{medicine}: the pouches hold only {was} of {becomes}"),
}
PRESENCE_WORDS = {
    Presence.HOLD: N_("On hold from {day}"),
    Presence.ADMITTED: N_("Admitted to hospital from {day}"),
    Presence.MOVED: N_("Moved away on {day}"),
    Presence.DEAD: N_("Died on {day}"),
}
REASON_WORDS = {
    "no pouch stays": N_("Header pouch of a roll of which nothing stays in use"),
    "packed into a void roll": N_("Was being packed when the roll was taken out of use"),
    "in a void roll": N_("The roll was taken out of use"),
}
CAUSE_WORDS = {
    BATCH_HELD: N_("Its batch is held by findings"),
    PLANNED_ANEW: N_("The period was planned again"),
}
_CONTROLLER = "controller"
_WHY = "|".join(re.escape(why.value) for why in WHY_WORDS)
_FAULT = re.compile(rf"(?P<medicine>.+?) (?P<why>{_WHY}) \((?P<was>[\d,]+) -> (?P<becomes>[\d,]+)\)")
_PLAN = re.compile(r"plan revision (?P<revision>\d+)")
_AWAY = re.compile(rf"(?P<kind>{'|'.join(kind.value for kind in PRESENCE_WORDS)}) from (?P<day>\d{{4}}-\d\d-\d\d)")
_LOST = re.compile(r"lost: (?P<reason>.*)", re.DOTALL)


def cause_text(cause: str, texts: Texts) -> str:
    """Return what took pouches or a roll out of use; what no pattern knows is shown as it was said."""
    if plan := _PLAN.fullmatch(cause):
        return texts.t("The plan was changed (revision {revision})", revision=plan["revision"])
    if away := _AWAY.fullmatch(cause):
        return texts.t(PRESENCE_WORDS[Presence(away["kind"])], day=texts.day(date.fromisoformat(away["day"])))
    if lost := _LOST.fullmatch(cause):
        return texts.t("The roll is lost: {reason}", reason=lost["reason"])
    return texts.t(CAUSE_WORDS[cause]) if cause in CAUSE_WORDS else cause


def reason_texts(reason: str, texts: Texts) -> tuple[str, ...]:
    """Return what is wrong in a pouch, a text for each medicine; unknown words stay as they are."""
    return tuple(_reason(one, texts) for one in reason.split("; ") if one)


def who_text(who: str, texts: Texts) -> str:
    """Return who took a pouch out of use; a changed plan does so by itself."""
    return texts.t("the controller") if who == _CONTROLLER else who


def _reason(reason: str, texts: Texts) -> str:
    fault = _FAULT.fullmatch(reason)
    if fault is None:
        return texts.t(REASON_WORDS[reason]) if reason in REASON_WORDS else reason
    was, becomes = (number if texts.language == "da" else number.replace(",", ".") for number in fault.group(3, 4))
    return texts.t(WHY_WORDS[Why(fault["why"])], medicine=fault["medicine"], was=was, becomes=becomes)
