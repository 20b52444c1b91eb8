"""The command line: thin commands over the pipeline and the inquiry room."""

from __future__ import annotations
