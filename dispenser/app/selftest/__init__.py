"""The product tests its own checks: faults of every kind are put into sound worlds, and every one must be caught."""
