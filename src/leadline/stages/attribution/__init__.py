"""Attribution: which network an address belonged to at that moment, where an account belongs, what to ask whom."""

from __future__ import annotations
