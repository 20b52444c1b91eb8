"""Logs of JSON objects whose keys the provider chooses: what `tip.toml` maps goes before the format's own keys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from leadline.reading.formats import LOG_FORMATS
from tests.accesses.world import Log, read

if TYPE_CHECKING:
    from pathlib import Path

NGINX = LOG_FORMATS.get("nginx-json")
LINE = {
    "time_iso8601": "2019-09-20T02:15:00Z",
    "remote_addr": "240.0.0.1",
    "x_real_ip": "240.0.0.9",
    "remote_user": "own",
    "member": "acct-1",
    "request": "GET /o/k-1 HTTP/1.1",
    "status": 200,
}


def log(*lines: dict[str, object], columns: dict[str, str]) -> Log:
    return Log("".join(json.dumps(line) + "\n" for line in lines).encode(), "nginx-json", columns=columns)


def test_a_mapped_account_goes_before_the_formats_own_and_the_own_serves_where_it_is_absent(tmp_path: Path) -> None:
    without = {key: value for key, value in LINE.items() if key != "member"}
    found = read(tmp_path, log(LINE, without, columns={"member": "account_key"}), listed=["k-1"])
    assert [row["account_key"] for row in found.accesses] == ["acct-1", "own"]


def test_a_mapped_address_never_gives_way_to_that_of_a_server_in_between(tmp_path: Path) -> None:
    without = {key: value for key, value in LINE.items() if key != "x_real_ip"}
    found = read(tmp_path, log(LINE, without, columns={"x_real_ip": "remote_ip"}), listed=["k-1"])
    assert [row["remote_ip"] for row in found.accesses] == ["240.0.0.9"]
    assert found.refused == [(2, "bad-address")]


def test_a_request_that_is_none_asks_for_no_object_and_is_an_access_all_the_same(tmp_path: Path) -> None:
    found = read(tmp_path, log({**LINE, "request": "\x16\x03\x01"}, columns={}), listed=["k-1"])
    assert (found.tally["accesses"], found.tally["other"], found.refused) == (1, 1, [])


def test_times_without_a_zone_are_seen_where_the_format_or_the_tip_names_their_key() -> None:
    assert NGINX.needs_zone([json.dumps({**LINE, "time_iso8601": "2019-09-20T02:15:00"})], {})
    assert not NGINX.needs_zone([json.dumps(LINE)], {})
    assert NGINX.needs_zone([json.dumps({**LINE, "at": "2019-09-20 02:15:00"})], {"at": "accessed_at"})
    assert not NGINX.needs_zone([json.dumps({**LINE, "time_local": "20/Sep/2019:02:15:00 +0000"})], {})


def test_objects_of_something_else_are_not_taken_for_a_servers_log() -> None:
    assert NGINX.recognises(['{"time": "2019-09-20T02:15:00Z", "level": "info", "message": "started"}']) == 0
    assert LOG_FORMATS.get("cloudflare").recognises(['{"ClientIP": "240.0.0.9", "Action": "block"}']) == 0
