"""Pages of the local panel."""
