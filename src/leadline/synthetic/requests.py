"""Every request that the invented logs hold, as a web server and as an app gateway write it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from leadline.synthetic.accesses import ACTIONS, DELETE, DOWNLOAD, LIST, PEEK, SHARE, UPLOAD, VIEW
from leadline.synthetic.collection import object_keys

if TYPE_CHECKING:
    from leadline.synthetic.chance import Ints

CACHE_KEY = "k1"
_SHAPES = {
    VIEW: ("GET", ""),
    DOWNLOAD: ("GET", "/raw?from=list"),
    UPLOAD: ("PUT", ""),
    SHARE: ("POST", "/share"),
    DELETE: ("DELETE", ""),
    PEEK: ("HEAD", ""),
}
_PAGES = 400
_LISTINGS = 6
_OTHER_LISTINGS = 3


class Requests:
    """All requests by number: for objects, action by action; then listings; then pages that are neither.

    Objects from ``listed`` to ``listed + unlisted`` stand in no inventory: the first half of them was put into the
    cache all the same, the rest lies in other caches.
    """

    def __init__(self, listed: int) -> None:
        self.listed = listed
        self.unlisted = max(20, listed // 4)
        self.objects = listed + self.unlisted
        self.keys = object_keys(np.arange(self.objects))
        self._lists_from = len(ACTIONS) * self.objects
        self._pages_from = self._lists_from + _LISTINGS + _OTHER_LISTINGS
        self.texts, self.words, self.items = self._written()

    def of_objects(self, action: Ints, item: Ints) -> Ints:
        """Numbers of requests for objects."""
        return action * self.objects + item

    def of_listings(self, lot: Ints) -> Ints:
        """Numbers of requests that list the cache, one of its pages each."""
        return self._lists_from + lot % _LISTINGS

    def of_other_listings(self, lot: Ints) -> Ints:
        """Numbers of requests that list another cache."""
        return self._lists_from + _LISTINGS + lot % _OTHER_LISTINGS

    def of_pages(self, lot: Ints) -> Ints:
        """Numbers of requests that have nothing to do with any cache."""
        return self._pages_from + lot % _PAGES

    def stray(self, lot: Ints) -> Ints:
        """Objects that stand in no inventory and were put into the cache."""
        return self.listed + lot % (self.unlisted // 2)

    def elsewhere(self, lot: Ints) -> Ints:
        """Objects of other caches."""
        half = self.unlisted // 2
        return self.listed + half + lot % (self.unlisted - half)

    def _written(self) -> tuple[Any, Any, Any]:
        keys = self.keys.to_pylist()
        places = [self._place(number, key) for number, key in enumerate(keys)]
        texts: list[str] = []
        for action in range(len(ACTIONS)):
            method, ending = _SHAPES.get(action, ("GET", ""))
            texts += [f'{method} {place}{ending} HTTP/1.1" ' for place in places]
        listings = [f"/c/{CACHE_KEY}/list?page={page}" for page in range(_LISTINGS)]
        others = [f"/c/k2/list?page={page}" for page in range(_OTHER_LISTINGS)]
        texts += [f'GET {path} HTTP/1.1" ' for path in (*listings, *others)]
        texts += [_page(number) for number in range(_PAGES)]
        words = [action for action in ACTIONS for _ in keys] + [ACTIONS[LIST]] * (_LISTINGS + _OTHER_LISTINGS)
        items = keys * len(ACTIONS) + [CACHE_KEY] * _LISTINGS + ["k2"] * _OTHER_LISTINGS
        return pa.array(texts), pa.array(words), pa.array(items)

    def _place(self, number: int, key: str) -> str:
        within = CACHE_KEY if number < self.listed + self.unlisted // 2 else f"k{2 + number % 7}"
        return f"/c/{within}/o/{key}"


def _page(number: int) -> str:
    if number % 40 == 0:
        return 'HEAD / HTTP/1.1" '
    if number % 40 == 1:
        return 'POST /session HTTP/1.1" '
    if number % 40 == 2:
        return f'GET /find?q=\\"page {number}\\" HTTP/1.1" '
    return f'GET /{("assets", "help", "news", "fonts")[number % 4]}/{number:03d}.html HTTP/1.1" '
