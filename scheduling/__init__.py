"""When periods fall due, and which machine packs which roll."""
