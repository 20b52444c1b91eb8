"""Reading what was found: answers for the command line and, later, the desk; writes only the log entry."""

from __future__ import annotations
