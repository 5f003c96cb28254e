"""What the clinical rules in force hold against lines that a batch packs (DOSE-0240)."""

from collections.abc import Iterable
from typing import Final

from dispenser.core.ids import CitizenId
from safety.findings import Code, Finding, Severity, found

RULES_OBJECT: Final = Code(
    "DOSE-0240",
    Severity.HOLD,
    "{line}: {alert} {danish}",
    "{line}: {alert} {english}",
    "Tag stilling til advarslen: tilsidesæt den, eller lad planerne bedømme igen; planlæg så batchen igen.",
    "Decide on the alert: override it, or have the plans judged anew; then plan the batch again.",
    "C18, H19; rules are asked again on the day of planning",
)

RULE_BATCH_CODES: Final = (RULES_OBJECT,)


def check_standing(about: CitizenId, alerts: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return what holds a batch with a citizen's pouches: every one of `alerts` that keeps a line out of pouches.

    `alerts` are those that no override sets aside.
    """
    return tuple(
        found(
            RULES_OBJECT,
            about,
            line=alert.subject,
            alert=alert.code.id,
            danish=alert.text("da"),
            english=alert.text("en"),
        )
        for alert in alerts
        if alert.code.severity.value >= Severity.PARK.value
    )
