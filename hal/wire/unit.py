"""Words of the wire `unit`: a machine that packs one pouch per command and keeps nothing but, perhaps, a film index.

Link, records, escapes and CRC-32 are those of `hal.wire.pplis`; the boot id in the header is always empty, because such
a machine cannot tell that it was without power. Every message of the host is answered by ANSWER, as there. BELL is the
heartbeat and rings when something has changed.
"""

from typing import Final

SCHEMES: Final = ("unit", "unit+socket", "unit+rfc2217")

# -- Kinds of message, host to machine -----------------------------------------------------------------------------
ABOUT: Final = "ABOUT"
"""no body -> A, K: the capability document; `journal` and `idempotent_load` are false in it"""
BAYS: Final = "BAYS"
"""no body -> A, B per bay: number|canister|fill|product|units"""
STATE: Final = "STATE"
"""C|token -> A, R, X, G per standing alarm; R|armed when the machine packs under this token, else R|unarmed"""
ARM: Final = "ARM"
"""C|token|serial -> A, X; OTHER_MACHINE at a machine with another serial number, which does nothing then.

Nothing is packed before it; the machine forgets the token with its power, and a command under another token is refused
as WRONG_STATE. So nothing that was sent before a power cut is ever done after it."""
PACK: Final = "PACK"
"""C|token|number, P, T..., then I or Y for each pick -> A: it begins. `number` is one above the last one under this
token, else STALE_COMMAND; the last one again is answered again and does nothing. A pouch is tried once."""
RESULT: Final = "RESULT"
"""C|token|number -> A, R, X, G per standing alarm, F per fact, oldest first"""

COMMAND: Final = "C"
FILM: Final = "X"
"""X|film: the film index, which counts every pouch ever fed and survives power cuts; empty when there is none"""
ALARM: Final = "G"
"""G|code|detail"""
POUCH: Final = "P"
"""P|number|symbol"""
LINE: Final = "T"
"""T|text: one printed line"""
BAY_PICK: Final = "I"
"""I|bay|canister|fill|product|units"""
CELL_PICK: Final = "Y"
"""Y|cell|product|quarters"""
PROGRESS: Final = "R"
"""R|working, or R|done|outcome|reason: packed, void, or none when no film was fed"""
FACT: Final = "F"
"""F|kind|fields: a journal kind of `hal.wire.words` (Dropped, Sealed, Printed, Inspected) and its fields as JSON"""

ARMED: Final = "armed"
UNARMED: Final = "unarmed"
WORKING: Final = "working"
DONE: Final = "done"
NONE: Final = "none"

VOID_SYMBOL: Final = "VOID"
"""Printed on the empty film that marks what must not be used."""
VOID_LINE: Final = "KASSERET / VOID"

PERSONALITIES: Final = ("journaled", "encoder", "dumb")
