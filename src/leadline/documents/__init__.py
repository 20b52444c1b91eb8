"""Pages and sheets for people: the same content gives the same bytes, and no text from evidence acts on its reader."""

from __future__ import annotations
