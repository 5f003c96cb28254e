"""HTTP API and panel."""
