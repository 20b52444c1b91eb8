"""What the pages of the register of partners ask."""

from __future__ import annotations

from django import forms

from leadline.reference.partners.partner import QUESTIONS
from leadline.web.forms import Day, ReasonForm, text


class ChangeForm(forms.Form):
    """What is stated of a partner; a field left empty stays as it is."""

    name = forms.CharField(label="Name of the agency", max_length=200, required=False)
    jurisdictions = forms.CharField(
        label="Answers for",
        max_length=1000,
        required=False,
        help_text="ISO codes such as NZ, or EU, or * for the rest.",
    )
    channel = forms.CharField(
        label="Channel", max_length=200, required=False, help_text="How a sealed package travels to it."
    )
    threshold = forms.DecimalField(
        label="Threshold", min_value=0, max_value=1, decimal_places=3, required=False,
        help_text="Confidence below which an account goes as a request to verify; 0.5 where nothing is said.",
    )  # fmt: skip


class AddForm(ChangeForm):
    """A new partner."""

    code = forms.CharField(
        label="Code", max_length=32,
        help_text="Capitals, digits and hyphens. Of agencies that come with the installation, the rest is known.",
    )  # fmt: skip
    field_order = ("code", "name", "jurisdictions", "channel", "threshold")


class KeyForm(forms.Form):
    """A key as the partner gave it."""

    age_recipient = forms.CharField(label="age key", max_length=100, help_text="It begins with age1.")
    sign_key = forms.CharField(
        label="Signing key", max_length=200, required=False,
        help_text="ed25519: and 64 hexadecimal digits. Empty where it signs nothing yet.",
    )  # fmt: skip
    valid_until = Day(label="Valid until", required=False, help_text="Empty: a year from now.")


class CheckForm(forms.Form):
    """A second person compares."""

    fingerprint = forms.CharField(
        label="Fingerprint", max_length=100,
        help_text="As the partner read it out over another channel; never copied from this page.",
    )  # fmt: skip


class AssessForm(forms.Form):
    """What may happen to people there."""

    conditions = text("What it has undertaken", f"On {', '.join(QUESTIONS)}.", longest=2000)
    assurance_until = Day(label="Serves until")


class RevokeForm(ReasonForm):
    """Why the key may not be used any more."""
