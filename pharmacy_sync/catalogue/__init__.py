"""Product catalogues: the shipped demonstration and the Danish price list."""
