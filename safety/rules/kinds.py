"""Every kind of rule, by its name in a pack."""

from collections.abc import Mapping
from typing import Final

from safety.rules import day_cap, suitability
from safety.rules.rule import Kind

KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        suitability.KIND,
        day_cap.KIND,
    )
}
