"""What the desk asks: one form a verb, with only the fields that the verb takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.renderers import TemplatesSetting

from leadline.vocabulary.casework import CustodyKind, OutcomeKind, Role, TaskKind
from leadline.vocabulary.scales import Level
from leadline.web.shown import visible, word

if TYPE_CHECKING:
    from leadline.casefile.devices import Device


class DeskRenderer(TemplatesSetting):
    """Fields are written by the desk's own template."""

    form_template_name = "desk/parts/form.html"
    field_template_name = "desk/parts/field.html"


def words(values: Any, *, empty: str | None = None) -> list[tuple[str, str]]:
    """A closed list as choices, with a first empty one where `empty` names it."""
    listed = [(str(value), word(value).capitalize()) for value in values]
    return [("", empty), *listed] if empty is not None else listed


class Day(forms.DateField):
    """A day, written as the browser's own date field gives it."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    input_formats = ("%Y-%m-%d",)

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=self.input_formats, **options)


def text(label: str, hint: str = "", *, rows: int = 3, required: bool = True, longest: int = 10_000) -> forms.CharField:
    """Free text."""
    widget = forms.Textarea(attrs={"rows": rows, "class": "govuk-textarea"})
    return forms.CharField(label=label, help_text=hint, widget=widget, required=required, max_length=longest)


class ReasonForm(forms.Form):
    """A reason, which the audit keeps."""

    reason = text("Reason", "Kept in the audit.", rows=2)


class SetAsideForm(ReasonForm):
    """Aside until a day."""

    look_again_on = Day(label="Look again on")


class NoteForm(forms.Form):
    """A note."""

    text = text("Note", "Not changed afterwards, only followed by another.")


class LevelForm(ReasonForm):
    """A person's order of work beside the computed one."""

    level = forms.ChoiceField(
        label="Level", choices=words(Level, empty="Take it back"), required=False,
        help_text="Stands beside the computed level and never in its place.",
    )  # fmt: skip


class NoticeForm(forms.Form):
    """A link to a child came into view."""

    grounds = text("What brought the link into view", "In neutral words, without names.", rows=2)


class NotifiedForm(forms.Form):
    """Child protection was told."""

    whom = forms.CharField(label="Service that was told", max_length=200)


