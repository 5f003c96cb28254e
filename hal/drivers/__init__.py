"""Drivers we ship; each registers by the entry point group 'hal.drivers'."""
