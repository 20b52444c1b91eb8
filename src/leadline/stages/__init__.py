"""The rooms of the pipeline, mutually blind: each reads tables and writes tables."""

from __future__ import annotations
