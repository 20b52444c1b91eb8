"""Access logs of Elastic Load Balancing, classic and application: address and port of the client, times in UTC.

Requests name scheme and host before the path; these are left out before patterns are matched.
"""

from __future__ import annotations

from leadline.stages.accesses.contract import Example, LogFormat, PatternLayout, Piece, literal, quoted, token

_GOOD = (
    "https 2019-09-20T02:15:00.186641Z app/cache/50dc6c495c0c9188 240.0.0.9:51515 240.0.0.1:80 0.086 0.048 0.037"
    ' 200 200 0 5120 "GET https://cache.example:443/o/k-1?size=2 HTTP/1.1" "Example/1.0" ECDHE TLSv1.2'
)
_CLASSIC = _GOOD.removeprefix("https ").replace("/o/k-1", "/o/k-2")
_NUMBER = "-?[0-9.]+|-"
_TYPE = "(?:(?:http|https|h2|grpcs|ws|wss) )?"

PLUGIN = LogFormat(
    name="elb",
    layout=PatternLayout(
        pieces=(
            Piece("[0-9]{4}-[^ ]+", "time", before=_TYPE),
            *literal(" "),
            token(),
            *literal(" "),
            token("address"),
            *literal(" "),
            token(),
            *literal(" "),
            token("", _NUMBER),
            *literal(" "),
            token("", _NUMBER),
            *literal(" "),
            token("", _NUMBER),
            *literal(" "),
            token("status", "[0-9]{3}|-", cut_off="[0-9]{0,3}"),
            *literal(" "),
            token(),
            *literal(" "),
            token("", "-?[0-9]+|-"),
            *literal(" "),
            token("bytes", "-?[0-9]+|-"),
            *literal(" "),
            quoted("request"),
            *literal(" "),
            quoted("agent"),
            *literal(" "),
            token(),
            *literal(" "),
            token(),
        ),
        more=r"(?: [^\n]*)?",
        sure=1,
    ),
    times="iso",
    absolute_targets=True,
    reads=(
        Example(
            _GOOD,
            {
                "account_key": None,
                "accessed_at": "2019-09-20T02:15:00.186641Z",
                "remote_ip": "240.0.0.9",
                "remote_port": 51515,
                "object_key": "k-1",
                "status": 200,
                "bytes": 5120,
                "user_agent": "Example/1.0",
            },
        ),
        Example(
            _CLASSIC.replace("240.0.0.9:51515", "[2001:db8::1]:51516").replace(" 200 200 ", " - - ", 1),
            {"remote_ip": "2001:db8::1", "remote_port": 51516, "object_key": "k-2", "status": None},
        ),
        Example(
            f'{_GOOD} arn:example "Root=1-2" "cache.example" "-" 0 2019-09-20T02:15:00.0Z "forward"'.replace(
                "k-1", "k-3"
            ),
            {"object_key": "k-3"},
        ),
    ),
    rejects=(
        Example("a line of something else", reason="not-the-format"),
        Example(
            "tls 2.0 2019-09-20T02:15:00 net/cache/1 2 240.0.0.9:51515 240.0.0.1:443 5 2 98 -", reason="not-the-format"
        ),
        Example(_CLASSIC[:20], reason="truncated"),
        Example(_GOOD[:60], reason="truncated"),
        Example(_GOOD[:160], reason="truncated"),
        Example(_GOOD.replace("09-20T", "09-31T"), reason="bad-time"),
        Example(_GOOD.replace("186641Z", "186641"), reason="bad-time"),
        Example(_GOOD.replace("240.0.0.9:51515", "-"), reason="bad-address"),
        Example(_GOOD.replace(":51515", ":99999"), reason="bad-address"),
    ),
)
