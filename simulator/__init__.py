"""Dose-dispensing machines that can be wrong, behind the same wires as steel."""
