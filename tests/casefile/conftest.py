"""The cast of the case file's tests: police, who work, and customs, who must see nothing of it."""

from __future__ import annotations

import pytest

from tests.desk_cast import Evidence, Staff, evidence_of, staff_of


@pytest.fixture
def police(db: None) -> Staff:
    """The staff of the agency that works."""
    return staff_of("police")


@pytest.fixture
def customs(db: None) -> Staff:
    """The staff of another agency."""
    return staff_of("customs", "customs")


@pytest.fixture(scope="session")
def tip() -> Evidence:
    """A tip of the police, complete."""
    return evidence_of("police")


@pytest.fixture(scope="session")
def their_tip() -> Evidence:
    """A tip of customs, complete."""
    return evidence_of("customs")
