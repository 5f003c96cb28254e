"""What goes wrong, and how often: typed rates and four ready profiles."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Final, TypeVar

STRESS_FACTOR: Final = 100
STRESS_CAP: Final = 0.25


class PillFault(Enum):
    """What may happen to one pill on its way from the canister to the pouch; names as of the faults put in."""

    STUCK = "pill_stuck"
    """Stays in the wheel; the wheel turns again, three times at most."""
    DOUBLE_SEEN = "double_seen"
    """A second pill falls too; the sensor sees it."""
    DOUBLE_UNSEEN = "double_unseen"
    """A second pill falls too; the sensor sees one."""
    JUMP = "jump"
    """Falls into the next pouch; the sensor has seen it pass."""
    BROKEN_SEEN = "broken_seen"
    """Half of it falls, the sensor sees two pieces."""
    BROKEN_UNSEEN = "broken_unseen"
    """Half of it falls, the sensor sees one pill."""
    SENSOR = "sensor"
    """The pill falls as it should, but from now on the sensor is out of order."""


@dataclass(frozen=True, slots=True)
class FaultProfile:
    """Rates as probabilities: per pill, per canister drop, per pouch, per tray or per refill as named.

    `camera_miss` is the share of wrong pouches that inspection passes, `camera_false_reject` the share of right
    pouches that it rejects; `count_drift` the largest relative error of a canister's count after a fill.
    """

    stuck_per_pill: float = 0.0
    double_seen_per_pill: float = 0.0
    double_unseen_per_pill: float = 0.0
    jump_per_pill: float = 0.0
    broken_per_pill: float = 0.0
    jam_per_drop: float = 0.0
    seal_low_per_pouch: float = 0.0
    tray_shift_per_tray: float = 0.0
    camera_miss: float = 0.0
    camera_false_reject: float = 0.0
    count_drift: float = 0.0
    sensor_per_pill: float = 0.0
    print_blank_per_pouch: float = 0.0
    splice_per_pouch: float = 0.0
    cutter_per_pouch: float = 0.0
    take_up_per_pouch: float = 0.0
    wrong_canister_per_refill: float = 0.0
    refilled_wrong_per_refill: float = 0.0

    def pill_table(self) -> tuple[tuple[float, PillFault], ...]:
        """Return cumulative limits: a draw below the first limit that exceeds it is that fault."""
        rates = (
            (self.stuck_per_pill, PillFault.STUCK),
            (self.double_seen_per_pill, PillFault.DOUBLE_SEEN),
            (self.double_unseen_per_pill, PillFault.DOUBLE_UNSEEN),
            (self.jump_per_pill, PillFault.JUMP),
            (self.broken_per_pill / 2, PillFault.BROKEN_SEEN),
            (self.broken_per_pill / 2, PillFault.BROKEN_UNSEEN),
            (self.sensor_per_pill, PillFault.SENSOR),
        )
        return _limits(rates)

    def pouch_table(self) -> tuple[tuple[float, str], ...]:
        """Return cumulative limits as `pill_table`, for what may happen to a pouch by itself."""
        return _limits(
            (
                (self.print_blank_per_pouch, "print_blank"),
                (self.splice_per_pouch, "film_splice"),
                (self.cutter_per_pouch, "cutter"),
                (self.take_up_per_pouch, "take_up_full"),
            )
        )


_Fault = TypeVar("_Fault")


def _limits(rates: Iterable[tuple[float, _Fault]]) -> tuple[tuple[float, _Fault], ...]:
    table: list[tuple[float, _Fault]] = []
    limit = 0.0
    for rate, fault in rates:
        if rate > 0.0:
            limit += rate
            table.append((limit, fault))
    return tuple(table)


NONE: Final = FaultProfile()
VISIBLE: Final = FaultProfile(
    stuck_per_pill=4e-3,
    double_seen_per_pill=3e-3,
    jam_per_drop=1 / 500,
    seal_low_per_pouch=1 / 500,
)
"""Only what sensors see, ten times (seal: forty times) as often as nominal: contents of packed pouches are right."""

_SHARE: Final = 0.85
"""What scales the split of the pill faults (4, 3, 1, 0.5 and 1 in 10,000) to the published total.

With it 8.5e-4 of the tablets leave a pouch wrong, a pill that jumps counted twice, for it spoils two pouches."""

NOMINAL: Final = FaultProfile(
    stuck_per_pill=4e-4 * _SHARE,
    double_seen_per_pill=3e-4 * _SHARE,
    double_unseen_per_pill=1e-4 * _SHARE,
    jump_per_pill=5e-5 * _SHARE,
    broken_per_pill=1e-4 * _SHARE,
    jam_per_drop=1 / 5_000,
    seal_low_per_pouch=1 / 20_000,
    tray_shift_per_tray=2e-3,
    camera_miss=0.0408,
    camera_false_reject=0.0369,
    count_drift=0.02,
    sensor_per_pill=1 / 200_000,
    print_blank_per_pouch=1e-5,
    splice_per_pouch=8e-5,
    cutter_per_pouch=1e-5,
    take_up_per_pouch=1e-5,
    wrong_canister_per_refill=1e-3,
    refilled_wrong_per_refill=1e-4,
)
"""Published totals where there are any: 8.5e-4 wrong per tablet and a camera of 95.92 % sensitivity with 3.69 % false
rejects (24 days of fully checked pouches in Taiwan, lawdata.com.tw 544066). The split over the faults, and all other
rates, are estimates; a splice is one in a kilometre of film at a pitch of 80 mm."""


def _times(profile: FaultProfile, factor: int) -> FaultProfile:
    capped = {
        one.name: min(getattr(profile, one.name) * factor, STRESS_CAP)
        for one in fields(profile)
        if not one.name.startswith(("camera", "count"))
    }
    return replace(profile, **capped)


STRESS: Final = replace(_times(NOMINAL, STRESS_FACTOR), camera_miss=STRESS_CAP, camera_false_reject=STRESS_CAP)
"""Nominal a hundred times over, no rate above a quarter."""

PROFILES: Final = {"none": NONE, "visible": VISIBLE, "nominal": NOMINAL, "stress": STRESS}
