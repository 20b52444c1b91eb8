"""Every registered form of report reads its good examples, refuses its bad ones, and knows its own."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadline.errors import InputRefused
from leadline.reading.reports import REPORT_FORMATS, Example, Report, ReportFormat

FORMATS = REPORT_FORMATS.all()
EXAMPLES = [pytest.param(form, one, id=f"{form.name}-{one.what}") for form in FORMATS for one in form.examples]
SPOILS = st.lists(st.tuples(st.integers(0, 5000), st.binary(max_size=6), st.integers(0, 9)), min_size=1, max_size=8)


def read(form: ReportFormat, content: bytes) -> list[Report]:
    return list(form.read(io.BytesIO(content), "report"))


def test_both_sides_of_a_cybertip_are_there() -> None:
    assert [form.name for form in FORMATS] == ["cybertip-json", "cybertip-xml"]


@pytest.mark.parametrize(("form", "example"), EXAMPLES)
def test_an_example_is_read_or_refused_with_what_to_do(form: ReportFormat, example: Example) -> None:
    if example.reports is not None:
        assert form.recognises(example.content)
        assert len(read(form, example.content)) == example.reports
        return
    with pytest.raises(InputRefused) as caught:
        read(form, example.content)
    assert caught.value.exit_code == 3
    assert caught.value.where.startswith("report")
    assert caught.value.advice


@pytest.mark.parametrize("form", FORMATS, ids=[form.name for form in FORMATS])
def test_a_form_knows_its_own_and_no_other(form: ReportFormat) -> None:
    for other in FORMATS:
        for example in other.examples:
            if example.reports is not None:
                assert form.recognises(example.content) == (form.name == other.name)
    assert not form.recognises(b"")
    assert not form.recognises(b"<html><body>a report</body></html>")
    assert not form.recognises(b'{"report": "of the provider"}')


@pytest.mark.parametrize("form", FORMATS, ids=[form.name for form in FORMATS])
@settings(max_examples=60)
@given(spoils=SPOILS)
def test_a_spoiled_document_is_read_or_refused_and_nothing_else(
    form: ReportFormat, spoils: list[tuple[int, bytes, int]]
) -> None:
    for example in form.examples:
        if example.reports is None:
            continue
        content = example.content
        for place, bits, dropped in spoils:
            at = place % (len(content) + 1)
            content = content[:at] + bits + content[at + dropped :]
        try:
            read(form, content)
        except InputRefused as refused:
            assert refused.message  # noqa: PT017  either outcome is right
