"""What the desk answers: short functions, each from a form to an action or from a query to a page."""

from __future__ import annotations
