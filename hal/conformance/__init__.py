"""Checks that any driver must pass, shipped for machine vendors."""
