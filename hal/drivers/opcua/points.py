"""What an examination over OPC UA says of each thing that it looked at."""

from typing import Final

from hal.errors import Reason
from hal.examination import Point
from hal.wire.link_meanings import LINK
from hal.wire.meanings import Meaning

ADDRESS: Final = "ADDRESS"
REACHED: Final = "REACHED"
ENDPOINT: Final = "ENDPOINT"
CERTIFICATE: Final = "CERTIFICATE"
SESSION: Final = "SESSION"
NAMESPACE: Final = "NAMESPACE"
PACKML: Final = "PACKML"
NODE: Final = "NODE"
DOCUMENT: Final = "DOCUMENT"
CONTRACT: Final = "CONTRACT"

MEANINGS: Final = {
    ADDRESS: Meaning(
        "Adresse",
        "Address",
        "Adressen er en OPC UA-adresse.",
        "The address is one of OPC UA.",
        "Skriv den som opc.tcp://vært:port/.",
        "Write it as opc.tcp://host:port/.",
    ),
    REACHED: Meaning(
        "Svar",
        "Answer",
        "En OPC UA-server svarer på adressen.",
        "An OPC UA server answers at the address.",
        "Se kabel, adresse, port og firewall efter, og om maskinen er tændt.",
        "Check the cable, address, port and firewall, and whether the machine is on.",
    ),
    ENDPOINT: Meaning(
        "Endepunkt",
        "Endpoint",
        "Serveren tilbyder denne sikkerhed.",
        "The server offers this security.",
        "Slå det fra på maskinen; det må ikke kunne bruges uden for denne computer.",
        "Turn it off on the machine; it must not be usable from outside this computer.",
    ),
    CERTIFICATE: Meaning(
        "Certifikat",
        "Certificate",
        "Serveren viser dette certifikat.",
        "The server shows this certificate.",
        "Sammenlign fingeraftrykket med maskinens.",
        "Compare the fingerprint with the machine's.",
    ),
    SESSION: Meaning(
        "Session",
        "Session",
        "Serveren lader styringen komme ind.",
        "The server lets the controller in.",
        "Se serverens log for, hvorfor den afviser.",
        "Look in the server's log why it refuses.",
    ),
    NAMESPACE: Meaning(
        "Navnerum",
        "Namespace",
        "Serveren har dette navnerum.",
        "The server has this namespace.",
        "Maskinen skal have de knuder, som docs/reference/opcua.md beskriver.",
        "The machine needs the nodes that docs/reference/opcua.md describes.",
    ),
    PACKML: Meaning(
        "PackML-knude",
        "PackML node",
        "Stien findes under DosePacker (OPC 30050).",
        "The path exists below DosePacker (OPC 30050).",
        "Tilføj knuden; styringen kører uden, men et panel eller en linjestyring mangler den.",
        "Add the node; the controller runs without it, but a panel or line controller will miss it.",
    ),
    NODE: Meaning(
        "Knude",
        "Node",
        "Stien findes under DosePacker; uden den kan maskinen ikke styres.",
        "The path exists below DosePacker; without it the machine cannot be driven.",
        "Tilføj knuden, som docs/reference/opcua.md beskriver den.",
        "Add the node as docs/reference/opcua.md describes it.",
    ),
    DOCUMENT: Meaning(
        "Dokument",
        "Document",
        "Variablen kan læses og er et dokument efter kontrakten.",
        "The variable can be read and is a document of the contract.",
        "Ret dokumentet; alle felter skal være der, og ingen andre.",
        "Mend the document; every field must be there, and no other.",
    ),
    CONTRACT: Meaning(
        "Kontrakt",
        "Contract",
        "Maskinen taler denne version af kontrakten.",
        "The machine speaks this version of the contract.",
        "Opgrader maskinens program eller styringen, så begge taler samme version.",
        "Upgrade the machine's firmware or the controller, so that both speak the same version.",
    ),
}
"""Code to what it says when fulfilled, and what to do when not."""


def seen(code: str, subject: str, *, fulfilled: bool = True) -> Point:
    """Return the point `code` about `subject`."""
    meaning = MEANINGS[code]
    return _point(code, subject, meaning, fulfilled=fulfilled)


def lacking(reason: Reason) -> Point:
    """Return a point about why the link is not made."""
    return _point(reason.code, reason.detail, LINK[reason.code], fulfilled=False)


def _point(code: str, subject: str, meaning: Meaning, *, fulfilled: bool) -> Point:
    return Point(code, fulfilled, subject, meaning.text_da, meaning.text_en, meaning.fix_da, meaning.fix_en)
