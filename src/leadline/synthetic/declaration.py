"""The provider's `tip.toml` of an invented tip."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadline.synthetic import branches, inventory, listing, records
from leadline.synthetic.months import RECEIVED
from leadline.synthetic.requests import CACHE_KEY
from leadline.synthetic.wording import Interface

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GATEWAY, INTERFACE = "logs/gateway.csv.gz", "logs/interface.jsonl"
_GATEWAY_COLUMNS = {
    "at": "accessed_at", "account": "account_key", "client_ip": "remote_ip", "client_port": "remote_port",
    "what": "action", "item": "object_key", "sent": "bytes", "code": "status", "agent": "user_agent",
}  # fmt: skip
_INTERFACE_COLUMNS = {
    "when": "accessed_at", "who": "account_key", "from": "remote_ip", "did": "action", "to": "object_key",
    "code": "status", "client": "user_agent",
}  # fmt: skip
_BRANCH_COLUMNS = {
    "moment": "accessed_at", "holder_account": "account_key", "address": "remote_ip", "what": "action",
    "item": "object_key", "code": "status", "agent": "user_agent",
}  # fmt: skip
_REQUESTS = (
    ("GET", "/c/[^/]+/o/(?P<object>[^/?]+)", "view"),
    ("HEAD", "/c/[^/]+/o/(?P<object>[^/?]+)", "view"),
    ("GET", "/c/[^/]+/o/(?P<object>[^/?]+)/raw", "download"),
    ("PUT", "/c/[^/]+/o/(?P<object>[^/?]+)", "upload"),
    ("POST", "/c/[^/]+/o/(?P<object>[^/?]+)/share", "share"),
    ("DELETE", "/c/[^/]+/o/(?P<object>[^/?]+)", "delete"),
    ("GET", "/c/(?P<cache>[^/]+)/list", "list"),
)


def tip_toml(combined: Iterable[str]) -> str:
    """The declaration of a tip whose combined logs are ``combined``."""
    logs = [_file(path, "access-log", "combined") + _requests() for path in combined]
    gateway = _file(GATEWAY, "access-log", "csv") + _table("columns", _GATEWAY_COLUMNS)
    theirs = {word: ours for ours, word in Interface.WORDS.items()}
    interface = _file(INTERFACE, "access-log", "jsonl") + _table("columns", _INTERFACE_COLUMNS)
    local = [
        _file(path, "access-log", "csv") + f'zone = "{zone}"\n' + _table("columns", _BRANCH_COLUMNS)
        for path, zone in branches.ZONES.items()
    ]
    accounts = _file(records.PATH, "accounts", "csv") + _table("columns", records.COLUMNS)
    table = _file(inventory.PATH, "inventory", "csv") + _table("columns", inventory.COLUMNS)
    document = _file(listing.PATH, "inventory", "vics") + _table("columns", listing.COLUMNS)
    words = _table("values.action", theirs)
    return "\n".join([_tip(), *logs, gateway, interface + words, *local, accounts, table, document])


def _tip() -> str:
    return (
        '[tip]\nreference = "ESP-0042"\nprovider = "Example Cloud"\n'
        f'received_at = {RECEIVED}\ncache_keys = ["{CACHE_KEY}"]\n'
    )


def _file(path: str, kind: str, form: str) -> str:
    return f'[[file]]\npath = "{path}"\nkind = "{kind}"\nformat = "{form}"\n'


def _requests() -> str:
    return "".join(
        f'\n[[file.request]]\nmethod = "{method}"\npath = \'{path}\'\naction = "{action}"\n'
        for method, path, action in _REQUESTS
    )


def _table(name: str, pairs: Mapping[str, str]) -> str:
    return f"\n[file.{name}]\n" + "".join(f'{_named(theirs)} = "{ours}"\n' for theirs, ours in pairs.items())


def _named(name: str) -> str:
    """A key of TOML, quoted where a dot would mean a table."""
    return name if name.isidentifier() else f"'{name}'"
