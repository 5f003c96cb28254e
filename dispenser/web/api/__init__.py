"""HTTP interfaces for other systems."""
