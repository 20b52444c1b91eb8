"""The desk at which devices are examined."""

from __future__ import annotations

from tests.devices.desk import desk

__all__ = ["desk"]
