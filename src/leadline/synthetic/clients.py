"""Which client programs the invented accounts use, as logs write them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from leadline.synthetic.population import API, APP, CRAWLER, ROBOT, Population

if TYPE_CHECKING:
    from leadline.synthetic.chance import Ints

_SYSTEMS = (
    "Windows NT 10.0; Win64; x64",
    "Windows NT 6.1",
    "Macintosh; Intel Mac OS X 10_14_3",
    "X11; Linux x86_64",
    "Linux; Android 9; Handset 4",
    "iPhone; CPU iPhone OS 12_1 like Mac OS X",
    "iPad; CPU OS 12_1 like Mac OS X",
    "X11; CrOS x86_64",
)
_WEB = [
    f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) ExampleBrowser/{version}.0 Safari/537.36"
    for version in range(60, 75)
    for system in _SYSTEMS
] + ['ExampleBrowser/3.1 ("portable" edition)', "ExampleBrowser/5.0 (édition légère)", "ExampleBrowser\\2 (old)"]
_APP = [f"ExampleApp/4.{minor} (phone; os {major})" for minor in range(9) for major in (11, 12)] + [
    'ExampleApp/4.1 ("small", tablet)',
]
_ROBOT = ["LinkPreview/1.2 (+https://preview.example/bot)", "ExampleFetcher-bot/2.0 (+https://chat.example/preview)"]
_CRAWLER = ["HotlineCrawler/3.0 (+https://hotline.example/crawler)"]
_ALL = [*_WEB, *_APP, *_ROBOT, *_CRAWLER]
_REFERERS = ("-", "https://portal.example/c/k1", "https://search.example/?q=\\x22portal\\x22")


def numbers_of(population: Population, account: Ints, agent: Ints, channel: Ints) -> Ints:
    """The client's number in this module's lists for each access."""
    conduct = np.where(account >= 0, population.conduct[account], 0)
    web = agent % len(_WEB)
    app = len(_WEB) + agent % len(_APP)
    robot = len(_WEB) + len(_APP) + agent % len(_ROBOT)
    number = np.where(np.isin(channel, (APP, API)), app, web)
    return np.where(conduct == CRAWLER, len(_ALL) - 1, np.where(conduct == ROBOT, robot, number))


def combined_tails() -> Any:
    """The end of a combined line after the size, for each client and way in."""
    return pa.array([f' "{referer}" "{_escaped(agent)}"\n' for agent in _ALL for referer in _REFERERS])


def ways_in() -> int:
    """How many entries of :func:`combined_tails` each client has."""
    return len(_REFERERS)


def csv_tails() -> Any:
    """The last field of a line of CSV for each client, quoted only where it must be."""
    return pa.array([_quoted(agent) + "\n" for agent in _ALL])


def json_tails() -> Any:
    """The end of a line of JSON for each client."""
    return pa.array([f'"{_escaped(agent)}"}}\n' for agent in _ALL])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if '"' in text or "," in text else text
