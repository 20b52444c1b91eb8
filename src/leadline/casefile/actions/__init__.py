"""The verbs of the case file: one function each, one durable transaction, its audit entry inside."""

from __future__ import annotations
