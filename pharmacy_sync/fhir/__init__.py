"""FHIR R4: wire models, pure mapping to plans, and answers."""
