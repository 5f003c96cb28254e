"""OPC UA words: PackML (OPC 30050) browse names, and our own namespace for what PackML leaves out."""

from typing import Final

PACKML_NAMESPACE: Final = "http://opcfoundation.org/UA/PackML/"
NAMESPACE: Final = "urn:dosisfleet:pouchpacker:1"

# Objects / DosePacker (own namespace, BaseObjectType) holds everything below.
PACKER: Final = "DosePacker"
BASE_STATE_MACHINE: Final = "BaseStateMachine"
"""PackML namespace; holds the variable CurrentState (LocalizedText, base namespace), CurrentStateNumber (Int32, PackML
namespace) and the ten command methods of `hal.wire.words.COMMANDS` by name (PackML namespace)."""
STATUS: Final = "Status"
"""PackML namespace: UnitModeCurrent, UnitSupportedModes, CurMachSpeed, MachSpeed, EquipmentBlocked, EquipmentStarved,
StateCurrent."""
ADMIN: Final = "Admin"
"""PackML namespace: ProdProcessedCount, ProdDefectiveCount, AccTimeSinceReset, MachDesignSpeed."""

# Own namespace, directly under the packer. Documents are JSON strings as hal.orders / hal.journal write them.
CAPABILITIES: Final = "Capabilities"
"""Variable, String: the capability document."""
MACHINE_STATUS: Final = "MachineStatus"
"""Variable, String: the status document (keys as the fields of hal.status.MachineStatus)."""
BAYS: Final = "Bays"
"""Variable, String: a JSON array of bays."""
LAST_SEQ: Final = "LastSeq"
"""Variable, UInt64: newest journal entry; subscribe to it as a doorbell."""
JOBS: Final = "Jobs"
"""Object with the methods below (ISA-95 Job Control words)."""
HELLO: Final = "Hello"
"""(holder String, epoch UInt64) -> (answer String)"""
STORE: Final = "Store"
"""(document String, digest String) -> (answer String): load, nothing moves"""
START: Final = "Start"
"""(epoch UInt64, number UInt64) -> (answer String)"""
PAUSE: Final = "Pause"
"""(epoch UInt64) -> (answer String)"""
STOP: Final = "Stop"
"""(epoch UInt64) -> (answer String)"""
JOURNAL: Final = "Journal"
"""Object with the method Read."""
READ: Final = "Read"
"""(bootId String, seq UInt64, limit UInt32) -> (entries String[]): entries after that position"""

# An answer is the JSON document {"ok": true} or {"ok": false, "reasons": [{"code": ..., "detail": ...}, ...]}.
