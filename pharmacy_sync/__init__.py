"""What other systems push to us and get back: FHIR, FMK, product catalogues."""
