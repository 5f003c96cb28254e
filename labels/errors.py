"""Why a label is not made.

LabelError
+-- ContentError      a value that no label may carry
+-- SymbolError       machine-readable code that is not one of ours, or does not read back
+-- ReadbackError     a finished page does not say what was to be printed
+-- LayoutError       the content does not fit the page at a readable size
+-- GlyphError        the font has no picture for a character

Whoever asks for a label holds the pouch on any of these: nothing is cut, shrunk or replaced.
"""

import unicodedata


class LabelError(ValueError):
    """Anything that keeps a label from being made; the message names no citizen."""


class ContentError(LabelError):
    """A value that no label may carry, such as an invisible character or an empty name."""


class SymbolError(LabelError):
    """Not the machine-readable code of a pouch of ours."""


class ReadbackError(LabelError):
    """The finished document does not say what was to be printed; it names page and line, not what they say."""


class LayoutError(LabelError):
    """The content does not fit the page at a readable size."""


class GlyphError(LabelError):
    """The font has no picture for `character`."""

    def __init__(self, character: str) -> None:
        """Name the character, by code point and Unicode name."""
        name = unicodedata.name(character, "unnamed")
        super().__init__(f"the label font cannot print U+{ord(character):04X} {name}")
        self.character = character
