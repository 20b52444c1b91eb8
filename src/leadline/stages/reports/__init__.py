"""Providers' reports about accounts, addresses and files, without a word of their free text."""

from __future__ import annotations
