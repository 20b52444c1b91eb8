"""Leadline: from a provider's tip to explained, ranked candidates."""

from __future__ import annotations

__version__ = "0.1.0"
