"""Dated reference tables: who held which address when, how long records are kept, which clock a country shows."""

from __future__ import annotations
