"""Reads shaped for screens; the actor is an argument, never a filter that may be forgotten."""

from __future__ import annotations
