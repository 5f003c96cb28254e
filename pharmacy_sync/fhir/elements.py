"""FHIR R4 data types as far as they are understood here: strict, frozen, and nothing unknown."""

from decimal import Decimal
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, Strict, StrictBool
from pydantic.alias_generators import to_camel


class Element(BaseModel):
    """Base of every wire model: unknown elements and other JSON types are errors."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", alias_generator=to_camel)


LogicalId = Annotated[str, Field(pattern=r"^[A-Za-z0-9\-.]{1,64}\z")]
Text = Annotated[str, Field(max_length=4000)]
Uri = Annotated[str, Field(pattern=r"^\S{1,500}\z")]
Word = Annotated[str, Field(pattern=r"^[^\s]+( [^\s]+)*\z", max_length=200)]
"""A FHIR `code`: no outer and no double spaces."""
Number = int | Decimal
Item = TypeVar("Item")
Listed = Annotated[tuple[Item, ...], Strict(strict=False)]
"""A JSON list; its items stay strict."""
Positive = Annotated[int, Field(ge=1, le=999)]
Ignored = object
"""An element that is allowed, kept with the stored resource, and has no effect on what is packed."""

When = Literal[
    "MORN", "MORN.early", "MORN.late", "NOON", "AFT", "AFT.early", "AFT.late", "EVE", "EVE.early", "EVE.late", "NIGHT",
    "PHS", "HS", "WAKE", "C", "CM", "CD", "CV", "AC", "ACM", "ACD", "ACV", "PC", "PCM", "PCD", "PCV",
]  # fmt: skip
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
UnitOfTime = Literal["s", "min", "h", "d", "wk", "mo", "a"]


class Coding(Element):
    """A code of a code system."""

    id: Ignored = None
    system: Uri | None = None
    version: Text | None = None
    code: Word | None = None
    display: Text | None = None
    user_selected: StrictBool | None = None


class CodeableConcept(Element):
    """Codes that mean the same, and words."""

    id: Ignored = None
    coding: Listed[Coding] = ()
    text: Text | None = None


class Identifier(Element):
    """A business identifier."""

    id: Ignored = None
    use: Literal["usual", "official", "temp", "secondary", "old"] | None = None
    type: Ignored = None
    system: Uri | None = None
    value: Text | None = None
    period: Ignored = None
    assigner: Ignored = None


class Reference(Element):
    """A reference to another resource."""

    id: Ignored = None
    reference: Uri | None = None
    type: Uri | None = None
    identifier: Identifier | None = None
    display: Text | None = None


class Period(Element):
    """From `start` to `end`, both inclusive."""

    id: Ignored = None
    extension: Ignored = None
    start: Text | None = None
    end: Text | None = None


class Quantity(Element):
    """An amount with its unit, exact."""

    id: Ignored = None
    extension: Ignored = None
    value: Number | None = None
    comparator: Literal["<", "<=", ">=", ">"] | None = None
    unit: Text | None = None
    system: Uri | None = None
    code: Word | None = None


class Range(Element):
    """From `low` to `high`."""

    id: Ignored = None
    low: Quantity | None = None
    high: Quantity | None = None


class Ratio(Element):
    """One quantity per another."""

    id: Ignored = None
    numerator: Quantity | None = None
    denominator: Quantity | None = None


class HumanName(Element):
    """A name."""

    id: Ignored = None
    extension: Ignored = None
    use: Literal["usual", "official", "temp", "nickname", "anonymous", "old", "maiden"] | None = None
    text: Text | None = None
    family: Text | None = None
    given: Listed[Text] = ()
    prefix: Listed[Text] = ()
    suffix: Listed[Text] = ()
    period: Ignored = None
