"""Forms of report: one file each, with its own examples."""

from __future__ import annotations
