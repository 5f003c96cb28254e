"""Opaque names of things; one type per thing, so that two kinds are never mixed up."""

from typing import NewType

CitizenId = NewType("CitizenId", str)
"""Our own random name of a citizen; never the civil registration number."""
OrdinationId = NewType("OrdinationId", str)
"""The sender's stable name of one ordered medicine (FHIR logical id of the MedicationRequest)."""
ProductId = NewType("ProductId", str)
"""Danish drug id (Medicinpriser LMS01 DrugID, eleven digits) of a medicine in the catalogue."""
GroupId = NewType("GroupId", str)
"""A packing group (pakkegruppe)."""
MachineId = NewType("MachineId", str)
BatchId = NewType("BatchId", str)
"""Six digits, rising: `000042`."""
RollId = NewType("RollId", str)
"""Production id of a roll: batch id and four digits, `0000420007`; printed and scanned, carries no person."""
JobId = NewType("JobId", str)
