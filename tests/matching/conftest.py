"""The desk at which hashes are matched."""

from __future__ import annotations

from tests.devices.desk import desk

__all__ = ["desk"]
