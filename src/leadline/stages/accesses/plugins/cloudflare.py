"""HTTP request logs of Cloudflare's Logpush: one JSON object a line, with the client's port where it was asked for."""

from __future__ import annotations

from leadline.stages.accesses.contract import Example, LogFormat, ObjectLayout

_GOOD = (
    '{"ClientIP": "240.0.0.9", "ClientSrcPort": 51515, "ClientCountry": "nz", "ClientRequestHost": "portal.example",'
    ' "ClientRequestMethod": "GET", "ClientRequestURI": "/o/k-1?size=2", "ClientRequestUserAgent": "Example/1.0",'
    ' "EdgeStartTimestamp": 1568945700123456789, "EdgeEndTimestamp": 1568945701000000000, "EdgeResponseStatus": 200,'
    ' "EdgeResponseBytes": 5120, "RayID": "51c1f0c6ed1e2d3a"}'
)

PLUGIN = LogFormat(
    name="cloudflare",
    layout=ObjectLayout(
        columns={
            "EdgeStartTimestamp": "time",
            "EdgeEndTimestamp": "time",
            "ClientIP": "address",
            "ClientSrcPort": "port",
            "ClientRequestMethod": "method",
            "ClientRequestURI": "path",
            "ClientRequestPath": "path",
            "EdgeResponseStatus": "status",
            "EdgeResponseBytes": "bytes",
            "ClientRequestUserAgent": "agent",
        },
        needs=(
            ("EdgeStartTimestamp", "EdgeEndTimestamp"),
            ("ClientIP",),
            ("ClientRequestURI", "ClientRequestPath"),
        ),
    ),
    # The receiver of the logs chooses: seconds or nanoseconds since 1970, or RFC 3339.
    times="any",
    reads=(
        Example(
            _GOOD,
            {
                "account_key": None,
                "accessed_at": "2019-09-20T02:15:00.123456Z",
                "remote_ip": "240.0.0.9",
                "remote_port": 51515,
                "object_key": "k-1",
                "status": 200,
                "bytes": 5120,
                "user_agent": "Example/1.0",
            },
        ),
        Example(
            _GOOD.replace("1568945700123456789", "1568945700").replace("k-1?size=2", "k-2").replace("51515", "0"),
            {"accessed_at": "2019-09-20T02:15:00Z", "object_key": "k-2", "remote_port": None},
        ),
        Example(
            _GOOD.replace("1568945700123456789", '"2019-09-20T02:15:00Z"').replace("240.0.0.9", "2001:db8::9"),
            {"accessed_at": "2019-09-20T02:15:00Z", "remote_ip": "2001:db8::9"},
        ),
        Example(
            _GOOD.replace("ClientRequestURI", "ClientRequestPath").replace("?size=2", "").replace("200", "499"),
            {"object_key": "k-1", "status": 499, "succeeded": False},
        ),
    ),
    rejects=(
        Example("a line of something else", reason="not-the-format"),
        Example(_GOOD[:-1], reason="not-the-format"),
        Example('{"event": "something else"}', reason="not-the-format"),
        Example(_GOOD.replace("5120", "Infinity"), reason="not-the-format"),
        Example(_GOOD.replace("RayID", "ClientIP"), reason="not-the-format"),
        Example(_GOOD.replace("1568945700123456789", '"2019-09-20T02:15:00"'), reason="bad-time"),
        Example(_GOOD.replace("1568945700123456789", "-1"), reason="bad-time"),
        Example(_GOOD.replace('"240.0.0.9"', "null"), reason="bad-address"),
        Example(_GOOD.replace("240.0.0.9", "240.0.0.999"), reason="bad-address"),
    ),
)
