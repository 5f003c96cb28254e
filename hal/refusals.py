"""What every code of a refusal and of an alarm means, in Danish and English, and what to do about it."""

from typing import Final

from hal.wire import words
from hal.wire.link_meanings import LINK
from hal.wire.meanings import ALARMS, Meaning

__all__ = ["ALARMS", "LINK", "REFUSALS", "Meaning", "meaning_of"]

REFUSALS: Final = {
    words.FENCED: Meaning(
        "En anden styring har maskinen",
        "Another controller holds the machine",
        "En styring med et højere fortløbende nummer har overtaget maskinen.",
        "A controller with a higher epoch has taken the machine over.",
        "Find ud af, hvilken styring der skal have maskinen, og stands den anden.",
        "Find out which controller is to have the machine, and stop the other one.",
    ),
    words.STALE_JOB: Meaning(
        "Ordrenummeret er brugt",
        "The order number has been used",
        "Maskinen har set dette eller et højere ordrenummer og kender ikke denne ordre.",
        "The machine has seen this order number or a higher one and does not know this order.",
        "Send det, der mangler, som en ny ordre; et nummer bruges aldrig igen.",
        "Send what is missing as a new order; a number is never used again.",
    ),
    words.CONFLICT: Meaning(
        "Samme nummer, andet indhold",
        "Same number, other content",
        "Maskinen kender nummeret med et andet indhold.",
        "The machine knows the number with another content.",
        "Undersøg, om to styringer bruger samme maskine; send som ny ordre.",
        "Find out whether two controllers use the same machine; send as a new order.",
    ),
    words.WRONG_STATE: Meaning(
        "Ikke i denne tilstand",
        "Not in this state",
        "Maskinens tilstand tillader ikke det, der blev bedt om.",
        "The machine's state does not allow what was asked for.",
        "Se maskinens tilstand og alarmer; ryd og nulstil den ved maskinen.",
        "Look at the machine's state and alarms; clear and reset it at the machine.",
    ),
    words.WRONG_CAPABILITIES: Meaning(
        "Maskinen er en anden end antaget",
        "The machine is not what was assumed",
        "Ordren er lavet til en maskine, der kan noget andet.",
        "The order was made for a machine that can do something else.",
        "Forbind maskinen igen, så den læses på ny; ordren laves derefter om.",
        "Connect the machine again, so that it is read anew; the order is then made again.",
    ),
    words.QUEUE_FULL: Meaning(
        "Maskinens kø er fuld",
        "The machine's queue is full",
        "Maskinen har så mange ordrer, som den kan have.",
        "The machine has as many orders as it can have.",
        "Vent, til en ordre er færdig.",
        "Wait until an order has ended.",
    ),
    words.UNKNOWN_ORDER: Meaning(
        "Ordren er ukendt",
        "The order is unknown",
        "Maskinen har ikke denne ordre.",
        "The machine does not have this order.",
        "Send ordren, før den startes.",
        "Send the order before it is started.",
    ),
    words.WRONG_CANISTER: Meaning(
        "Anden kassette end bestilt",
        "Another canister than ordered",
        "Kassetten, fyldningen eller varen i pladsen er ikke den, ordren nævner.",
        "The canister, fill or product in the bay is not the one that the order names.",
        "Sæt den rette kassette i, eller lad ordren lave om efter det, der sidder der.",
        "Put the right canister in, or let the order be made again from what sits there.",
    ),
    words.UNKNOWN_CELL: Meaning(
        "Bakken har ikke rummet",
        "The tray has no such cell",
        "Ordren nævner et rum, som bakken ikke har.",
        "The order names a cell that the tray does not have.",
        "Del rullen, eller brug en maskine med flere rum.",
        "Split the roll, or use a machine with more cells.",
    ),
    words.TOO_MANY_UNITS: Meaning(
        "For meget i en pose",
        "Too much for a pouch",
        "Posen skal have flere enheder, end den kan rumme.",
        "The pouch is to hold more units than it can.",
        "Del indtagelsen på flere poser.",
        "Split the intake over more pouches.",
    ),
    words.TOO_MANY_POUCHES: Meaning(
        "For mange poser i ordren",
        "Too many pouches in the order",
        "Ordren har flere poser, end maskinen tager på en gang.",
        "The order has more pouches than the machine takes at a time.",
        "Del rullen på flere ordrer.",
        "Split the roll over more orders.",
    ),
    words.LABEL_TOO_LARGE: Meaning(
        "Etiketten er for stor",
        "The label is too large",
        "Teksten har flere linjer eller længere linjer, end maskinen kan trykke.",
        "The text has more lines or longer lines than the machine can print.",
        "Forkort teksten, eller brug en maskine med større trykfelt.",
        "Shorten the text, or use a machine that prints more.",
    ),
    words.BAD_DOCUMENT: Meaning(
        "Ordren kan ikke læses",
        "The order cannot be read",
        "Det, der blev sendt, er ikke en hel og gyldig ordre.",
        "What was sent is not a whole and valid order.",
        "Meld fejlen til leverandøren af styringen; intet er pakket.",
        "Report it to the vendor of the controller; nothing was packed.",
    ),
    words.STALE_COMMAND: Meaning(
        "Kommandoen er for gammel",
        "The command is too old",
        "Maskinen har udført en senere kommando fra samme styring.",
        "The machine has done a later command of the same controller.",
        "Intet at gøre: en forsinket kommando er afvist. Sker det ofte, så undersøg forbindelsen.",
        "Nothing to do: a late command was turned away. If it happens often, look at the link.",
    ),
    words.WRONG_HEAD: Meaning(
        "Styring og maskine husker forskelligt",
        "Controller and machine remember differently",
        "Det, styringen har noteret, er ikke det, maskinen har noteret.",
        "What the controller has recorded is not what the machine has recorded.",
        "Pak intet mere på maskinen, før det er afklaret; databasen kan være gendannet fra en ældre kopi.",
        "Pack nothing more on the machine until this is settled; the database may have come from an older copy.",
    ),
    words.JOURNAL_FORGOTTEN: Meaning(
        "Journalen er glemt",
        "The journal is forgotten",
        "Databasen er så gammel, at det, den mangler af maskinens journal, ikke gemmes længere.",
        "The database is so old that what it lacks of the machine's journal is not kept any more.",
        "Gendan en nyere kopi. Findes den ikke, så tag alt fra, maskinen har lavet, og giv den nyt navn i opsætningen.",
        "Restore a newer copy. If there is none, set aside all that the machine made; name it anew in the settings.",
    ),
    words.OTHER_MACHINE: Meaning(
        "En anden maskine",
        "Another machine",
        "Det, der huskes her, er en anden maskines: fabrikat, model eller serienummer passer ikke.",
        "What is remembered here is that of another machine: vendor, model or serial number does not match.",
        "Sæt den rette maskine til, eller giv den nye sit eget navn i opsætningen: så begynder den forfra.",
        "Connect the right machine, or give the new one a name of its own in the settings: it then begins anew.",
    ),
    words.WRONG_MODE: Meaning(
        "Maskinen er ikke i produktion",
        "The machine is not in production",
        "Maskinen er sat til vedligehold eller manuel betjening.",
        "The machine is set to maintenance or manual operation.",
        "Sæt maskinen i produktion, når arbejdet ved den er færdigt.",
        "Set the machine to production when the work at it is done.",
    ),
    words.UNPRINTABLE: Meaning(
        "Et tegn kan ikke trykkes",
        "A character cannot be printed",
        "Teksten har et tegn, som maskinen ikke kan trykke.",
        "The text has a character that the machine cannot print.",
        "Skriv teksten uden tegnet, eller brug en maskine, der kan trykke det.",
        "Write the text without the character, or use a machine that can print it.",
    ),
    words.SYMBOL_TOO_LONG: Meaning(
        "Koden er for lang",
        "The symbol is too long",
        "Posens kode har flere tegn, end maskinen kan trykke.",
        "The pouch's symbol has more characters than the machine can print.",
        "Brug en maskine, der kan trykke længere koder.",
        "Use a machine that prints longer symbols.",
    ),
    words.WRONG_FRACTION: Meaning(
        "Delen passer ikke i et rum",
        "The part does not fit a cell",
        "Et rum i bakken må ikke holde så mange kvarte enheder på en gang.",
        "A tray cell may not hold that many quarters at a time.",
        "Fordel delene på flere rum, eller brug en anden maskine.",
        "Spread the parts over more cells, or use another machine.",
    ),
    words.NO_FILM: Meaning(
        "Der er ikke mere folie",
        "There is no film left",
        "Maskinen har ingen folie.",
        "The machine has no film.",
        "Sæt en ny rulle folie i.",
        "Put in a new roll of film.",
    ),
    words.GAVE_WAY: Meaning(
        "Et stop kom først",
        "A stop came first",
        "Maskinen blev bedt om at standse, mens ordren blev sendt. Den kender ikke ordren.",
        "The machine was told to stop while the order was being sent. It does not know the order.",
        "Intet at gøre: det, der mangler, sendes som en ny ordre.",
        "Nothing to do: what is missing is sent as a new order.",
    ),
}


def meaning_of(code: str) -> Meaning | None:
    """Return what a code of a refusal, an alarm or a link means; None for one that is not in the contract."""
    return REFUSALS.get(code) or ALARMS.get(code) or LINK.get(code)
