"""Hash sets: dated, stored keyed, so that a copied store answers nothing."""

from __future__ import annotations
