"""An order and the facts of a run to the files of one package; what each file looks like is a plug-in's."""

from __future__ import annotations
