"""What the provider knows about each account, and what each account did with the cache."""

from __future__ import annotations
