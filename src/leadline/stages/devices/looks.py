"""What pictures and videos look like, as perceptual hashes; copies of a content are decoded once."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Self

from leadline.stages.devices.decoding import MOST_FRAMES
from leadline.stages.devices.perceptual import Frame, MediaHasher

if TYPE_CHECKING:
    from types import TracebackType

    from leadline.stages.devices.contract import Notes
    from leadline.stages.devices.hashing import Hashed

_REMEMBERED = 100_000
"""Perceptual hashes that are kept for copies to come."""

Answer = tuple[Frame, ...] | str


class Looks:
    """Asks the decoder about each content once; what has none goes to the notes with its reason."""

    def __init__(self, notes: Notes) -> None:
        self._notes, self._hasher = notes, MediaHasher()
        self._seen: OrderedDict[str, Answer] = OrderedDict()
        self._held = 0

    def __enter__(self) -> Self:
        self._hasher.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hasher.__exit__(kind, error, trace)

    def of(self, hashed: Hashed, media: str) -> tuple[Frame, ...]:
        """The hash of a picture, those of a video's key frames, or none."""
        if not media or hashed.digest is None or hashed.item.opened is None:
            return ()
        answer = self._seen.get(hashed.digest.sha256)
        if answer is None:
            answer = self._asked(hashed, media)
            self._remember(hashed.digest.sha256, answer)
        if isinstance(answer, str):
            self._notes.add(f"{media}-not-hashed", hashed.item.path, answer)
            return ()
        if len(answer) >= MOST_FRAMES:
            self._notes.add("video-hashed-in-part", hashed.item.path, f"the first {MOST_FRAMES} different key frames")
        return answer

    def _asked(self, hashed: Hashed, media: str) -> Answer:
        if hashed.item.opened is None or hashed.digest is None:
            return "has no content"
        try:
            with hashed.item.opened() as stream:
                return self._hasher.hash(stream, hashed.digest.bytes, media=media)
        except OSError as error:
            return error.strerror or "cannot be read"

    def _remember(self, sha256: str, answer: Answer) -> None:
        self._seen[sha256] = answer
        self._held += _weight(answer)
        while self._held > _REMEMBERED:
            self._held -= _weight(self._seen.popitem(last=False)[1])


def _weight(answer: Answer) -> int:
    return max(1, len(answer)) if isinstance(answer, tuple) else 1
