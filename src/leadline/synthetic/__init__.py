"""A seeded inventor of tips with the truth kept apart: one source for the demo, the tests and the error rates.

Everything is plainly invented: addresses in 240.0.0.0/4 and 2001:db8::/32, `example` domains, objects that never
existed. Nothing here opens a connection or reads evidence.
"""

from __future__ import annotations

from leadline.synthetic.inventor import Invented, InventedTable, invent
from leadline.synthetic.scale import SCALES, Scale, scaled

__all__ = ["SCALES", "Invented", "InventedTable", "Scale", "invent", "scaled"]
