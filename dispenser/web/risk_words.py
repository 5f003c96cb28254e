"""Words of the risk file."""

from typing import Final

from dispenser.web.i18n import N_
from hal.plugins import PluginState
from safety.check import Stage
from safety.findings import Overriding, Severity
from safety.hazards import ControlClass

STAGE_WORDS: Final = {
    Stage.INTAKE: N_("when a plan comes"),
    Stage.BATCH: N_("when a batch is planned"),
    Stage.CANISTER: N_("when a canister is filled"),
    Stage.ORDER: N_("before an order is sent"),
    Stage.POUCH: N_("when a pouch comes out"),
    Stage.RELEASE: N_("before a batch is closed"),
    Stage.SITE: N_("while the site runs"),
}
PLUGIN_WORDS: Final = {
    PluginState.USABLE: N_("can be used"),
    PluginState.LOAD_ERROR: N_("cannot be loaded"),
    PluginState.NOT_A_DRIVER: N_("is no driver"),
    PluginState.WRONG_CONTRACT: N_("speaks another version of the contract"),
    PluginState.DUPLICATE_NAME: N_("has the name of another"),
    PluginState.DUPLICATE_SCHEME: N_("takes the address of another"),
}
CLASS_WORDS: Final = {
    ControlClass.DESIGN: N_("design"),
    ControlClass.PROTECTIVE: N_("protection"),
    ControlClass.INFORMATION: N_("information"),
}
SEVERITY_WORDS: Final = {
    Severity.INFO: N_("told for information"),
    Severity.WARN: N_("told as a warning"),
    Severity.PARK: N_("keeps the line out of pouches"),
    Severity.HOLD: N_("holds the batch"),
    Severity.REFUSE: N_("never let through"),
}
OVERRIDING_WORDS: Final = {
    Overriding.NEVER: N_("nobody"),
    Overriding.PHARMACIST: N_("a pharmacist"),
    Overriding.TWO_PERSONS: N_("two persons"),
}
