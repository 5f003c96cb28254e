"""Every check by what it looks at: add a row to the file it belongs to; `safety.registry` has them all."""
