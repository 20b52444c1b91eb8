"""The register of partners: who may receive packages, for which jurisdictions, under which keys and assurance."""

from __future__ import annotations
