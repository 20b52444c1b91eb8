"""Operations: the list, and one of them with what still stands under it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from leadline.casefile.actions.audit import record_reading
from leadline.casefile.actions.operations import close_operation, open_operation, reopen_operation
from leadline.casefile.policy import Verb, may, permit
from leadline.casefile.queries import operations as asking
from leadline.casefile.queries import registers
from leadline.web import forms

if TYPE_CHECKING:
    from django.http import HttpResponse

    from leadline.web.asking import DeskRequest


@require_http_methods(["GET", "POST"])
def operations(request: DeskRequest) -> HttpResponse:
    """Operations, and a new one."""
    opens = may(request.user, Verb.OPERATION_OPEN)
    form = forms.OperationForm(request.POST or None) if opens else None
    if request.method == "POST":
        permit(request.user, Verb.OPERATION_OPEN)
        if form is not None and form.is_valid():
            open_operation(form.cleaned_data["name"], actor=request.user)
            messages.success(request, "The operation was opened.")
            return HttpResponseRedirect(reverse("operations"))
    told: dict[str, Any] = {
        "title": "Operations", "operations": registers.operations(actor=request.user), "form": form
    }  # fmt: skip
    return render(request, "desk/operations.html", told, status=400 if form is not None and form.errors else 200)


@require_GET
def operation(request: DeskRequest, pk: str) -> HttpResponse:
    """One operation: open cases, leads at work, clocks and packages, and closing or reopening it."""
    found = asking.operation(pk, actor=request.user)
    stands = asking.standing(found, actor=request.user)
    record_reading(request.user, "operation:page:read", found.pk)
    told: dict[str, Any] = {"title": found.name, "operation": found, "stands": stands, "form": forms.ReasonForm()}
    return render(request, "desk/operation.html", told)


@require_POST
def operation_close(request: DeskRequest, pk: str) -> HttpResponse:
    """No more work under it."""
    close_operation(pk, request.POST.get("reason", ""), actor=request.user)
    messages.success(request, "The operation is closed.")
    return HttpResponseRedirect(reverse("operation", args=[pk]))


@require_POST
def operation_reopen(request: DeskRequest, pk: str) -> HttpResponse:
    """Work under it again."""
    reopen_operation(pk, request.POST.get("reason", ""), actor=request.user)
    messages.success(request, "The operation is open again.")
    return HttpResponseRedirect(reverse("operation", args=[pk]))
