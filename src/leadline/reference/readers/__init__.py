"""Readers of address tables, one file a layout; the registry finds them, nobody imports them by name."""

from __future__ import annotations
