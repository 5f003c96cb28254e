"""Problems of the running site (DOSE-06xx): machines, database, clock, settings and the program itself."""

from typing import Final

from safety.findings import Code, Severity
from safety.machine_codes import MACHINE_CODES, UNSERVED_DA, UNSERVED_EN


def _refuse(number: str, texts: tuple[str, str], fixes: tuple[str, str], source: str) -> Code:
    return Code(f"DOSE-{number}", Severity.REFUSE, *texts, *fixes, source)


CHECK_FAILED: Final = _refuse(
    "0600",
    (
        "Kontrollen {check} kunne ikke gennemføres ({error}).",
        "The check {check} could not be carried out ({error}).",
    ),
    (
        "Intet går videre uden den. Meld fejlen med kode og kontrol.",
        "Nothing goes on without it. Report the fault with its code and check.",
    ),
    "a check that cannot run has failed",
)
OLDER_RECORD: Final = _refuse(
    "0601",
    (
        "{machine} har haft ordre {had}, men databasen kender ingen over {known}: den er ældre end maskinen.",
        "{machine} has had order {had}, but the database knows none above {known}: it is older than the machine.",
    ),
    (
        "Maskinen betjenes ikke. Brug den rigtige database, eller følg vejledningen efter en genskabelse.",
        "The machine is not served. Use the right database, or follow the guide to restoring one.",
    ),
    "H21",
)
FENCED_OFF: Final = _refuse(
    "0602",
    (
        "En anden styring har overtaget {machine}.",
        "Another controller has taken {machine} over.",
    ),
    (
        "Find ud af, hvor den kører; kun én må. Stop denne, eller stop den anden og genstart denne.",
        "Find out where it runs; there may be only one. Stop this one, or stop the other and restart this one.",
    ),
    "H20",
)
UNFIT_MACHINE: Final = _refuse(
    "0603",
    (
        "{machine} mangler {missing}, så ingen af dens poser kunne bevises.",
        "{machine} has no {missing}, so no pouch of it could be proven.",
    ),
    (
        "Maskinen betjenes ikke. Få det, der mangler, slået til af leverandøren.",
        "The machine is not served. Have its vendor switch on what is missing.",
    ),
    "C17; H25",
)
STRANGE_POUCH: Final = _refuse(
    "0604",
    (
        "{machine} har pakket pose {pouch} af ordre {order}, som ikke er i gang.",
        "{machine} packed pouch {pouch} of order {order}, which is not under way.",
    ),
    (UNSERVED_DA, UNSERVED_EN),
    "C17; H25",
)
DOUBLE_POUCH: Final = _refuse(
    "0605",
    (
        "{machine} melder pose {pouch} af rulle {roll} pakket en gang til (film {film}).",
        "{machine} reports pouch {pouch} of roll {roll} packed a second time (film {film}).",
    ),
    (UNSERVED_DA, UNSERVED_EN),
    "C2; H01",
)
MISSING_EVIDENCE: Final = _refuse(
    "0606",
    (
        "{machine} kalder pose {pouch} af rulle {roll} pakket, men dens egne hændelser viser det ikke ({codes}).",
        "{machine} calls pouch {pouch} of roll {roll} packed, but its own events do not show it ({codes}).",
    ),
    (UNSERVED_DA, UNSERVED_EN),
    "C17; H25",
)
CLOCK_BACK: Final = _refuse(
    "0607",
    (
        "Uret viser {now}, men der er noteret noget kl. {recorded}: det er stillet tilbage.",
        "The clock shows {now}, but something was recorded at {recorded}: it was set back.",
    ),
    (
        "Ret uret. Bekræft derefter tiden: dispenser safety confirm-clock.",
        "Put the clock right. Then confirm the time: dispenser safety confirm-clock.",
    ),
    "H30",
)
CLOCK_AHEAD: Final = _refuse(
    "0608",
    (
        "Uret viser {now}, {days} dage efter det sidst noterede ({recorded}): uret eller databasen er forkert.",
        "The clock shows {now}, {days} days after the last record ({recorded}): clock or database is the wrong one.",
    ),
    (
        "Se efter, at både ur og database er de rigtige. Bekræft derefter tiden: dispenser safety confirm-clock.",
        "See that clock and database are the right ones. Then confirm the time: dispenser safety confirm-clock.",
    ),
    "H30; H21",
)
NOT_DURABLE: Final = _refuse(
    "0609",
    (
        "Databasen har {setting} = {value} i stedet for {needed}: en strømafbrydelse ville tabe det noterede.",
        "The database has {setting} = {value} instead of {needed}: a power cut would lose what was recorded.",
    ),
    (
        "Brug en lokal disk og en database, hvor {setting} er {needed}.",
        "Use a local disk, and a database in which {setting} is {needed}.",
    ),
    "H31",
)
DISK_FULL: Final = _refuse(
    "0610",
    (
        "Der er {free} MB ledigt på databasens disk; der skal mindst være {least} MB.",
        "The disk of the database has {free} MB free; at least {least} MB are needed.",
    ),
    (
        "Skaf plads. Der planlægges og sendes intet så længe; det, maskinerne er i gang med, noteres.",
        "Make room. Nothing is planned or sent until then; what the machines are at work on is recorded.",
    ),
    "H31",
)
MIXED_FLEET: Final = _refuse(
    "0611",
    (
        "Simulerede maskiner ({simulated}) står i samme database som rigtige ({real}).",
        "Simulated machines ({simulated}) stand in one database with real ones ({real}).",
    ),
    (
        "Giv simulerede maskiner deres egen database.",
        "Give simulated machines a database of their own.",
    ),
    "H33",
)
DEMONSTRATION_CATALOGUE: Final = _refuse(
    "0612",
    (
        "Rigtige maskiner ({real}) må ikke pakke efter demonstrationskataloget.",
        "Real machines ({real}) must not pack from the demonstration catalogue.",
    ),
    (
        "Angiv stedets egen prisliste som catalogue i indstillingerne.",
        "Name the site's own price list as catalogue in the settings.",
    ),
    "H33",
)
DEMONSTRATION_RULES: Final = _refuse(
    "0613",
    (
        "Regelpakken {rules} er ikke klinisk, og der er rigtige maskiner ({real}).",
        "The rules {rules} are not clinical ones, and there are real machines ({real}).",
    ),
    (
        "Underskriv en klinisk regelpakke, og slå demonstrationsreglerne fra.",
        "Sign a clinical rule pack, and switch the demonstration rules off.",
    ),
    "H33; H16",
)
ROWS_LOST: Final = _refuse(
    "0614",
    (
        "Opgraderingen ville have fjernet {lost} af {before} rækker i {table}; intet er ændret.",
        "The upgrade would have removed {lost} of {before} rows of {table}; nothing was changed.",
    ),
    (
        "Brug den gamle version videre, og meld fejlen.",
        "Go on with the old version, and report the fault.",
    ),
    "H34",
)
AUDIT_BROKEN: Final = _refuse(
    "0615",
    (
        "Revisionssporets post {number} passer ikke til den før: nogen har ændret i databasen.",
        "Record {number} of the audit trail does not fit the one before: somebody has changed the database.",
    ),
    (
        "Stop, gem en kopi af databasen, og find ud af, hvem der har haft adgang til den.",
        "Stop, keep a copy of the database, and find out who has had access to it.",
    ),
    "H32",
)
DAMAGED: Final = _refuse(
    "0616",
    (
        "Databasefilen er beskadiget: {what}.",
        "The database file is damaged: {what}.",
    ),
    (
        "Stop, gem filen, og genskab den sidste gode kopi efter vejledningen.",
        "Stop, keep the file, and restore the last good copy as the guide says.",
    ),
    "H31",
)
JOURNAL_LOST: Final = _refuse(
    "0617",
    (
        "Journalen fra {machine} mangler noget: {entry} følger ikke {before}.",
        "The journal of {machine} lost something: {entry} does not follow {before}.",
    ),
    (
        "Maskinen betjenes ikke, før journalen hænger sammen. Tag dens poser siden sidste hele rulle fra.",
        "The machine is not served until its journal is whole. Set aside its pouches since the last whole roll.",
    ),
    "C17; H25",
)
STRAY_DROP: Final = _refuse(
    "0618",
    (
        "{machine} har ladet {product} falde til pose {pouch} af ordre {order}, uden at den pose var åben.",
        "{machine} let {product} fall for pouch {pouch} of order {order} while that pouch was not open.",
    ),
    (UNSERVED_DA, UNSERVED_EN),
    "C17; H25",
)

SITE_CODES: Final = (
    CHECK_FAILED,
    OLDER_RECORD,
    FENCED_OFF,
    UNFIT_MACHINE,
    STRANGE_POUCH,
    DOUBLE_POUCH,
    MISSING_EVIDENCE,
    CLOCK_BACK,
    CLOCK_AHEAD,
    NOT_DURABLE,
    DISK_FULL,
    MIXED_FLEET,
    DEMONSTRATION_CATALOGUE,
    DEMONSTRATION_RULES,
    ROWS_LOST,
    AUDIT_BROKEN,
    DAMAGED,
    JOURNAL_LOST,
    STRAY_DROP,
    *MACHINE_CODES,
)
