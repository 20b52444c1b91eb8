"""A device's files or a listing of them: read without a trace, hashed, and written down entry by entry."""

from __future__ import annotations
