"""What a check may need beside the driver: somebody who cuts power, breaks the wire, or stands at the machine.

Each hand is optional. A check whose hand is missing is exempt, with the reason, and never passed.
"""

from enum import Enum
from typing import Protocol


class Power(Protocol):
    """Cuts the machine's power: a switched socket, a killed process, or a human."""

    async def cut(self) -> None:
        """Take the power away; nothing of the machine runs when this returns."""
        ...

    async def restore(self) -> None:
        """Give it back; the machine may need a while before it answers."""
        ...


class Tamper(Protocol):
    """Stands on the wire between driver and machine; `sent` counts the bytes that went to the machine so far."""

    @property
    def sent(self) -> int:
        """Bytes that a driver has sent, also those that were swallowed."""
        ...

    def cut(self) -> None:
        """Break every connection, as a pulled plug that is put in again: new ones are taken."""
        ...

    def shut(self) -> None:
        """Break every connection and take no new one until `heal`: the machine is not there."""
        ...

    def stall(self) -> None:
        """Swallow both ways and keep the connections up until `heal`: half open."""
        ...

    def mute(self, after: int = 0) -> None:
        """Swallow what the machine says until `heal`, from `after` more bytes to the machine on."""
        ...

    def heal(self) -> None:
        """Let everything through again; what was swallowed is lost."""
        ...


class Deed(Enum):
    """What a human at the machine is asked to do: (English, Danish). `{bay}` is the number of a bay."""

    PULL_CANISTER = ("Pull the canister out of bay {bay}.", "Tag beholderen ud af plads {bay}.")
    RETURN_CANISTER = (
        "Put the canister of bay {bay} back and clear the alarm.",
        "Sæt beholderen tilbage i plads {bay} og kvittér alarmen.",
    )
    WRONG_CANISTER = (
        "Put a canister of another product into bay {bay}.",
        "Sæt en beholder med et andet produkt i plads {bay}.",
    )
    EMPTY_CANISTER = (
        "Let the canister in bay {bay} run empty: take its pills out.",
        "Lad beholderen i plads {bay} løbe tom: tag tabletterne ud.",
    )
    OPEN_DOOR = ("Open the door.", "Åbn døren.")
    CLOSE_DOOR = ("Close the door and clear the alarm.", "Luk døren og kvittér alarmen.")
    EMERGENCY_STOP = ("Press the emergency stop.", "Tryk på nødstop.")
    RELEASE_STOP = ("Release the emergency stop and clear the alarm.", "Frigør nødstop og kvittér alarmen.")
    FILM_OUT = ("Cut the film, so that the roll is at its end.", "Klip filmen over, så rullen er slut.")
    NEW_FILM = ("Put in a new film roll and clear the alarm.", "Sæt en ny filmrulle i og kvittér alarmen.")
    RIBBON_OUT = ("Tear the ribbon.", "Riv farvebåndet over.")
    NEW_RIBBON = ("Put in a new ribbon and clear the alarm.", "Sæt et nyt farvebånd i og kvittér alarmen.")
    BLOCK_TAKE_UP = ("Block the take-up, as if it were full.", "Blokér oprulleren, som om den var fuld.")
    FREE_TAKE_UP = ("Free the take-up and clear the alarm.", "Frigør oprulleren og kvittér alarmen.")

    def text(self, bay: int, language: str = "en") -> str:
        """Return the request in a language: da, or English."""
        english, danish = self.value
        return (danish if language == "da" else english).format(bay=bay)


class Operator(Protocol):
    """Somebody at the machine."""

    async def do(self, deed: Deed, bay: int = 0) -> bool:
        """Ask for a deed and wait until it is done; False when it cannot be done on this machine."""
        ...


class Flaw(Enum):
    """What a simulated machine is asked to do wrong, once, where its own sensors see it."""

    MISCOUNT = "miscount"
    """Two pills fall where one was commanded, and the sensor sees both."""
    COLD_SEAL = "cold seal"
    REJECT = "inspection reject"
    BLANK_PRINT = "blank print"
    JAM = "jam"
    CLOCK_BACK = "clock back"
    """The machine's own clock steps back."""


class Inject(Protocol):
    """Makes a simulated machine do something wrong."""

    async def flaw(self, flaw: Flaw) -> bool:
        """Put `flaw` in, for the next pouch; False when this machine cannot do it."""
        ...


class Hand(Enum):
    """Hands by name: (why a check without it is exempt, in English and Danish)."""

    POWER = (
        "nothing here can cut the machine's power",
        "intet her kan afbryde maskinens strøm",
    )
    TAMPER = (
        "the URI has no host and port to stand between",
        "URI'en har ingen vært og port at stå imellem",
    )
    OPERATOR = (
        "nobody stands at the machine",
        "ingen står ved maskinen",
    )
    INJECT = (
        "the machine is not simulated",
        "maskinen er ikke simuleret",
    )

    def why_missing(self, language: str = "en") -> str:
        """Return why a check that needs the hand is exempt."""
        english, danish = self.value
        return danish if language == "da" else english
