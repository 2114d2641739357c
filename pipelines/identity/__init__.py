"""Who may come in: accounts and sessions of the command center, in a file that only the command server decides by."""

from pipelines.identity.accounts import Account, Accounts, NewAccount
from pipelines.identity.book import Book
from pipelines.identity.demo import demo_accounts
from pipelines.identity.errors import AccountRefused, IdentityError, SignInRefused
from pipelines.identity.passwords import generated
from pipelines.identity.signing import SignIns

__all__ = [
    "Account",
    "AccountRefused",
    "Accounts",
    "Book",
    "IdentityError",
    "NewAccount",
    "SignInRefused",
    "SignIns",
    "demo_accounts",
    "generated",
]
