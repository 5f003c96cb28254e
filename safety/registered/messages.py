"""Checks of messages, made where they are read (`pharmacy_sync`) and taken in (`dispenser.app`); named by code id."""

from typing import Final

from safety.check import Check, Stage

_TEXT: Final = "pharmacy_sync.reservations.altering_word"

CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "C19",
        "numbers in the words of a dosage are those of its structure, or they are told",
        ("safety.text_checks.strange_numbers",),
        (),
        (Stage.INTAKE,),
        ("DOSE-1318", "DOSE-1319", "DOSE-1773"),
    ),
    Check(
        "C20",
        "a plan is for one known human: number, birth date, name and ordinations belong together",
        ("pharmacy_sync.fhir.identity.read_identity", "dispenser.app.intake.accept_bundle"),
        (),
        (Stage.INTAKE,),
        (
            "DOSE-1101",
            "DOSE-1102",
            "DOSE-1103",
            "DOSE-1104",
            "DOSE-1105",
            "DOSE-1106",
            "DOSE-1107",
            "DOSE-1109",
            "DOSE-1602",
            "DOSE-1606",
            "DOSE-1607",
            "DOSE-1608",
        ),
    ),
    Check(
        "C21",
        "the same message again changes nothing, and an older one never replaces a newer",
        ("dispenser.app.intake.accept_bundle", "dispenser.app.intake.accept_request"),
        (),
        (Stage.INTAKE,),
        ("DOSE-1033", "DOSE-1603", "DOSE-1604", "DOSE-1605"),
    ),
    Check(
        "C24",
        "text that can alter a dosage goes to a human",
        (_TEXT, "safety.text_checks.strange_numbers"),
        (),
        (Stage.INTAKE,),
        ("DOSE-1309", "DOSE-1311", "DOSE-1312", "DOSE-1750", "DOSE-1751"),
    ),
)
