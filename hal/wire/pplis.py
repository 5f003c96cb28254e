"""PP-LIS words: CLSI LIS01-A2 link characters and timers, and our record layer above them."""

from typing import Final

# -- Link (LIS01-A2 / ASTM E1381) ------------------------------------------------------------------------------
SOH: Final = 0x01
STX: Final = 0x02
ETX: Final = 0x03
EOT: Final = 0x04
ENQ: Final = 0x05
ACK: Final = 0x06
LF: Final = 0x0A
CR: Final = 0x0D
DLE: Final = 0x10
NAK: Final = 0x15
SYN: Final = 0x16
ETB: Final = 0x17
FORBIDDEN_IN_TEXT: Final = frozenset({SOH, STX, ETX, EOT, ENQ, ACK, DLE, NAK, SYN, ETB, LF, 0x11, 0x12, 0x13, 0x14})
FRAME_TEXT_BYTES: Final = 240
FRAME_BYTES: Final = FRAME_TEXT_BYTES + 7
"""STX, frame number, text, ETB or ETX, two checksum digits, CR, LF."""
FRAME_TRIES: Final = 6
ENQ_ANSWER_SECONDS: Final = 15.0
BUSY_WAIT_SECONDS: Final = 10.0
INSTRUMENT_CONTENTION_SECONDS: Final = 1.0
HOST_CONTENTION_SECONDS: Final = 20.0
FRAME_ANSWER_SECONDS: Final = 15.0
RECEIVE_SECONDS: Final = 30.0
INTERRUPT_WAIT_SECONDS: Final = 15.0
"""How long a sender that heeded EOT in place of ACK leaves the line alone, unless it is sent a message."""
GAP_SECONDS: Final = 1.0
"""A receiver answers NAK when bytes of a message came and then nothing for this long (ours, not the standard's)."""
DEFAULT_BAUD: Final = 38_400
BAUD_RATES: Final = (9_600, 19_200, 38_400, 115_200)

# -- Records ---------------------------------------------------------------------------------------------------
# A message is one link session (ENQ to EOT): records, each ended by CR, each ending one frame with ETX, fields split
# by "|". A field is UTF-8 text escaped by percent (RFC 3986): every byte outside 0x20..0x7E, and "%", "|", "\", "^"
# and "&", stands as %XX with upper-case digits. So no link character ever stands in a record.
#   H|\^&|message_id|sender|receiver|version|boot_id|utc|kind
#   ... body records ...
#   L|number_of_records|CRC32      all records, H and L too; CRC-32 (IEEE, 8 upper-case hex) over every byte of the
#                                  message before this field, CRs too
# boot_id is empty from the host. utc is the sender's clock and orders nothing.
RECORD_VERSION: Final = "1"
HEADER: Final = "H"
TRAILER: Final = "L"
FIELD_SEPARATOR: Final = "|"
DELIMITERS: Final = r"\^&"

# Kinds of message, host to machine. Every one is answered by a message of kind ANSWER with the same message_id in
# its A record: A|message_id|OK, or A|message_id|REFUSED|code|detail, with a further code|detail for every reason.
HELLO: Final = "HELLO"
"""C|holder|epoch -> A, K (capability document); with the SHA-256 of the capability document that the host has, as a
third field: -> A alone when it is the machine's."""
STATUS: Final = "STATUS"
"""no body -> A, S (status document)"""
BAYS: Final = "BAYS"
"""no body -> A, B per bay: number|canister|fill|product|units"""
LOAD: Final = "LOAD"
"""J|digest, then D records: the order document in pieces -> A"""
START: Final = "START"
"""C|epoch|command|number -> A"""
PAUSE: Final = "PAUSE"
"""C|epoch|command -> A"""
STOP: Final = "STOP"
"""C|epoch|command -> A. `command` rises strictly under an epoch, from 1; the same one again is answered again and has
no second effect."""
ACKNOWLEDGE: Final = "ACKNOWLEDGE"
"""C|epoch|boot_id|seq|head -> A: the journal is recorded up to there, for good"""
ABOUT: Final = "ABOUT"
"""no body -> A, K (capability document); takes no lease, moves nothing"""
JOURNAL: Final = "JOURNAL"
"""Q|boot_id|seq|limit -> A, E per entry: the journal entry document"""
ANSWER: Final = "ANSWER"
BELL: Final = "BELL"
"""Machine to host, unasked, at least every HEARTBEAT_SECONDS: N|last_seq"""

COMMAND: Final = "C"
ANSWER_RECORD: Final = "A"
CAPABILITY_RECORD: Final = "K"
STATUS_RECORD: Final = "S"
BAY_RECORD: Final = "B"
ORDER_RECORD: Final = "J"
DOCUMENT_RECORD: Final = "D"
QUERY_RECORD: Final = "Q"
EVENT_RECORD: Final = "E"
NEWS_RECORD: Final = "N"
OK: Final = "OK"
REFUSED: Final = "REFUSED"

DOCUMENT_PIECE_CHARACTERS: Final = 2_000
"""Characters of a document in one D record; the receiver joins whatever pieces come."""

HEARTBEAT_SECONDS: Final = 5.0
HEARTBEATS_MISSED: Final = 3
LARGEST_MESSAGE_BYTES: Final = 1_200_000
