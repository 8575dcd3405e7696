"""How people come in: with an account that an administrator made."""

from allauth.account import urls as allauth_urls
from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect

from catalog import lifecycle
from catalog.models import User


class ClosedAccounts(DefaultAccountAdapter):
    """Refuse sign-up; accounts and passwords are made through the write path."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def set_password(self, user: User, password: str) -> None:
        lifecycle.set_password(user, password, actor=user)


# Mail is not sent from here: addresses and forgotten passwords are an administrator's work.
ADDRESSES = [
    address
    for address in allauth_urls.urlpatterns
    if address.name
    in {
        "account_login",
        "account_logout",
        "account_inactive",
        "account_signup",
        "account_change_password",
        "account_set_password",
        "account_reauthenticate",
    }
]


class SignInRequired(LoginRequiredMiddleware):
    """Ask for a sign-in before every view that does not say it needs none.

    The API answers 401 itself. What is open is asked first, so that a call with a token never
    looks for a session.
    """

    def process_view(self, request, view_func, view_args, view_kwargs):
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func) -> HttpResponse:
        """Send the whole page to the sign-in, also when htmx asked for a piece of it only."""
        if not request.headers.get("HX-Request"):
            return super().handle_no_permission(request, view_func)
        here = request.headers.get("HX-Current-URL", "/")
        login = resolve_url(self.get_login_url(view_func))
        return HttpResponseClientRedirect(f"{login}?{urlencode({'next': here})}")
