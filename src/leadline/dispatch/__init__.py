"""What leaves the building and what comes back: drafts, approvals, packages, clocks, returns; each step a log entry."""

from __future__ import annotations
