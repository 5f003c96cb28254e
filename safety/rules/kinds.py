"""Every kind of rule, by its name in a pack."""

from collections.abc import Mapping
from typing import Final

from safety.rules import (
    allergy,
    day_cap,
    days_outside,
    duplicate,
    high_risk,
    interaction,
    look_alike,
    separate,
    suitability,
    weekly_only,
)
from safety.rules.rule import Kind

KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        suitability.KIND,
        separate.KIND,
        days_outside.KIND,
        day_cap.KIND,
        weekly_only.KIND,
        high_risk.KIND,
        allergy.KIND,
        interaction.KIND,
        duplicate.KIND,
        look_alike.KIND,
    )
}
