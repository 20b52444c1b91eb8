"""The history of the case file's tables."""

from __future__ import annotations
