"""Reads the dosages of FMK, Denmark's shared medication record: as JSON, as XML 1.4.6 and as XML 1.6.0."""
