"""Lines of access logs become accesses and rejects; every line is one or the other."""

from __future__ import annotations
