"""Filters and small parts for the desk's templates; none of them marks text from evidence as safe."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.html import format_html

from leadline.casefile.policy import Verb, may
from leadline.web import shown
from leadline.web.demo_desk import sign_ins
from leadline.web.identity import providers

if TYPE_CHECKING:
    from leadline.casefile.identity_providers import Provider

register = template.Library()

register.filter("visible", shown.visible)
register.filter("word", shown.word)
register.filter("day", shown.day_text)
register.filter("number", shown.number_text)
register.filter("bytes", shown.bytes_text)
register.filter("country", shown.country_text)
register.filter("stated_country", shown.stated_country_text)

_NO_WORD = re.compile("[A-Z]{1,2}-[0-9a-f]{16,21}|[0-9a-f]{64}")
_LEVELS = {"very-high": "red", "high": "orange", "medium": "blue", "low": "grey"}
_STATES = {
    "open": "blue", "set-aside": "yellow", "declined": "grey", "merged": "grey", "in-case": "purple", "closed": "green",
    "completed": "green", "in-progress": "blue", "looked-at-incomplete": "yellow", "cannot-start-yet": "grey",
    "not-started": "grey", "done": "green", "failed": "red", "running": "blue", "waiting": "grey", "yes": "orange",
    "no": "grey", "unknown": "yellow", "firm": "green", "weak": "yellow", "overdue": "red", "today": "orange",
    "conflict": "red", "hit": "orange", "approved": "green", "draft": "grey", "sealed": "green", "recalled": "red",
    "drafted": "grey", "dispatched": "blue", "received": "blue", "acknowledged": "purple", "worked": "purple",
    "returned": "green", "withdrawn": "grey", "ready": "green", "nobody": "red", "cancelled": "grey",
    "equal": "green", "different": "red", "DIFFER": "red",
}  # fmt: skip


@register.filter
def instant(value: object) -> str:
    """An instant to the minute, machine-readable as well."""
    return _time(value, seconds=False)


@register.filter
def moment(value: object) -> str:
    """An instant to the second."""
    return _time(value, seconds=True)


def _time(value: object, *, seconds: bool) -> str:
    found = shown.instant_of(value)
    if found is None:
        return "unknown"
    return format_html('<time datetime="{}">{}</time>', found.isoformat(), shown.instant_text(found, seconds=seconds))


@register.simple_tag
def level_tag(level: str) -> str:
    """A level as a word in a box; its colour says nothing that the word does not."""
    return _tag(_LEVELS.get(level, "grey"), level)


@register.simple_tag
def state_tag(state: str) -> str:
    """A state as a word in a box."""
    return _tag(_STATES.get(str(state), "grey"), str(state))


def _tag(colour: str, text: str) -> str:
    return format_html('<strong class="govuk-tag govuk-tag--{}">{}</strong>', colour, shown.word(text))


@register.filter
def visible_lines(value: object) -> str:
    """Text that a colleague wrote, with its lines kept."""
    return "\n".join(shown.visible(line) for line in str(value or "").splitlines())


@register.filter
def event_words(action: str) -> str:
    """What an audit entry says happened, such as `lead: assignment made`."""
    noun, *rest = str(action).split(":")
    return f"{noun}: {' '.join(shown.word(part) for part in rest)}"


@register.filter
def percent(value: object) -> str:
    """A share from 0 to 1, as a whole percentage; anything above nothing is at least `<1`."""
    share = float(str(value or 0))
    return "<1%" if 0 < share < 0.01 else f"{share * 100:.0f}%"


@register.filter
def thousandths(value: object) -> str:
    """Thousandths as the decimals that people read."""
    return f"{int(str(value)) / 1000:.3f}"


@register.filter
def signed(value: object) -> str:
    """Points with their sign."""
    return f"{int(str(value)):+,}"


@register.filter
def pretty(value: object) -> str:
    """JSON text of an audit entry as `key: value` pairs."""
    stated = json.loads(str(value or "{}"))
    return "; ".join(
        f"{key.replace('_', ' ')}: {_plain(item)}" for key, item in stated.items() if item not in ("", None, {}, [])
    )


@register.filter
def history_words(value: object) -> str:
    """As :func:`pretty`, without what is no word to a reader: names of rows and digests, of which lists are counted."""
    stated = {key: _worded(item) for key, item in json.loads(str(value or "{}")).items()}
    return pretty(json.dumps(stated))


def _worded(value: object) -> object:
    if isinstance(value, dict):
        return {key: found for key, item in value.items() if (found := _worded(item)) not in ("", None, {}, [])}
    if isinstance(value, list) and value and not any(_worded(item) for item in value):
        return str(len(value))
    return "" if isinstance(value, str) and _NO_WORD.fullmatch(value) else value


@register.filter
def gap_words(value: object) -> str:
    """What to ask a provider for, without the code that stands before it."""
    code, _, words = str(value).partition(": ")
    return words[:1].upper() + words[1:] if words else code


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(item) for item in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_plain(item)}" for key, item in value.items() if item not in ("", None))
    return shown.visible(value)


@register.filter
def get(mapping: dict[str, Any], key: str) -> Any:
    """The value of a key; None where there is none."""
    return mapping.get(key)


@register.simple_tag(takes_context=True)
def can(context: dict[str, Any], verb: str, thing: Any = None) -> bool:
    """Whether the colleague may do it: only for showing buttons, for the verb asks again itself."""
    user = context["request"].user
    return bool(user.is_authenticated and may(user, Verb(verb), thing))


@register.simple_tag(takes_context=True)
def querystring_with(context: dict[str, Any], key: str, value: str) -> str:
    """The present filter with one more value, from the first page on."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    query[key] = value
    return f"?{query.urlencode()}"


@register.simple_tag(takes_context=True)
def querystring_without(context: dict[str, Any], key: str) -> str:
    """The present filter with one value less, from the first page on."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    query.pop(key, None)
    return f"?{query.urlencode()}" if query else context["request"].path


@register.simple_tag(takes_context=True)
def querystring_all(context: dict[str, Any]) -> str:
    """The present filter as it is."""
    query = context["request"].GET
    return f"?{query.urlencode()}" if query else ""


@register.simple_tag
def demo_sign_ins() -> list[dict[str, str]]:
    """Sign-ins of the demo with their codes of this moment; nothing on any other desk."""
    return sign_ins()


@register.simple_tag
def identity_providers() -> tuple[Provider, ...]:
    """The agencies' identity providers, for the sign-in page."""
    return providers()


@register.filter
def time_left(job: Any) -> str:
    """How long a job's present task still takes at the rate so far; `unknown` before there is one."""
    if not (job.total_units and job.done_units and job.task_began_at and job.heartbeat_at):
        return "unknown"
    spent = (job.heartbeat_at - job.task_began_at).total_seconds()
    return shown.span_text(spent * max(0, job.total_units - job.done_units) / job.done_units)


@register.filter
def styled(field: Any) -> str:
    """A form's field in the desk's style."""
    kind = getattr(field.field.widget, "input_type", "textarea")
    name = {"select": "govuk-select", "textarea": "govuk-textarea"}.get(kind, "govuk-input")
    if kind in ("checkbox", "radio"):
        name = "desk-tickbox"
    return str(field.as_widget(attrs={"class": name}))
