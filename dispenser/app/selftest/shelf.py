"""The shelf of the self-test: invented medicines with everything that makes a medicine hard to pack right."""

from typing import Final

from dispenser.core.dosage import ClockTime
from dispenser.core.ids import MachineId, ProductId
from dispenser.core.product import Catalogue, Partable, Product
from dispenser.core.slots import SlotTable
from dispenser.core.stock import LoadedCanister, MachineStock

TABLETS: Final = ("tablet", "tabletter")
CAPSULES: Final = ("kapsel", "kapsler")
POUCH_UNITS: Final = 8
POUCH_VOLUME_MM3: Final = 2_400
TRAY_CELLS: Final = 600
CANISTER_UNITS: Final = 2_000


def _product(
    number: int,
    name: str,
    strength: str,
    atc: str,
    volume_mm3: int,
    *,
    form: str = "tabletter",
    partable: Partable = Partable.INDIVISIBLE,
    separate: bool = False,
    tray_only: bool = False,
    group: str = "",
    short_name: str = "",
) -> Product:
    return Product(
        product_id=ProductId(f"2890000{number:04d}"),
        name=name,
        form=form,
        strength=strength,
        atc=atc,
        short_name=short_name or f"{name} {strength}",
        units=CAPSULES if "kaps" in form else TABLETS,
        partable=partable,
        dispensable=True,
        solid_oral=True,
        separate_pouch=separate,
        tray_only=tray_only,
        substitution_group=group,
        appearance="hvid, rund",
        appearance_invented=True,
        volume_mm3=volume_mm3,
    )


ALFENOL: Final = _product(1, "Alfenol", "2,5 mg", "C07AB07", 120, partable=Partable.HALVES, group="alfenol 2,5")
ALFENOL_NORD: Final = _product(
    2, "Alfenol Nord", "2,5 mg", "C07AB07", 120, partable=Partable.HALVES, group="alfenol 2,5"
)
ALFENOL_SYD: Final = _product(3, "Alfenol Syd", "2,5 mg", "C07AB07", 120, partable=Partable.HALVES, group="alfenol 2,5")
ALFENOL_STRONG: Final = _product(4, "Alfenol", "25 mg", "C07AB07", 120, partable=Partable.HALVES)
BETANIL: Final = _product(5, "Betanil", "50 mg", "C09CA01", 90, partable=Partable.QUARTERS)
BETANIL_STRONG: Final = _product(6, "Betanil", "150 mg", "C09CA01", 90, partable=Partable.QUARTERS)
GAMMAPIN: Final = _product(7, "Gammapin", "100 mg", "C07AB02", 150)
GAMMAPIN_DEPOT: Final = _product(
    8, "Gammapin", "100 mg", "C07AB02", 150, form="depottabletter", short_name="Gammapin 100 mg depot"
)
DELTAZID: Final = _product(9, "Deltazid", "20 mg", "A02BC01", 200, form="kapsler")
EPSILOL: Final = _product(10, "Epsilol", "500 mg", "N02BE01", 640, partable=Partable.HALVES)
ZETAMIN: Final = _product(11, "Zetamin", "7,5 mg", "N06AX11", 110, tray_only=True)
ETASOL: Final = _product(12, "Etasol", "1 mg", "A11CC05", 100, separate=True)
THETAN: Final = _product(13, "Thetan", "10 mg", "C10AA01", 130)
IOTREXAT: Final = _product(14, "Iotrexat", "2,5 mg", "L04AX03", 95)
KAPPADON: Final = _product(15, "Kappadon", "7,5 mg", "H02AB06", 80, partable=Partable.QUARTERS)
LITHORIN: Final = _product(16, "Lithorin", "300 mg", "N05AN01", 140)
MYKOZOL: Final = _product(17, "Mykozol", "100 mg", "J02AC02", 160)
THEXAN: Final = _product(18, "Thexan", "20 mg", "C10AA05", 130)

SHELF: Final = Catalogue(
    "selftest-1",
    {
        product.product_id: product
        for product in (
            ALFENOL,
            ALFENOL_NORD,
            ALFENOL_SYD,
            ALFENOL_STRONG,
            BETANIL,
            BETANIL_STRONG,
            GAMMAPIN,
            GAMMAPIN_DEPOT,
            DELTAZID,
            EPSILOL,
            ZETAMIN,
            ETASOL,
            THETAN,
            IOTREXAT,
            KAPPADON,
            LITHORIN,
            MYKOZOL,
            THEXAN,
        )
    },
)
"""Two strengths and three brands of one medicine, a depot tablet beside a plain one, a large one, and so on."""

OTHER_STRENGTH: Final = {
    ALFENOL.product_id: ALFENOL_STRONG.product_id,
    BETANIL.product_id: BETANIL_STRONG.product_id,
    BETANIL_STRONG.product_id: BETANIL.product_id,
}
OTHER_FORM: Final = {
    GAMMAPIN.product_id: GAMMAPIN_DEPOT.product_id,
    GAMMAPIN_DEPOT.product_id: GAMMAPIN.product_id,
}
OTHER_BRANDS: Final = {ALFENOL.product_id: (ALFENOL_NORD.product_id, ALFENOL_SYD.product_id)}

_IN_BAYS: Final = (
    ALFENOL,
    ALFENOL_STRONG,
    BETANIL,
    BETANIL_STRONG,
    GAMMAPIN,
    GAMMAPIN_DEPOT,
    DELTAZID,
    EPSILOL,
    ETASOL,
    THETAN,
    ALFENOL,
)
"""Every product that sits in a canister, by bay; one of them twice, two of the shelf in none."""


_TIMES: Final = tuple(ClockTime(hour, 0) for hour in (6, 9, 12, 15, 18, 21, 23))
SLOTS: Final = SlotTable(
    "selftest-1",
    "Farmaceut Kirsten Holm",
    plain={**SlotTable().plain, **{count: _TIMES[:count] for count in range(5, len(_TIMES) + 1)}},
)
"""The built-in times, and times for up to seven plain doses a day, as a site signs them."""


def machine() -> MachineStock:
    """Return the machine of the self-test with full canisters."""
    canisters = tuple(
        LoadedCanister(bay, f"K{bay:03d}", f"F{bay:03d}-1", product.product_id, CANISTER_UNITS)
        for bay, product in enumerate(_IN_BAYS, start=1)
    )
    return MachineStock(MachineId("selftest"), canisters, TRAY_CELLS, POUCH_UNITS, POUCH_VOLUME_MM3)
