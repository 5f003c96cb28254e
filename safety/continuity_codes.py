"""Problems at the seam between pouches that exist and pouches that are planned (DOSE-023x)."""

from typing import Final

from safety.findings import Code, Overriding, Severity

GAP_AHEAD: Final = Code(
    "DOSE-0230",
    Severity.HOLD,
    "Borgeren har ingen poser på {days} dage fra {first} til {last}, og ingen pause eller seponering siger hvorfor.",
    "The citizen has no pouches on {days} days from {first} to {last}, and no pause or stop says why.",
    "Planlæg de dage først, eller notér, at borgeren er sat på pause.",
    "Plan those days first, or note that the citizen is on hold.",
    "C5",
    Overriding.PHARMACIST,
)
GAP_BEHIND: Final = Code(
    "DOSE-0231",
    Severity.WARN,
    "Borgeren fik ingen poser på {days} dage fra {first} til {last}, og intet er noteret.",
    "The citizen got no pouches on {days} days from {first} to {last}, and nothing is noted.",
    "Find ud af, hvordan medicinen blev givet, og notér det.",
    "Find out how the medicine was given, and note it.",
    "C5",
)
PHASE_SHIFT: Final = Code(
    "DOSE-0232",
    Severity.HOLD,
    "{product} gives hver {interval}. dag, sidst pakket {last_packed}: næste dato ville være {expected}, "
    "men planen siger {planned}.",
    "{product} is taken in a cycle of {interval} days, last packed for {last_packed}: the next date would be "
    "{expected}, but the plan says {planned}.",
    "Få startdatoen rettet hos lægen, eller bekræft den nye dato (dispenser citizen confirm).",
    "Have the prescriber correct the start date, or confirm the new date (dispenser citizen confirm).",
    "FMK structured dosage: the cycle is anchored to its start date; C6",
    Overriding.PHARMACIST,
)
NOT_DISCARDED: Final = Code(
    "DOSE-0233",
    Severity.HOLD,
    "Poser i brug indeholder {units} stk. af {product} {date} {slot}, som planen ikke har.",
    "Pouches in use hold {units} units of {product} on {date} {slot} that the plan does not have.",
    "Kassér de poser, før der pakkes nye.",
    "Discard those pouches before new ones are packed.",
    "R12, C7",
    Overriding.TWO_PERSONS,
)
DURING_ABSENCE: Final = Code(
    "DOSE-0234",
    Severity.REFUSE,
    "Pose {pouch} er dateret {date}, hvor borgeren er fraværende ({why}).",
    "Pouch {pouch} is dated {date}, when the citizen is away ({why}).",
    "Planlæg batchen igen uden de dage.",
    "Plan the batch again without those days.",
    "R12, C7",
)
BRAND_CHANGED: Final = Code(
    "DOSE-0235",
    Severity.WARN,
    "Ser anderledes ud fra {since}: {before} ({before_looks}) er erstattet af {after} ({after_looks}).",
    "Looks different from {since}: {before} ({before_looks}) is replaced by {after} ({after_looks}).",
    "Giv hjemmeplejen besked sammen med leverancen.",
    "Tell home care with the delivery.",
    "FMK LastPeriodDrugIdentifier; R11",
)
BRAND_TWICE: Final = Code(
    "DOSE-0236",
    Severity.HOLD,
    "{ordination} skifter præparat mere end én gang i perioden: {products}.",
    "{ordination} changes brand more than once in the period: {products}.",
    "Bliv ved det ene præparat perioden ud.",
    "Stay with one brand until the period ends.",
    "R11",
    Overriding.PHARMACIST,
)

CONTINUITY_CODES: Final = (
    GAP_AHEAD,
    GAP_BEHIND,
    PHASE_SHIFT,
    NOT_DISCARDED,
    DURING_ABSENCE,
    BRAND_CHANGED,
    BRAND_TWICE,
)
