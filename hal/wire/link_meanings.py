"""Why a link to a machine is not made, in Danish and English, and what to do about it."""

from typing import Final

from hal.wire import certificates as codes
from hal.wire.meanings import Meaning

LINK: Final = {
    codes.BAD: Meaning(
        "Certifikatet duer ikke",
        "The certificate is no good",
        "Det er intet certifikat, eller et, som de sikre forbindelser ikke tillader.",
        "It is no certificate, or one that secure connections do not allow.",
        "Lav et nyt certifikat på den, der viser det: RSA på mindst 2048 bit, SHA-256.",
        "Make a new certificate on the side that shows it: RSA of at least 2048 bits, SHA-256.",
    ),
    codes.EXPIRED: Meaning(
        "Certifikatet er udløbet",
        "The certificate has expired",
        "Maskinens certifikat gælder ikke længere.",
        "The machine's certificate is no longer valid.",
        "Lav et nyt på maskinen, og lad to personer godkende dets fingeraftryk; se også styringens ur efter.",
        "Make a new one on the machine and let two people approve its fingerprint; check the controller's clock too.",
    ),
    codes.NOT_YET_VALID: Meaning(
        "Certifikatet gælder ikke endnu",
        "The certificate is not valid yet",
        "Maskinens certifikat gælder først senere.",
        "The machine's certificate is valid later only.",
        "Se styringens og maskinens ur efter; et af dem går forkert.",
        "Check the controller's clock and the machine's; one of them is wrong.",
    ),
    codes.WRONG_URI: Meaning(
        "Certifikatet er en andens",
        "The certificate is somebody else's",
        "Certifikatet er udstedt til et andet program end det, der viser det.",
        "The certificate is made out to another application than the one that shows it.",
        "Lav et certifikat til maskinens egen programadresse (application URI).",
        "Make a certificate for the machine's own application URI.",
    ),
    codes.UNTRUSTED: Meaning(
        "Certifikatet er ikke godkendt",
        "The certificate is not trusted",
        "Ingen har godkendt maskinens certifikat på denne styring.",
        "Nobody has trusted the machine's certificate on this controller.",
        "Sammenlign fingeraftrykket med maskinens, to personer hver for sig, og godkend det så.",
        "Compare the fingerprint with the machine's, two people each on their own, and then trust it.",
    ),
    codes.NO_SECURE_ENDPOINT: Meaning(
        "Maskinen tilbyder ingen sikker forbindelse",
        "The machine offers no secure connection",
        "Den har intet endepunkt, der signerer, krypterer og spørger om en bruger.",
        "It has no endpoint that signs, encrypts and asks for a user.",
        "Slå SignAndEncrypt (Aes256Sha256RsaPss eller Basic256Sha256) med brugernavn til på maskinen.",
        "Turn on SignAndEncrypt (Aes256Sha256RsaPss or Basic256Sha256) with user names on the machine.",
    ),
    codes.LOGIN_REFUSED: Meaning(
        "Maskinen kender ikke brugeren",
        "The machine does not know the user",
        "Brugeren findes ikke på maskinen, eller adgangskoden er en anden.",
        "The user does not exist on the machine, or the password is another.",
        "Opret brugeren på maskinen, og sæt samme bruger og adgangskode i styringens nøglemappe.",
        "Create the user on the machine, and set the same user and password in the controller's folder of keys.",
    ),
    codes.CONTROLLER_REFUSED: Meaning(
        "Maskinen godkender ikke styringen",
        "The machine does not trust the controller",
        "Maskinen tager ikke imod styringens certifikat.",
        "The machine does not take the controller's certificate.",
        "Godkend styringens certifikat (own.der) på maskinen, og se begge ure efter.",
        "Trust the controller's certificate (own.der) on the machine, and check both clocks.",
    ),
    codes.KEYS_UNUSABLE: Meaning(
        "Styringens nøgler kan ikke bruges",
        "The controller's keys cannot be used",
        "Nøglerne til maskinen mangler, er beskadigede, udløbne eller kan læses af andre.",
        "The keys for the machine are missing, damaged, outdated or readable by others.",
        "Ret den fil, der nævnes, eller lav nye nøgler, og godkend dem på maskinen.",
        "Mend the file that is named, or make new keys and trust them on the machine.",
    ),
}
"""Code of `hal.wire.certificates.SECURITY_REFUSALS` to its meaning."""

UNREACHABLE: Final = "UNREACHABLE"
OUTCOME_UNKNOWN: Final = "OUTCOME_UNKNOWN"
PROTOCOL_VIOLATION: Final = "PROTOCOL_VIOLATION"
FAILURES: Final = {
    UNREACHABLE: Meaning(
        "Maskinen kan ikke nås",
        "The machine cannot be reached",
        "Der kunne ikke sendes noget til maskinen.",
        "Nothing could be sent to the machine.",
        "Se, om den er tændt, om kablet sidder, og om adressen er rigtig; styringen prøver selv igen.",
        "See whether it is on, the cable is in and the address is right; the controller tries again by itself.",
    ),
    OUTCOME_UNKNOWN: Meaning(
        "Maskinen svarede ikke på en kommando",
        "The machine did not answer a command",
        "Noget blev sendt, og intet svar kom: det vides ikke, om det er udført.",
        "Something was sent and no answer came: nobody knows whether it was done.",
        "Intet at gøre: der sendes ikke igen, men læses på maskinen. Sker det ofte, så undersøg forbindelsen.",
        "Nothing to do: it is not sent again, the machine is read. If it happens often, look at the link.",
    ),
    PROTOCOL_VIOLATION: Meaning(
        "Maskinens svar kan ikke forstås",
        "The machine's answer cannot be understood",
        "Maskinen svarer noget, som kontrakten ikke tillader.",
        "The machine answers what the contract does not allow.",
        "Se, at det er den rette maskine og driver (dispenser machine check); meld det ellers til leverandøren.",
        "See that machine and driver are the right ones (dispenser machine check); else report it to the vendor.",
    ),
}
"""What a link that failed means; codes are ours, no machine tells them."""
