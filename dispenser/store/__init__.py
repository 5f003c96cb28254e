"""Rows and transactions; returns core types, commits nowhere."""
