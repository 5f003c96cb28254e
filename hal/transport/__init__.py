"""Bytes to and from a machine."""
