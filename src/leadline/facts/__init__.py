"""Facts: what a machine derived from sealed evidence, declared once, written once, recomputable."""

from __future__ import annotations
