"""What a machine's evidence must show is fixed in the program, and changes only with its version."""

from dispenser.config import Config, MachineSection, PeriodSection, ServerSection, SiteSection
from safety import pouch_checks

INSPECTION = ("seal", "temperature", "celsius", "toleran", "inspect", "camera", "verdict", "count", "evidence")


def test_no_setting_loosens_inspection() -> None:
    sections = (Config, SiteSection, ServerSection, MachineSection, PeriodSection)
    names = [name for section in sections for name in section.model_fields]
    assert names
    assert [name for name in names if any(word in name for word in INSPECTION)] == []


def test_limits_are_those_that_were_approved() -> None:
    assert (pouch_checks.SEAL_LOWEST_DC, pouch_checks.SEAL_HIGHEST_DC) == (1_200, 2_000)
