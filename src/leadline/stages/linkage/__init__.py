"""Accounts to persons: exact keys first, then weighed evidence, capped so that what many share joins nobody."""
