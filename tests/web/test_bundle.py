"""The committed bundle is the one that `frontend` builds: every digest that the build noted still holds."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_built_and_what_it_was_built_from_are_as_noted(repository: Path) -> None:
    noted = json.loads((repository / "frontend" / "digests.json").read_text(encoding="utf-8"))
    places = {"built": repository / "src/leadline/web/static/desk", "sources": repository / "frontend"}
    changed = [
        name
        for part, folder in places.items()
        for name, digest in noted[part].items()
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != digest
    ]
    assert changed == []


def test_the_style_sheet_loads_nothing_from_elsewhere_and_no_font_that_may_not_be_shipped(repository: Path) -> None:
    text = (repository / "src/leadline/web/static/desk/desk.css").read_text(encoding="utf-8")
    loaded = re.findall(r"""url\(["']?([^"')]{1,40})""", text)
    assert [one for one in loaded if not one.startswith(("inter-", "data:image/svg"))] == []
    assert re.search(r"(?i)gds ?transport", text) is None
