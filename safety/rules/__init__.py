"""The kinds of clinical rules, one module each, and what they are made of."""
