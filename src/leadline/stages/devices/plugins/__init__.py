"""One file a kind of source; each says what it recognises."""

from __future__ import annotations
