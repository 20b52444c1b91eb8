"""The field's words as types; standard library only."""

from __future__ import annotations
