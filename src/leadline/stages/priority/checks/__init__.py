"""Checks that people make elsewhere and whose answers come back: one file each."""
