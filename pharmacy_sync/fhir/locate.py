"""From pydantic's errors to findings with FHIRPath expressions."""

from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pharmacy_sync.fhir.elements import Element
from pharmacy_sync.problems import message
from pharmacy_sync.report import Report
from pharmacy_sync.strict_json import OddNumber

_MODIFIERS = frozenset({"modifierExtension", "implicitRules"})
_UNION_TAGS = frozenset({"int", "decimal"})
_WANTED = {
    "string_type": "a text",
    "int_type": "a number",
    "is_instance_of": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
}

ModelT = TypeVar("ModelT", bound=Element)


def validated(model: type[ModelT], document: object, root: str, report: Report) -> ModelT | None:
    """Return `document` as a `model`, or None with every problem noted under the FHIRPath `root`."""
    try:
        return model.model_validate(document)
    except ValidationError as error:
        known = {finding.subject for finding in report.findings}
        for detail in error.errors(include_url=False):
            path = expression(root, detail["loc"])
            if path not in known:
                known.add(path)
                _note(detail, path, report)
        return None


def expression(root: str, place: tuple[int | str, ...]) -> str:
    """Return the FHIRPath of pydantic's `place` below `root`."""
    path = root
    for step in place:
        if isinstance(step, int):
            path += f"[{step}]"
        elif step not in _UNION_TAGS:
            path += f".{step}"
    return path


def _note(detail: ErrorDetails, path: str, report: Report) -> None:
    kind = detail["type"]
    value: object = detail["input"]
    if isinstance(value, OddNumber):
        return
    context = detail.get("ctx", {})
    if kind == "missing":
        report.add(message.MISSING, path)
    elif kind == "extra_forbidden":
        last = detail["loc"][-1]
        report.add(message.MODIFIER_NOT_UNDERSTOOD if last in _MODIFIERS else message.UNKNOWN_ELEMENT, path)
    elif kind == "literal_error":
        report.add(message.VALUE_NOT_ALLOWED, path, value=value, allowed=context.get("expected", ""))
    elif kind in _WANTED:
        report.add(message.WRONG_TYPE, path, wanted=_WANTED[kind])
    else:
        report.add(message.WRONG_SHAPE, path, problem=detail["msg"])
