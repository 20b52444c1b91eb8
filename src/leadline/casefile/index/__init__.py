"""The disposable copy of a run's candidates per agency, for lists that must be quick; nothing is decided on it."""

from __future__ import annotations
