"""What the pages of referrals ask."""

from __future__ import annotations

from typing import Any

from django import forms

from leadline.dispatch.ledger import MARKS
from leadline.stages.referral.columns import ON_REQUEST
from leadline.stages.referral.contract import DOCUMENTS
from leadline.vocabulary.handling import HandlingCode, Pap, Tlp
from leadline.web.forms import ReasonForm, text, words


def _codes() -> list[tuple[str, str]]:
    """H0 alone, or any of the others together."""
    h1, h2, h3 = HandlingCode.H1, HandlingCode.H2, HandlingCode.H3
    sets = ((HandlingCode.H0,), (h1,), (h2,), (h3,), (h1, h2), (h1, h3), (h2, h3), (h1, h2, h3))
    return [("+".join(one), "+".join(one)) for one in sets]


class BuildForm(forms.Form):
    """Which leads, to whom, and how the content is marked."""

    selection = forms.ChoiceField(label="Leads", required=False)
    partner = forms.ChoiceField(label="Partner", required=False)
    tlp = forms.ChoiceField(label="TLP", choices=[(one.value, one.value) for one in Tlp], initial=Tlp.AMBER.value)
    pap = forms.ChoiceField(label="PAP", choices=[(one.value, one.value) for one in Pap], initial=Pap.AMBER.value)
    codes = forms.ChoiceField(label="Handling codes", choices=_codes, initial="H1")
    restrictions = forms.CharField(label="Text of H3", required=False, max_length=500)
    evaluation = forms.CharField(
        label="Evaluation", initial="X4", max_length=2, help_text="Source A, B, C or X; information 1 to 4."
    )
    authority = forms.CharField(
        label="Legal basis", required=False, max_length=500, help_text="Empty: the provider's report itself."
    )
    columns = forms.MultipleChoiceField(
        label="Beyond the usual columns", required=False, choices=[(one, one.replace("_", " ")) for one in ON_REQUEST],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    documents = forms.MultipleChoiceField(
        label="Beyond the usual documents", required=False, widget=forms.CheckboxSelectMultiple
    )
    words = text("What the letter says besides", "Neutral: no names.", rows=2, required=False, longest=2000)

    def __init__(
        self, *args: Any, selections: list[tuple[str, str]], partners: list[tuple[str, str]], asked: str, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["selection"].choices = [("", asked), *selections]  # type: ignore[attr-defined]
        self.fields["partner"].choices = [("", "Every partner concerned"), *partners]  # type: ignore[attr-defined]
        extra = [(one.name, one.title) for one in DOCUMENTS.all() if not one.always]
        self.fields["documents"].choices = extra  # type: ignore[attr-defined]


class ApproveForm(forms.Form):
    """The second person's approval."""

    reason = text("Reason", "Why it may leave; kept with the approval. May stay empty.", rows=2, required=False)
    seal = forms.BooleanField(label="Seal it at once", required=False, initial=True)


class MarkForm(forms.Form):
    """What was heard of a package."""

    step = forms.ChoiceField(label="Step", choices=words(MARKS))
    note = text("Note", "What was heard, and how.", rows=2, required=False, longest=1000)


class RecallForm(ReasonForm):
    """Why it is taken back."""

    reason = text("Reason", "Kept in the audit; it stands in the letter of a recall.", rows=2, longest=2000)


class CorrectForm(forms.Form):
    """What a package said wrong."""

    words = text(
        "What was wrong", "It stands in the letter. The leads go again as the tip's newest run has them.", rows=2,
        longest=2000,
    )  # fmt: skip


class AgreedForm(ReasonForm):
    """What was agreed with the agencies that hold a referral."""

    agreed = forms.MultipleChoiceField(label="Agreed with", widget=forms.CheckboxSelectMultiple)
    reason = text("What was agreed", "Kept with the release. A second person stands behind it.", rows=2, longest=2000)
    field_order = ("agreed", "reason")

    def __init__(self, *args: Any, agencies: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["agreed"].choices = [(one, one) for one in agencies]  # type: ignore[attr-defined]


class ReturnForm(forms.Form):
    """What a partner sent back."""

    file = forms.FileField(label="Return form", help_text="CSV, XLSX or JSON, as it came in the package; or sealed.")
    signature = forms.FileField(
        label="Signature", required=False, help_text="Ed25519 over the form: 64 bytes, hexadecimal or base64."
    )


class RetireForm(ReasonForm):
    """Why an account is taken out, and who keeps what is sealed off."""

    reason = text("Who cleared the holder, and when", "Kept until the account is gone; then it goes, too.", rows=2)
    custodian = forms.CharField(
        label="Custodian's age key", max_length=100,
        help_text="It begins with age1. Papers that name the account are sealed to it; nobody here can open them then.",
    )  # fmt: skip


class OwnForm(forms.Form):
    """Somebody takes the silence on."""

    note = text("What will be done", rows=2, required=False, longest=1000)
