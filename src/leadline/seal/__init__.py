"""Proof: what was sealed stays what it was, and whoever doubts it can check it without trusting us."""

from __future__ import annotations
