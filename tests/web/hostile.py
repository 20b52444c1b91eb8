"""Sixty strings that try to become markup, scripts, styles, addresses, formulas, commands or other words."""

from __future__ import annotations

CALL = "top.ran=1"
"""What each script among them would do, and a page can be asked for."""
_SHAPES = (
    # Markup that opens where text was meant to stand, or closes what the page had opened.
    "<script>{}</script>",
    '<img src=x onerror="{}">',
    '<svg onload="{}">',
    '<svg><animate onbegin="{}" attributeName=x dur=1s>',
    '<svg><a xlink:href="javascript:{}"><text>x',
    "</title><script>{}</script>",
    "</textarea><script>{}</script>",
    "</script><script>{}</script>",
    '</select></td></table><body onload="{}">',
    "<!--<script>{}</script>-->",
    "<math><mtext></mtext><style><img src=x onerror='{}'></style></math>",
    "<scr<script>ipt>{}</script>",
    '<iframe srcdoc="<script>{}</script>">',
    '<details open ontoggle="{}">',
    '<object data="javascript:{}">',
    '<meta http-equiv=refresh content="0;url=javascript:{}">',
    '<base href="javascript:{}//">',
    '<form action="javascript:{}"><button>',
    "<template shadowrootmode=open><script>{}</script></template>",
    # Attributes that begin where a value was meant to end.
    '"><script>{}</script>',
    "'><script>{}</script>",
    '" onmouseover="{}',
    "' onfocus='{}' autofocus='",
    '" autofocus onfocus="{}',
    '" hx-get="/jobs/" hx-trigger="load" x="{}',
    '<div hx-get="/" hx-trigger="load[{}]">',
    '<div hx-on:load="{}" data-hx-on::load="{}">',
    '<div hx-vals="js:{{a:{}}}">',
    # Addresses and styles.
    "javascript:{}",
    "data:text/html,<script>{}</script>",
    '<a href="javascript:{}">x</a>',
    "<style>body{{display:none}}@import 'javascript:{}';</style>",
    '" style="position:fixed;inset:0;background:url(javascript:{})',
    "//example.org/%2e%2e/..;/{}",
    "../../../../etc/passwd\\..\\{}",
    # Templates, data and encodings of all kinds.
    '{{{{constructor.constructor("{}")()}}}}',
    "{{% load desk %}}{{{{ {} }}}}",
    '";{};//',
    '"}}]}};{}//',
    "%3Cscript%3E{}%3C/script%3E",
    "&lt;script&gt;{}&lt;/script&gt;&#60;b&#62;",
    "\\u003cscript\\u003e{}\\u003c/script\\u003e",
    "＜script＞{}＜/script＞",
    "'; drop table casefile_lead; -- {}",
    # Formulas, and what ends a cell or a line of a table.
    "=cmd|' /C {}'!A0",
    '=HYPERLINK("javascript:{}")',
    "+{}",
    "-{}",
    "@SUM({})",
    "\t={}",
    "\r={}",
    '","=1+1","{}\n=2+2',
    # What acts on a terminal, on paper or on a reader's eyes.
    "\x1b]0;{}\x07\x1b[2J\x1b[31m",
    "nul\x00{}",
    "half a pair \ud800 {}",
    "\u202e<script>{}</script>\u2066",
    "\u200b<script>{}</script>\ufeff\u00ad",
    "W" * 400 + "{}",
    '#eval("{}") #import "x" $ {} $ \\ @ref <label>',
    "[x](javascript:{}) ![x](x) `{}` <https://example.org> # x",
)
STRINGS = tuple(shape.format(*[CALL] * shape.count("{}")) for shape in _SHAPES)
HIDDEN = "\x00\x07\x1b\u00ad\u200b\u202e\u2066\ufeff\ud800"
"""What must reach nobody's eyes, terminal or paper as it is."""
