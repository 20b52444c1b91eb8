"""The desk in a browser: a Django site over the case file and the evidence."""

from __future__ import annotations
