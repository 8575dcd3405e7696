"""A person's own page: API tokens, and the way to password and theme."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from catalog import lifecycle
from catalog.models import ApiToken

DAYS = {"30": "30 days", "90": "90 days", "365": "a year", "never": "never"}


class TokenForm(forms.Form):
    """Ask what a new token is for, and how long it may be used."""

    name = forms.CharField(
        max_length=128, help_text="What will use it, so that you know it when you revoke it."
    )
    days = forms.ChoiceField(label="Expires after", choices=list(DAYS.items()), initial="90")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show the tokens; a POST makes one and shows its text, this one time only."""
    form, text, status = TokenForm(request.POST or None), "", 200
    if request.method == "POST":
        if form.is_valid():
            days = form.cleaned_data["days"]
            text = lifecycle.issue_token(
                request.user,
                form.cleaned_data["name"],
                actor=request.user,
                expires_at=timezone.now() + timedelta(days=int(days)) if days.isdecimal() else None,
            )
            form = TokenForm()
        else:
            status = 422
    tokens = ApiToken.objects.filter(user=request.user).order_by("revoked_at", "-created_at")
    context = {"form": form, "new_token": text, "tokens": tokens, "now": timezone.now()}
    return render(request, "catalog/profile.html", context, status=status)


@require_POST
def revoke(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make one of my tokens worthless."""
    token = get_object_or_404(ApiToken, pk=pk, user=request.user)
    lifecycle.revoke_token(token.pk, actor=request.user)
    messages.success(request, f"The token {token.name} can no longer be used.")
    return redirect("profile")
