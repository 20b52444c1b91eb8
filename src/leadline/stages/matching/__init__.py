"""Contents met with the cache and with hash sets: one verdict each, all its sources, and an order to look."""

from __future__ import annotations
