"""How people come in: with an account that an administrator made."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedAccounts(DefaultAccountAdapter):
    """Refuse sign-up; accounts are made through the write path."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
