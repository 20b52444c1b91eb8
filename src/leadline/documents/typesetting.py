"""PDF by typst: accessible (PDF/UA-1), dated by its content and not by the clock, without the machine's fonts.

The content travels as data beside the template and never as its text, so that nothing in evidence can be markup. What
the fonts that come with typst cannot show is written as an escape: it would end the setting of the whole document.
"""

from __future__ import annotations

import json
import re
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Protocol, cast

from leadline.errors import LeadlineError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_INVISIBLE_KEPT = "\n\t"
_SPANS = ((0x20, 0x500), (0x1E00, 0x1FFF), (0x2010, 0x2041), (0x20A0, 0x20C1), (0x2190, 0x2300))
"""Latin, Greek and Cyrillic, their marks, and signs: every printable character here was set and shown, one by one."""
_SHOWN = "".join(char for span in _SPANS for char in map(chr, range(*span)) if char.isprintable())
_NOT_SHOWN = re.compile(f"[^{re.escape(_INVISIBLE_KEPT + _SHOWN)}]")


class _Compiler(Protocol):
    def compile(self, input: bytes, **options: Any) -> bytes: ...  # noqa: A002  typst's own name


class Typesetter:
    """One typst compiler for several documents of one template; fonts are read once."""

    def __init__(self, room: str, template: str) -> None:
        """``template`` is the name of a `.typ` file in the package ``room``; it reads its content from `sys.inputs`."""
        import typst  # here, because the command line starts without it

        self._source = files(room).joinpath(template).read_bytes()
        self._compiler = cast("_Compiler", typst.Compiler(self._source, ignore_system_fonts=True))

    def pdf(self, content: Mapping[str, object], *, at: datetime) -> bytes:
        """The document; ``at`` (with a zone) is its date. The same content and date give the same bytes."""
        data = json.dumps(_printable(content), ensure_ascii=False)
        try:
            return self._compiler.compile(
                self._source,
                format="pdf",
                sys_inputs={"content": data},
                pdf_standards="ua-1",
                timestamp=int(at.timestamp()),
            )
        except RuntimeError as error:
            raise LeadlineError(f"The PDF could not be set: {error}.") from error
        except BaseException as error:
            # A fault in typst's own code is no `Exception`, and would end the worker.
            if type(error).__name__ != "PanicException":
                raise
            raise LeadlineError("The PDF could not be set: typst failed.") from error


def _printable(value: object) -> object:
    """Control and invisible characters as escapes, and all that no font shows: they would vanish on paper, or more."""
    match value:
        case str():
            return _NOT_SHOWN.sub(_escaped, value)
        case dict():
            return {key: _printable(item) for key, item in value.items()}
        case list() | tuple():
            return [_printable(item) for item in value]
    return value


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape", "backslashreplace").decode()
