"""The cache through time: what it held at any instant, who added what, and what stood there at each access."""

from __future__ import annotations
