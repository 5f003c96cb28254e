"""What to do about a pouch whose outcome is not known, as the machine's abilities allow; pure.

Every procedure ends in packed or void for good, and none assumes that something was packed.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from hal.status import Capabilities


class Recovery(Enum):
    """The three procedures; a machine's capabilities name exactly one."""

    JOURNALED = "journaled"
    """The machine keeps a journal and knows its orders: what happened is read, and a command may be asked again."""
    ENCODER = "encoder"
    """No journal, but a film index that survives power cuts: it is known how much film was used."""
    BLIND = "blind"
    """Neither: nothing is known of what happened after the last good pouch."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a procedure: `code` names it; the texts say what is done."""

    code: str
    text_da: str
    text_en: str


@dataclass(frozen=True, slots=True)
class Procedure:
    """What is done after a lost link or a power cut, in this order.

    `reads` names what is read first (journal, orders, encoder); `feeds_void` tells that marked empty film is fed before
    anything is packed again; `quarantines` what must not be used: nothing, the pouch in work, or everything since the
    last pouch whose symbol a human has scanned.
    """

    recovery: Recovery
    reads: tuple[str, ...]
    feeds_void: bool
    quarantines: str
    steps: tuple[Step, ...]


_DRAIN: Final = Step(
    "drain",
    "Læs og kassér alt, der kommer på linjen, til den har været stille længere end en hel ramme.",
    "Read and drop whatever comes on the line, until it has been silent for longer than a whole frame.",
)
_VOID: Final = Step(
    "close-void",
    "Luk posen under arbejde som kasseret i journalen.",
    "Close the pouch in work as void in the journal.",
)
_FEED: Final = Step(
    "feed-void",
    "Før et tomt, mærket stykke folie frem, så den kasserede pose kan kendes på rullen.",
    "Feed an empty, marked film, so that the void pouch can be told on the roll.",
)
_INTERRUPT: Final = Step(
    "interrupt",
    "Afbryd ordren; det, der mangler, pakkes under et nyt nummer.",
    "Interrupt the order; what is missing is packed under a new number.",
)

PROCEDURES: Final = {
    Recovery.JOURNALED: Procedure(
        Recovery.JOURNALED,
        reads=("journal", "orders"),
        feeds_void=False,
        quarantines="nothing",
        steps=(
            Step(
                "read-journal",
                "Læs maskinens journal fra det sidst noterede sted; den siger, hvad der blev af hver pose.",
                "Read the machine's journal from the last recorded place; it tells what became of every pouch.",
            ),
            Step(
                "read-orders",
                "Læs, hvilke ordrer maskinen kender, og hvor langt den er.",
                "Read which orders the machine knows, and how far it has got.",
            ),
            Step(
                "ask-again",
                "Det, maskinen ikke kender, sendes igen under samme nummer; det kan ikke ske to gange.",
                "What the machine does not know is sent again under the same number; it cannot happen twice.",
            ),
        ),
    ),
    Recovery.ENCODER: Procedure(
        Recovery.ENCODER,
        reads=("encoder",),
        feeds_void=True,
        quarantines="the pouch in work",
        steps=(
            _DRAIN,
            Step(
                "read-encoder",
                "Læs folietælleren: den siger, hvor meget folie der er brugt, men ikke, hvad der er i posen.",
                "Read the film index: it tells how much film was used, but not what is in the pouch.",
            ),
            _VOID,
            _FEED,
            _INTERRUPT,
        ),
    ),
    Recovery.BLIND: Procedure(
        Recovery.BLIND,
        reads=(),
        feeds_void=True,
        quarantines="everything since the last scanned pouch",
        steps=(
            _DRAIN,
            _VOID,
            _FEED,
            _INTERRUPT,
            Step(
                "scan-last",
                "Et menneske scanner koden på den sidste gode pose; alt derefter på rullen lægges til side.",
                "A human scans the symbol of the last good pouch; everything after it on the roll is set aside.",
            ),
        ),
    ),
}


def recovery_of(capabilities: Capabilities) -> Recovery:
    """Return the procedure for a machine; a journal counts only with orders that may be asked for again."""
    if capabilities.journal and capabilities.idempotent_load:
        return Recovery.JOURNALED
    return Recovery.ENCODER if capabilities.encoder else Recovery.BLIND


def procedure_of(capabilities: Capabilities) -> Procedure:
    """Return what is done at a machine with these abilities when an outcome is not known."""
    return PROCEDURES[recovery_of(capabilities)]
