"""The pouch volume that a tablet or capsule needs, compared with its geometry in exact fractions."""

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispenser.core.volume import LARGEST_UM, SMALLEST_UM, Dimensions, Shape, pouch_volume_mm3

PI_BELOW = Fraction(31_415_926, 10_000_000)
sizes = st.integers(SMALLEST_UM, LARGEST_UM)


@st.composite
def bodies(draw: st.DrawFn) -> Dimensions:
    shape = draw(st.sampled_from(Shape))
    width, length = sorted((draw(sizes), draw(sizes)))
    return Dimensions(shape, length, width, width if shape is Shape.CAPSULE else draw(sizes))


def solid_mm3(body: Dimensions) -> Fraction:
    """The body without the room around it, by the formulas of a school book and a pi that is too small."""
    length, width, height = (Fraction(um, 1000) for um in (body.length_um, body.width_um, body.height_um))
    radius = width / 2
    return {
        Shape.DISC: PI_BELOW * (length / 2) * radius * height,
        Shape.LENTIL: Fraction(4, 3) * PI_BELOW * (length / 2) * radius * (height / 2),
        Shape.OBLONG: ((length - width) * width + PI_BELOW * radius**2) * height,
        Shape.CAPSULE: PI_BELOW * radius**2 * (length - width) + Fraction(4, 3) * PI_BELOW * radius**3,
    }[body.shape]


@pytest.mark.parametrize(
    ("body", "needed"),
    [
        # Cylinder 9 mm across and 4 mm high: 254.5 mm3 of tablet.
        (Dimensions(Shape.DISC, 9_000, 9_000, 4_000), 463),
        (Dimensions(Shape.LENTIL, 9_000, 9_000, 4_000), 309),
        # A capsule of size 0: 868 mm3; of size 00: 1,186 mm3.
        (Dimensions(Shape.CAPSULE, 21_400, 7_660, 7_660), 1_580),
        (Dimensions(Shape.CAPSULE, 23_500, 8_550, 8_550), 2_156),
        # 19 x 9 x 6 mm.
        (Dimensions(Shape.OBLONG, 19_000, 9_000, 6_000), 1_676),
        # One cubic millimetre and a little: rounded up.
        (Dimensions(Shape.DISC, 1_000, 1_000, 1_000), 2),
    ],
)
def test_known_bodies(body: Dimensions, needed: int) -> None:
    assert pouch_volume_mm3(body) == needed


@given(bodies())
def test_it_is_the_body_over_55_percent_rounded_up(body: Dimensions) -> None:
    exact = solid_mm3(body) / Fraction(55, 100)
    assert ceil(exact) <= pouch_volume_mm3(body) <= ceil(exact * Fraction(10_000_002, 10_000_000))


@given(bodies())
def test_no_body_needs_less_than_two_thirds_of_its_box(body: Dimensions) -> None:
    box = Fraction(body.length_um * body.width_um * body.height_um, 10**9)
    assert pouch_volume_mm3(body) >= box * 2 / 3


@given(bodies(), st.sampled_from(["length_um", "height_um"]))
def test_a_larger_body_never_needs_less(body: Dimensions, side: str) -> None:
    larger = {"length_um": body.length_um, "width_um": body.width_um, "height_um": body.height_um}
    if larger[side] == LARGEST_UM or (body.shape is Shape.CAPSULE and side == "height_um"):
        return
    larger[side] += 1
    assert pouch_volume_mm3(Dimensions(body.shape, **larger)) >= pouch_volume_mm3(body)


def test_figures_are_real_unless_marked_as_invented() -> None:
    assert not Dimensions(Shape.DISC, 9_000, 9_000, 4_000).invented


def test_an_unknown_size_needs_nothing() -> None:
    assert pouch_volume_mm3(None) == 0


@pytest.mark.parametrize(
    ("shape", "length", "width", "height", "problem"),
    [
        (Shape.DISC, 9, 9, 4, "micrometres"),
        (Shape.DISC, 9_000, 9_000, 0, "micrometres"),
        (Shape.CAPSULE, 90_000, 9_000, 9_000, "micrometres"),
        (Shape.OBLONG, 8_000, 9_000, 4_000, "less than the width"),
        (Shape.CAPSULE, 20_000, 8_000, 7_000, "not round"),
    ],
)
def test_what_is_no_tablet_is_refused(shape: Shape, length: int, width: int, height: int, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Dimensions(shape, length, width, height)
