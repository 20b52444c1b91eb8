"""From a provider's tip bundle to sealed exhibits and the inventory's records."""

from __future__ import annotations
