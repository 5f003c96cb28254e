"""AllergyIntolerances as home care sends them."""

from tests.support.fhir import Json


def allergy(name: str = "a1", *, code: Json | None = None) -> Json:
    """Penicillin by ATC code, unless told otherwise."""
    penicillin: Json = {"coding": [{"system": "http://www.whocc.no/atc", "code": "J01CA04"}], "text": "Penicillin"}
    return {
        "resourceType": "AllergyIntolerance",
        "id": name,
        "code": penicillin if code is None else code,
        "patient": {"reference": "Patient/p1"},
    }


def in_words(name: str, words: str) -> Json:
    return allergy(name, code={"text": words})


def clinical(*codes: str) -> Json:
    return {"clinicalStatus": _status("clinical", codes)}


def verification(*codes: str) -> Json:
    return {"verificationStatus": _status("verification", codes)}


def _status(kind: str, codes: tuple[str, ...]) -> Json:
    system = f"http://terminology.hl7.org/CodeSystem/allergyintolerance-{kind}"
    return {"coding": [{"system": system, "code": code} for code in codes]}
