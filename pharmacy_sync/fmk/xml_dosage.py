"""A Dosage element of FMK's XML, version 1.4.6 or 1.6.0 by its namespace, onto our model."""

from typing import Final

from pharmacy_sync.fmk import version_146, version_160
from pharmacy_sync.fmk.xml_tree import SCHEMA_INSTANCE, Node, read_tree
from pharmacy_sync.problems import fmk
from pharmacy_sync.reading import ReadDosage
from pharmacy_sync.report import Report

_ROOT: Final = "Dosage"
_LOCATIONS: Final = ("schemaLocation", "noNamespaceSchemaLocation")


def read_xml(text: str) -> ReadDosage:
    """Return the dosage in an XML document whose root is FMK's `Dosage`; every problem is a finding.

    A refusal among the findings leaves no dosage; so does a dosage that our model cannot hold.
    """
    report = Report()
    root = read_tree(text, report)
    if root is None or report.refused:
        return ReadDosage(None, "", tuple(report.findings))
    if root.name != _ROOT:
        report.add(fmk.NOT_A_DOSAGE, root.place, problem=f"{root.name}, not {_ROOT}")
        return ReadDosage(None, "", tuple(report.findings))
    root = _without_locations(root)
    if root.namespace in version_146.NAMESPACES:
        dosage, instruction = version_146.read(root, report)
    elif root.namespace == version_160.NAMESPACE:
        dosage, instruction = version_160.read(root, report)
    else:
        report.add(fmk.NAMESPACE_UNKNOWN, root.place, namespace=root.namespace)
        dosage, instruction = None, ""
    if dosage is None or report.refused:
        return ReadDosage(None, "", tuple(report.findings))
    return ReadDosage(dosage, instruction, tuple(report.findings))


def _without_locations(root: Node) -> Node:
    """Return the root without the attributes that only say where a schema lies."""
    attributes = tuple(one for one in root.attributes if one[0] != SCHEMA_INSTANCE or one[1] not in _LOCATIONS)
    return Node(root.namespace, root.name, attributes, root.text, root.children, root.place, root.broken)