class PersonForm(ReasonForm):
    """The lead may concern a person."""

    person = forms.ChoiceField(label="Person", required=False)
    label = forms.CharField(
        label="Label of a new person", max_length=200, required=False,
        help_text="The agency's own label, such as a file number.",
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A person that is there or a label for a new one, not both."""
        told = dict(super().clean() or {})
        if bool(told.get("person")) == bool(told.get("label")):
            self.add_error("label", "Choose a person, or write the label of a new one.")
        return told


class CaseForm(forms.Form):
    """A new case on a lead."""

    title = forms.CharField(label="Title of the case", max_length=200, help_text="Neutral: no names.")
    operation = forms.ChoiceField(label="Operation", required=False)


class TaskForm(forms.Form):
    """One more task."""

    title = forms.CharField(label="Task", max_length=200)
    kind = forms.ChoiceField(label="Kind", choices=words(TaskKind), initial="other")
    due_on = Day(label="Due on", required=False)


class OutcomeForm(forms.Form):
    """What came of a case; what is left empty is not known yet."""

    kind = forms.ChoiceField(label="What came of it", choices=words(OutcomeKind))
    happened_on = Day(label="On", required=False, help_text="Empty: not known yet.")
    persons = forms.IntegerField(
        label="Persons", min_value=0, max_value=100_000, required=False, help_text="Empty: not known yet."
    )
    children_safeguarded = forms.IntegerField(
        label="Children safeguarded", min_value=0, max_value=100_000, required=False,
        help_text="A count and nothing else. Empty: not known yet.",
    )  # fmt: skip
    devices_seized = forms.IntegerField(
        label="Devices seized", min_value=0, max_value=100_000, required=False, help_text="Empty: not known yet."
    )
    remark = text("Remark", "Neutral: no names.", rows=2, required=False)


class MemberForm(forms.Form):
    """A new colleague."""

    login = forms.CharField(
        label="Login", max_length=61, help_text="What stands before the @: small letters, digits, dots and hyphens."
    )
    display_name = forms.CharField(label="Name", max_length=120)
    roles = forms.MultipleChoiceField(label="Roles", choices=words(Role), widget=forms.CheckboxSelectMultiple)
    team = forms.ChoiceField(label="Team", required=False)
    password = forms.CharField(
        label="First password", min_length=12, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. The colleague sets up a second factor at the first sign-in.",
    )  # fmt: skip

    def __init__(self, *args: Any, teams: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["team"].choices = [("", "No team"), *teams]  # type: ignore[attr-defined]


class RolesForm(forms.Form):
    """New roles and team of a colleague."""

    roles = forms.MultipleChoiceField(label="Roles", choices=words(Role), widget=forms.CheckboxSelectMultiple)
    team = forms.ChoiceField(label="Team", required=False)

    def __init__(self, *args: Any, teams: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["team"].choices = [("", "No team"), *teams]  # type: ignore[attr-defined]


class TeamForm(forms.Form):
    """A new team."""

    name = forms.CharField(label="Name of the team", max_length=100)


class CustodyForm(forms.Form):
    """One more step of an exhibit's custody."""

    kind = forms.ChoiceField(label="What happened", choices=words(CustodyKind), initial="handed-over")
    holder = forms.ChoiceField(label="Who holds it from then on")
    place = forms.CharField(label="Place", max_length=200, required=False)
    remark = text("Remark", rows=2, required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["holder"].choices = [("", "Choose a colleague"), *people]  # type: ignore[attr-defined]


class ExhibitForm(forms.Form):
    """A thing that evidence came on or in."""

    number = forms.CharField(label="Number", max_length=60, help_text="The agency's own exhibit or seal number.")
    tip = forms.ChoiceField(label="Tip", required=False)
    case = forms.ChoiceField(label="Case", required=False)
    sha256 = forms.RegexField(
        r"\A[0-9a-f]{64}\Z", label="SHA-256", required=False, help_text="Of the sealed file, where there is one.",
        error_messages={"invalid": "64 hexadecimal digits in small letters."},
    )  # fmt: skip
    place = forms.CharField(label="Place", max_length=200, required=False)

    def __init__(self, *args: Any, tips: list[tuple[str, str]], cases: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["tip"].choices = [("", "None"), *tips]  # type: ignore[attr-defined]
        self.fields["case"].choices = [("", "None"), *cases]  # type: ignore[attr-defined]


class OperationForm(forms.Form):
    """A name for the work on one cache."""

    name = forms.CharField(label="Name of the operation", max_length=200, help_text="Neutral: no names of people.")


class SubjectForm(forms.Form):
    """Who a colleague is to the agency's identity provider."""

    subject = forms.CharField(
        label="Subject", max_length=255, help_text="The provider's own name of the account (`sub`), never an address."
    )


class IntoCaseForm(forms.Form):
    """Into a case that is there."""

    case = forms.ChoiceField(label="Case")


class TriageForm(forms.Form):
    """An examination of a device."""

    source = forms.ChoiceField(label="Device, image or listing")
    lead = forms.ChoiceField(
        label="Lead", required=False, help_text="What its account opened in the cache comes first."
    )
    authority = forms.CharField(
        label="Authority", max_length=300, help_text="The order under which this is examined, such as its number."
    )

    def __init__(self, *args: Any, devices: list[Device], leads: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        named = [(one.name, f"{visible(one.name)} ({word(one.protection)})") for one in devices]
        self.fields["source"].choices = named  # type: ignore[attr-defined]
        self.fields["lead"].choices = [("", "No lead"), *leads]  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """An examined source changes hands."""

    holder = forms.ChoiceField(label="To")
    place = forms.CharField(label="Place", max_length=200, required=False)
    remark = text("Remark", "Seal number and the like.", rows=2, required=False, longest=1000)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["holder"].choices = people  # type: ignore[attr-defined]


class LookForm(forms.Form):
    """The next groups to look at."""

    groups = forms.IntegerField(label="Groups", min_value=1, max_value=100, initial=1)
    again = forms.CharField(
        label="Look again because", max_length=300, required=False,
        help_text="Only to look at what somebody has looked at.",
    )  # fmt: skip


class ReleaseForm(forms.Form):
    """Rows of a listing are tied to a case."""

    case = forms.ChoiceField(label="Case")
    key = forms.FileField(
        label="Key file of the hash sets", required=False, max_length=200,
        help_text="Empty where the desk's own account holds it. It is read and not kept.",
    )  # fmt: skip

    def __init__(self, *args: Any, cases: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["case"].choices = cases  # type: ignore[attr-defined]

    def key_text(self) -> str:
        """The text of the key file; nothing where none was sent."""
        sent = self.cleaned_data["key"]
        return sent.read(200).decode("ascii", "replace") if sent else ""


class MergeForm(ReasonForm):
    """Worked on under another lead from now on."""

    into = forms.CharField(
        label="Merge into lead", max_length=24, help_text="Its name, such as L-0123456789abcdef0123."
    )


class AssignForm(forms.Form):
    """To whom."""

    to = forms.ChoiceField(label="Colleague", required=False)
    team = forms.ChoiceField(label="Team", required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], teams: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].choices = [("", "Nobody"), *people]  # type: ignore[attr-defined]
        self.fields["team"].choices = [("", "As it is"), *teams]  # type: ignore[attr-defined]


class ReceiveForm(forms.Form):
    """Which bundle of the intake folder, and what is left out of it."""

    bundle = forms.ChoiceField(label="Bundle", widget=forms.RadioSelect)
    leave_out = text(
        "Files to leave out, one a line", "As the bundle names them. Digest, size and reason are kept, nothing else.",
        rows=2, required=False,
    )  # fmt: skip
    as_is = forms.BooleanField(
        label="Seal broken compressed files as they are", required=False,
        help_text="The fault is noted in the custody entry, and what can be read is read.",
    )  # fmt: skip

    def __init__(self, *args: Any, bundles: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["bundle"].choices = bundles  # type: ignore[attr-defined]

    def paths(self) -> list[str]:
        """The files to leave out."""
        return [line.strip() for line in self.cleaned_data["leave_out"].splitlines() if line.strip()]
