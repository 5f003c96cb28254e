"""What an examination of a serial line says of each thing that it looked at."""

from typing import Final

from hal.examination import Point
from hal.wire.meanings import Meaning

ADDRESS: Final = "ADDRESS"
PORT: Final = "PORT"
SPEED: Final = "SPEED"
ECHO: Final = "ECHO"
DEVICE: Final = "DEVICE"
LINK: Final = "LINK"
RECORDS: Final = "RECORDS"
CONTRACT: Final = "CONTRACT"
STATUS: Final = "STATUS"
RATE: Final = "RATE"

MEANINGS: Final = {
    ADDRESS: Meaning(
        "Adresse",
        "Address",
        "Adressen er en PP-LIS-adresse.",
        "The address is one of PP-LIS.",
        "Skriv den som pplis:///dev/serial/by-id/..., pplis+socket://vært:port eller pplis+rfc2217://vært:port.",
        "Write it as pplis:///dev/serial/by-id/..., pplis+socket://host:port or pplis+rfc2217://host:port.",
    ),
    PORT: Meaning(
        "Port",
        "Port",
        "Porten kan åbnes, og ingen anden bruger den.",
        "The port can be opened, and nobody else uses it.",
        "Se kabel og sti efter, luk det program, der bruger porten, og giv styringens bruger adgang til den.",
        "Check the cable and the path, close the program that uses the port, and give the controller's user access.",
    ),
    SPEED: Meaning(
        "Hastighed",
        "Speed",
        "Det, der kommer på linjen, kan læses ved denne hastighed.",
        "What comes on the line can be read at this speed.",
        "Stil samme hastighed i begge ender (8 databit, ingen paritet, 1 stopbit), og skriv den som ?baud=.",
        "Set the same speed at both ends (8 data bits, no parity, 1 stop bit), and write it as ?baud=.",
    ),
    ECHO: Meaning(
        "Ekko",
        "Echo",
        "Linjen sender ikke det tilbage, som styringen siger.",
        "The line does not send back what the controller says.",
        "Slå ekko fra i udstyret, og se efter, om TX og RX er forbundet.",
        "Turn echo off in the equipment, and check whether TX and RX are connected.",
    ),
    DEVICE: Meaning(
        "Udstyr",
        "Device",
        "Det, der svarer, er ikke andet udstyr.",
        "What answers is no other device.",
        "Find den port, som maskinen sidder på.",
        "Find the port that the machine is connected to.",
    ),
    LINK: Meaning(
        "LIS01-A2",
        "LIS01-A2",
        "Maskinen svarer på ENQ som LIS01-A2 siger.",
        "The machine answers ENQ as LIS01-A2 says.",
        "Se efter, om maskinen er tændt, om TX og RX er krydset, og om maskinen er sat til LIS01-A2.",
        "Check whether the machine is on, whether TX and RX are crossed, and whether it is set to LIS01-A2.",
    ),
    RECORDS: Meaning(
        "PP-LIS",
        "PP-LIS",
        "Maskinen svarer med PP-LIS-beskeder med rigtig CRC-32.",
        "The machine answers with PP-LIS messages and a right CRC-32.",
        "Sæt maskinen til PP-LIS version 1, og se siden om PP-LIS efter.",
        "Set the machine to PP-LIS version 1, and see the page on PP-LIS.",
    ),
    CONTRACT: Meaning(
        "Kontrakt",
        "Contract",
        "Maskinen taler denne styrings udgave af kontrakten.",
        "The machine speaks this controller's version of the contract.",
        "Opdater maskinen eller styringen, så de taler samme udgave.",
        "Update the machine or the controller, so that they speak the same version.",
    ),
    STATUS: Meaning(
        "Status",
        "Status",
        "Maskinen fortæller, hvordan den har det.",
        "The machine tells how it stands.",
        "Se maskinens log; dens statusdokument er ikke, som siden om PP-LIS siger.",
        "See the machine's log; its status document is not as the page on PP-LIS says.",
    ),
    RATE: Meaning(
        "Linjens kapacitet",
        "Capacity of the line",
        "Linjen kan bære maskinens journal, når den pakker i fuld fart.",
        "The line carries the machine's journal when it packs at full speed.",
        "Stil en højere hastighed i begge ender.",
        "Set a higher speed at both ends.",
    ),
}


def seen(code: str, subject: str, *, fulfilled: bool = True) -> Point:
    """Return the point `code` about `subject`."""
    meaning = MEANINGS[code]
    return Point(code, fulfilled, subject, meaning.text_da, meaning.text_en, meaning.fix_da, meaning.fix_en)
