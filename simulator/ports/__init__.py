"""Wire front ends of a simulated machine."""
