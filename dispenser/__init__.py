"""Controller of a fleet of dose-dispensing machines: from pushed medication plan to proven pouch."""
