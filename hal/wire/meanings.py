"""What every alarm means, in Danish and English, and what to do about it; texts that all wires may carry."""

from dataclasses import dataclass
from typing import Final

from hal.wire import words


@dataclass(frozen=True, slots=True)
class Meaning:
    """One code: what it is called, what it says, and what a human does about it."""

    title_da: str
    title_en: str
    text_da: str
    text_en: str
    fix_da: str
    fix_en: str


ALARMS: Final = {
    words.ALARM_EMPTY: Meaning(
        "Kassetten er tom",
        "The canister is empty",
        "Der faldt ikke det, der skulle, og kassetten er tom.",
        "What was due did not fall, and the canister is empty.",
        "Fyld kassetten efter vejledningen, og kvitter.",
        "Refill the canister as guided, and acknowledge.",
    ),
    words.ALARM_JAM: Meaning(
        "Noget sidder fast",
        "Something is jammed",
        "En kassette kan ikke dreje.",
        "A canister cannot turn.",
        "Tag kassetten ud, fjern det, der sidder fast, sæt den i igen, og kvitter.",
        "Take the canister out, remove what is stuck, put it back, and acknowledge.",
    ),
    words.ALARM_NO_DROP: Meaning(
        "Tællingen passer ikke",
        "The count is not right",
        "Flere poser i træk blev talt forkert.",
        "Several pouches in a row were miscounted.",
        "Se kassetten og dens føler efter, og kvitter.",
        "Check the canister and its sensor, and acknowledge.",
    ),
    words.ALARM_SEAL: Meaning(
        "Svejsetemperaturen er forkert",
        "The seal temperature is wrong",
        "Svejsningen var for kold eller for varm.",
        "The seal was too cold or too hot.",
        "Vent, til varmen er i orden; bliver den det ikke, så tilkald service.",
        "Wait until the heat is right; if it does not get right, call service.",
    ),
    words.ALARM_INSPECTION: Meaning(
        "Kameraet afviser poser",
        "The camera rejects pouches",
        "Flere poser i træk blev afvist.",
        "Several pouches in a row were rejected.",
        "Se poserne efter, rens kameraets rude, og kvitter.",
        "Look at the pouches, clean the camera's window, and acknowledge.",
    ),
    words.ALARM_DOOR: Meaning(
        "Lågen er åben",
        "The door is open",
        "Lågen blev åbnet under arbejdet; posen under arbejde er kasseret.",
        "The door was opened during work; the pouch in work is void.",
        "Luk lågen, og nulstil maskinen.",
        "Close the door, and reset the machine.",
    ),
    words.ALARM_EMERGENCY: Meaning(
        "Nødstop",
        "Emergency stop",
        "Nødstoppet er trykket; posen under arbejde er kasseret.",
        "The emergency stop was pressed; the pouch in work is void.",
        "Find årsagen, drej nødstoppet ud, og nulstil maskinen.",
        "Find the cause, release the emergency stop, and reset the machine.",
    ),
    words.ALARM_FILM: Meaning(
        "Folien er slut",
        "The film has run out",
        "Der er ikke folie til næste pose.",
        "There is no film for the next pouch.",
        "Sæt en ny rulle folie i, og kvitter.",
        "Put in a new roll of film, and acknowledge.",
    ),
    words.ALARM_RIBBON: Meaning(
        "Farvebåndet er slut",
        "The ribbon has run out",
        "Der kan ikke trykkes.",
        "Nothing can be printed.",
        "Sæt et nyt farvebånd i, og kvitter.",
        "Put in a new ribbon, and acknowledge.",
    ),
    words.ALARM_PRINT: Meaning(
        "Trykket kan ikke læses",
        "The print cannot be read",
        "Kameraet kan ikke læse koden på poserne.",
        "The camera cannot read the symbol on the pouches.",
        "Rens skrivehovedet, se farvebåndet efter, og kvitter.",
        "Clean the print head, check the ribbon, and acknowledge.",
    ),
    words.ALARM_TAKE_UP: Meaning(
        "Opsamlingen er fuld",
        "The take-up is full",
        "Der er ikke plads til flere poser.",
        "There is no room for more pouches.",
        "Tag de færdige ruller af.",
        "Take the finished rolls off.",
    ),
    words.ALARM_CUTTER: Meaning(
        "Kniven skærer ikke",
        "The cutter does not cut",
        "Poserne bliver ikke skåret eller perforeret.",
        "Pouches are not cut or perforated.",
        "Se kniven efter, og kvitter.",
        "Check the cutter, and acknowledge.",
    ),
    words.ALARM_BAY_EMPTY: Meaning(
        "Pladsen er tom",
        "The bay is empty",
        "En kassette, som ordren bruger, er taget ud.",
        "A canister that the order uses was taken out.",
        "Sæt kassetten i igen, og kvitter.",
        "Put the canister back, and acknowledge.",
    ),
    words.ALARM_WRONG_CANISTER: Meaning(
        "Forkert kassette i pladsen",
        "Wrong canister in the bay",
        "Kassettens mærke er et andet end ventet.",
        "The canister's tag is another one than expected.",
        "Sæt den rette kassette i, og kvitter.",
        "Put the right canister in, and acknowledge.",
    ),
    words.ALARM_TAG: Meaning(
        "Kassettens mærke kan ikke læses",
        "The canister's tag cannot be read",
        "Ingen ved, hvilken kassette der sidder i pladsen.",
        "Nobody knows which canister sits in the bay.",
        "Tag kassetten ud, se mærket efter, og sæt den i igen.",
        "Take the canister out, check its tag, and put it back.",
    ),
    words.ALARM_SENSOR: Meaning(
        "En føler melder fejl",
        "A sensor reports a fault",
        "En tæller kan ikke længere følge med eller sidder fast.",
        "A count sensor no longer follows, or is stuck.",
        "Rens føleren; bliver fejlen ved, så tilkald service.",
        "Clean the sensor; if the fault stays, call service.",
    ),
    words.ALARM_HEATER: Meaning(
        "Varmelegemet er defekt",
        "The heater is defective",
        "Svejsningen kan ikke varmes op.",
        "The sealer cannot be heated.",
        "Tilkald service.",
        "Call service.",
    ),
}
