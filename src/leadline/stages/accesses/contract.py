"""What a log format promises; a plug-in of this stage imports nothing else of Leadline."""

from __future__ import annotations

from leadline.reading.formats import LOG_FORMATS, Example, LogFormat
from leadline.reading.layouts import FieldsLayout, ObjectLayout, PatternLayout, Piece, literal, quoted, token

__all__ = [
    "LOG_FORMATS",
    "Example",
    "FieldsLayout",
    "LogFormat",
    "ObjectLayout",
    "PatternLayout",
    "Piece",
    "literal",
    "quoted",
    "token",
]
