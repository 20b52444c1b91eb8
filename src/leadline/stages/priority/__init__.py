"""Ranks accounts as an order of work: gravity from conduct, doubts kept apart, unknowns and the next check."""

from __future__ import annotations
