"""Checks a name and a password. Accounts of a demo are let in nowhere but in a demo."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from linli.community.models import Account, Deployment
from linli.community.queries import deployment


class AccountBackend:
    """Django's door to our accounts."""

    def authenticate(
        self, request: HttpRequest | None, *, username: str | None = None, password: str | None = None, **_: Any
    ) -> AbstractBaseUser | None:
        """The account with this name and password, or None. An unknown name takes as long as a wrong password."""
        if username is None or password is None:
            return None
        account = Account.objects.filter(username=username).first()
        if account is None:
            make_password(password)
            return None
        if not account.check_password(password) or not _may_enter(account):
            return None
        return account

    def get_user(self, account_id: int) -> Account | None:
        """The account of a session, as long as it may enter."""
        account = Account.objects.filter(pk=account_id).first()
        return account if account is not None and _may_enter(account) else None


def _may_enter(account: Account) -> bool:
    if not account.is_active:
        return False
    if not account.is_demo:
        return True
    deployed = deployment()
    return deployed is not None and deployed.kind == Deployment.Kind.DEMO
