"""Problems of a machine that is to be served, of the record that it was told of, and of its driver (DOSE-06xx)."""

from typing import Final

from safety.findings import Code, Severity


def _refuse(number: str, texts: tuple[str, str], fixes: tuple[str, str], source: str) -> Code:
    return Code(f"DOSE-{number}", Severity.REFUSE, *texts, *fixes, source)


UNSERVED_DA: Final = (
    "Maskinen betjenes ikke. Kassér dens poser siden den sidste i journalen, og tag den i brug igen (to personer)."
)
UNSERVED_EN: Final = (
    "The machine is not served. Discard its pouches since the last one on record; then two people readmit it."
)

OTHER_RECORD: Final = _refuse(
    "0619",
    (
        "{machine} har fået kvitteret sin journal til {place} af en styring med en anden database end denne.",
        "{machine} was told by a controller with another database than this one that its journal is known to {place}.",
    ),
    (
        "Maskinen betjenes ikke. Brug den rigtige database, eller følg vejledningen efter en genskabelse.",
        "The machine is not served. Use the right database, or follow the guide to restoring one.",
    ),
    "H21",
)
JOURNAL_REWRITTEN: Final = _refuse(
    "0620",
    (
        "Journalen fra {machine} er ikke den, der er læst: fingeraftrykket ved {place} passer ikke.",
        "The journal of {machine} is not the one that was read: its hash head at {place} is another.",
    ),
    (UNSERVED_DA, UNSERVED_EN),
    "C17; H21",
)
STILL_AT_WORK: Final = _refuse(
    "0621",
    (
        "{machine} skal tages i brug igen, men har stadig ordre {order} i arbejde.",
        "{machine} is to serve again, but is still at work on order {order}.",
    ),
    (
        "Stop den på maskinen, kassér dens poser, og underskriv igen.",
        "Stop it at the machine, discard its pouches, and sign again.",
    ),
    "H21; H25",
)
NO_DRIVER: Final = _refuse(
    "0622",
    (
        "{machine} har ingen driver, der kan bruges ({detail}).",
        "{machine} has no driver that can be used ({detail}).",
    ),
    (
        "Maskinen betjenes ikke, de øvrige gør. Ret adressen eller driveren (dispenser machine drivers), og genstart.",
        "The machine is not served, the others are. Correct address or driver (dispenser machine drivers); restart.",
    ),
    "a plug-in may fail, the fleet may not",
)
FLEET_HELD: Final = _refuse(
    "0623",
    (
        "{machine} ved mere end databasen: den er genskabt fra en ældre kopi, eller maskinen har arbejdet andetsteds.",
        "{machine} knows more than the database: it was restored from an older copy, or the machine worked elsewhere.",
    ),
    (
        "Intet planlægges eller sendes, før to personer har taget den i brug igen (vejledningen til genskabelse).",
        "Nothing is planned or sent to any machine until two people have readmitted it (guide to restoring).",
    ),
    "H21",
)

SENT_MORE: Final = _refuse(
    "0624",
    (
        "{machine} kan have fået ordrer til {sent}, men databasen kender ingen over {known}: den kan være for gammel.",
        "{machine} may have had orders up to {sent}, but the database knows none above {known}: it may be too old.",
    ),
    (
        "Intet planlægges eller sendes, før maskinen er tændt og har svaret, eller to personer underskriver for den.",
        "Nothing is planned or sent to any machine until this one is on and has answered, or two people sign for it.",
    ),
    "H21",
)

IN_SERVICE: Final = _refuse(
    "0625",
    (
        "{machine} er i drift; kun en maskine, som styringen har opgivet, tages i brug igen.",
        "{machine} is in service; only a machine that the controller has given up is taken back.",
    ),
    (
        "Underskriv først, når maskinen ikke betjenes, og alt, den har lavet uden at det er noteret, er destrueret.",
        "Sign when the machine is served no more, and all that it made and nobody recorded is destroyed.",
    ),
    "H21; H25",
)

MACHINE_CODES: Final = (OTHER_RECORD, JOURNAL_REWRITTEN, STILL_AT_WORK, NO_DRIVER, FLEET_HELD, SENT_MORE, IN_SERVICE)
