"""Words and limits of each wire, no code; the one part of this package that a simulator may see."""
