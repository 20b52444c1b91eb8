"""Access logs that nginx writes as JSON: nobody fixed the keys, so nginx's own names of its variables are read."""

from __future__ import annotations

from leadline.stages.accesses.contract import Example, LogFormat, ObjectLayout

_GOOD = (
    '{"time_iso8601": "2019-09-20T02:15:00+12:00", "remote_addr": "240.0.0.9", "remote_port": "51515",'
    ' "remote_user": "acct-1", "request_method": "GET", "request_uri": "/o/k-1?size=2", "status": "200",'
    ' "body_bytes_sent": "5120", "http_user_agent": "Example/1.0", "http_x_forwarded_for": "240.9.9.9"}'
)
_LINE = (
    '{"time": "20/Sep/2019:02:15:00 +0000", "remote_ip": "240.0.0.9", "remote_user": "-", "request":'
    ' "PUT /o/k-2?part=1 HTTP/1.1", "response": 201, "bytes": 0, "referrer": "-", "agent": "Example/2.0"}'
)

PLUGIN = LogFormat(
    name="nginx-json",
    layout=ObjectLayout(
        columns={
            "time_iso8601": "time",
            "time_local": "time",
            "msec": "time",
            "time": "time",
            "timestamp": "time",
            "@timestamp": "time",
            "remote_addr": "address",
            "remote_ip": "address",
            "client_ip": "address",
            "remote_port": "port",
            "remote_user": "account",
            "request_method": "method",
            "method": "method",
            "request_uri": "path",
            "request": "request",
            "status": "status",
            "response": "status",
            "body_bytes_sent": "bytes",
            "bytes_sent": "bytes",
            "bytes": "bytes",
            "http_user_agent": "agent",
            "user_agent": "agent",
            "agent": "agent",
        },
        needs=(
            ("time_iso8601", "time_local", "msec", "time", "timestamp", "@timestamp"),
            ("remote_addr", "remote_ip", "client_ip"),
            ("request_uri", "request"),
        ),
    ),
    times="any",
    reads=(
        Example(
            _GOOD,
            {
                "account_key": "acct-1",
                "accessed_at": "2019-09-19T14:15:00Z",
                "time_text": "2019-09-20T02:15:00+12:00",
                "remote_ip": "240.0.0.9",
                "remote_port": 51515,
                "object_key": "k-1",
                "status": 200,
                "bytes": 5120,
                "user_agent": "Example/1.0",
            },
        ),
        Example(
            _LINE,
            {
                "account_key": None,
                "accessed_at": "2019-09-20T02:15:00Z",
                "remote_port": None,
                "action": "upload",
                "object_key": "k-2",
                "status": 201,
                "user_agent": "Example/2.0",
            },
        ),
        Example(
            '{"msec": 1568945700.250, "remote_addr": "2001:db8::9", "request": "GET /o/k-3 HTTP/2.0", "status": 304}',
            {"accessed_at": "2019-09-20T02:15:00.250000Z", "remote_ip": "2001:db8::9", "object_key": "k-3"},
        ),
    ),
    rejects=(
        Example("a line of something else", reason="not-the-format"),
        Example(_GOOD[:-1], reason="not-the-format"),
        Example('{"event": "something else"}', reason="not-the-format"),
        Example(_GOOD.replace("http_x_forwarded_for", "remote_addr"), reason="not-the-format"),
        Example(_GOOD.replace('"200"', "NaN"), reason="not-the-format"),
        Example(_GOOD.replace("+12:00", ""), reason="bad-time"),
        Example(_LINE.replace("20/Sep", "31/Sep"), reason="bad-time"),
        Example(_GOOD.replace("remote_addr", "server_addr"), reason="bad-address"),
        Example(_GOOD.replace("240.0.0.9", "unix:"), reason="bad-address"),
    ),
)
