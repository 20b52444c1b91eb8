"""Access logs of Azure Application Gateway: one JSON object a line, what the client did among its `properties`."""

from __future__ import annotations

from leadline.stages.accesses.contract import Example, LogFormat, ObjectLayout

_GOOD = (
    '{"timeStamp": "2019-09-20T02:15:00.123Z", "operationName": "ApplicationGatewayAccess", "properties":'
    ' {"clientIP": "240.0.0.9", "clientPort": 51515, "httpMethod": "GET", "requestUri": "/o/k-1",'
    ' "requestQuery": "size=2", "userAgent": "Example/1.0", "httpStatus": 200, "sentBytes": 5120}}'
)

PLUGIN = LogFormat(
    name="azure-gateway",
    layout=ObjectLayout(
        columns={
            "time": "time",
            "timeStamp": "time",
            "properties.clientIP": "address",
            "properties.clientPort": "port",
            "properties.httpMethod": "method",
            "properties.requestUri": "path",
            "properties.httpStatus": "status",
            "properties.sentBytes": "bytes",
            "properties.userAgent": "agent",
        }
    ),
    times="iso",
    marks=('"clientIP"',),
    beats=5,
    reads=(
        Example(
            _GOOD,
            {
                "account_key": None,
                "accessed_at": "2019-09-20T02:15:00.123000Z",
                "remote_ip": "240.0.0.9",
                "remote_port": 51515,
                "object_key": "k-1",
                "status": 200,
                "bytes": 5120,
                "user_agent": "Example/1.0",
            },
        ),
        Example(
            _GOOD.replace("timeStamp", "time").replace("/o/k-1", "/o/k-2?size=2").replace("51515", "null"),
            {"object_key": "k-2", "remote_port": None},
        ),
    ),
    rejects=(
        Example("a line of something else", reason="not-the-format"),
        Example(_GOOD[:-1], reason="not-the-format"),
        Example('{"properties": []}', reason="not-the-format"),
        Example(_GOOD.replace("5120", "Infinity"), reason="not-the-format"),
        Example(_GOOD.replace("123Z", "123"), reason="bad-time"),
        Example(_GOOD.replace("clientIP", "from"), reason="bad-address"),
    ),
)
