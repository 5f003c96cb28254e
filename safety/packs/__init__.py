"""Rule packs that are shipped: one for demonstration, and the schema by which an editor checks a pack."""

from importlib.resources import files


def demonstration_text() -> str:
    """Return the rule pack for demonstration as TOML; its rules are for no patient (`clinical = false`)."""
    return files("safety.packs").joinpath("demonstration.toml").read_text(encoding="utf-8")
