"""From lines to text, a quarter of a million at a time: dictionaries of pieces, taken and joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from leadline.synthetic import clients
from leadline.synthetic.accesses import NO_SIZE, NO_STATUS
from leadline.synthetic.months import IsoClock, PortalClock

if TYPE_CHECKING:
    from leadline.synthetic.chance import Ints
    from leadline.synthetic.lines import Lines
    from leadline.synthetic.requests import Requests

_BLOCKS = 4096
_HOSTS = 1 << 16


class Format(Protocol):
    """A way to write lines."""

    def text(self, lines: Lines) -> Any:
        """One string a line, its line end included."""


def account_keys(count: int) -> Any:
    """The keys of the first ``count`` accounts; no two alike, and no order in them."""
    numbers = (np.arange(count) * 7_654_321 + 1_234_567) % 10_000_000
    padded = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width=7, padding="0")
    return joined(repeated("a", count), padded)


def repeated(text: str, count: int) -> Any:
    """The same text ``count`` times."""
    return pa.repeat(pa.scalar(text), count)


def joined(*pieces: Any) -> Any:
    """The pieces of each row, one after the other."""
    return pc.binary_join_element_wise(*pieces, "")


def taken(texts: Any, numbers: Ints) -> Any:
    """The text that each number stands for."""
    return texts.take(pa.array(numbers))


class AddressText:
    """Addresses as logs write them, in two pieces each."""

    def __init__(self) -> None:
        v4 = [f"{240 + (block >> 8)}.{block & 255}." for block in range(_BLOCKS)]
        v6 = [f"2001:db8:{block:x}:" for block in range(_BLOCKS)]
        self._blocks = pa.array([*v4, *v6, *(f"::ffff:{block}" for block in v4), *v6])
        hosts4 = [f"{host >> 8}.{host & 255}" for host in range(_HOSTS)]
        hosts6 = [f"{host:x}::1" for host in range(_HOSTS)]
        self._hosts = pa.array([*hosts4, *hosts6, *hosts4, *(f"{host}%eth0" for host in hosts6)])

    def pieces(self, address: Ints, style: Ints) -> tuple[Any, Any]:
        """The block's text and the host's; ``style`` 1 maps IPv4 and adds a zone id to IPv6."""
        form = style * 2 + (address >> 32)
        block = form * _BLOCKS + ((address >> 16) & 0xFFFF)
        return taken(self._blocks, block), taken(self._hosts, form * _HOSTS + (address & 0xFFFF))

    def whole(self, address: Ints) -> Any:
        """The addresses, plainly written."""
        return joined(*self.pieces(address, np.zeros(len(address), dtype=np.int64)))


class Combined:
    """The web servers' combined format."""

    def __init__(self, keys: Any, requests: Requests, addresses: AddressText) -> None:
        self._addresses, self._clock = addresses, PortalClock()
        ends = repeated(" [", len(keys))
        named = joined(repeated(" - ", len(keys)), keys, ends)
        self._keys = pa.concat_arrays([named, pa.array([" - - ["])])
        self._requests = requests.texts
        self._tails = clients.combined_tails()

    def text(self, lines: Lines) -> Any:
        size = np.where(lines.size == NO_SIZE, 0, lines.size)
        sizes = pc.if_else(pa.array(lines.size == NO_SIZE), "-", pa.array(size).cast(pa.string()))
        return joined(
            *self._addresses.pieces(lines.address, lines.style),
            taken(self._keys, np.where(lines.key < 0, len(self._keys) - 1, lines.key)),
            *self._clock.pieces(lines.at),
            taken(self._requests, lines.request),
            pa.array(lines.status).cast(pa.string()),
            repeated(" ", len(lines)),
            sizes,
            taken(self._tails, lines.client * clients.ways_in() + lines.port % clients.ways_in()),
        )


class Gateway:
    """The app gateway's CSV, with the client's port."""

    HEADER = b"at,account,client_ip,client_port,what,item,sent,code,agent,node\n"

    def __init__(self, keys: Any, requests: Requests, addresses: AddressText) -> None:
        self._addresses, self._clock, self._requests = addresses, IsoClock(), requests
        self._keys = pa.concat_arrays([keys, pa.array([""])])
        self._words = pc.utf8_capitalize(requests.words)
        self._tails = pa.array([f"{tail[:-1]},gw1\n" for tail in clients.csv_tails().to_pylist()])

    def text(self, lines: Lines) -> Any:
        comma = repeated(",", len(lines))
        block, host = self._addresses.pieces(lines.address, lines.style)
        day, time = self._clock.pieces(lines.at)
        key = taken(self._keys, np.where(lines.key < 0, len(self._keys) - 1, lines.key))
        port = pa.array(lines.port).cast(pa.string())
        word, item = taken(self._words, lines.request), taken(self._requests.items, lines.request)
        sent, code = _or_nothing(lines.size, NO_SIZE), _or_nothing(lines.status, NO_STATUS)
        tail = taken(self._tails, lines.client)
        return joined(
            day, time, comma, key, comma, block, host, comma, port, comma, word, comma, item, comma, sent, comma,
            code, comma, tail,
        )  # fmt: skip


class Interface:
    """The interface's JSON, one object a line."""

    WORDS: ClassVar[dict[str, str]] = {
        "view": "open",
        "download": "fetch",
        "upload": "put",
        "share": "pass",
        "delete": "drop",
        "list": "index",
    }

    def __init__(self, keys: Any, requests: Requests, addresses: AddressText) -> None:
        self._addresses, self._clock, self._requests = addresses, IsoClock(), requests
        self._keys = pa.concat_arrays([keys, pa.array(["-"])])
        self._words = pa.array([self.WORDS.get(word, word) for word in requests.words.to_pylist()])
        self._tails = clients.json_tails()

    def text(self, lines: Lines) -> Any:
        key = taken(self._keys, np.where(lines.key < 0, len(self._keys) - 1, lines.key))
        code = pc.if_else(pa.array(lines.status == NO_STATUS), "null", pa.array(lines.status).cast(pa.string()))

        def fixed(text: str) -> Any:
            return repeated(text, len(lines))

        return joined(
            fixed('{"when":"'), *self._clock.pieces(lines.at), fixed('","who":"'), key, fixed('","from":"'),
            *self._addresses.pieces(lines.address, lines.style), fixed('","did":"'),
            taken(self._words, lines.request), fixed('","to":"'), taken(self._requests.items, lines.request),
            fixed('","code":'), code, fixed(',"client":'), taken(self._tails, lines.client),
        )  # fmt: skip


def _or_nothing(numbers: Ints, nothing: int) -> Any:
    return pc.if_else(pa.array(numbers == nothing), "", pa.array(numbers).cast(pa.string()))
