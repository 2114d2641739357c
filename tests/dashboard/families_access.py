"""Keys of sign-in and rights that the code makes at run time."""

from dashboard import access
from dashboard.signing import sign_in
from pipelines.vocabulary import UserRole

FAMILIES: dict[str, list[str]] = {
    "page": access.pages(),
    "user_role": list(UserRole),
    "signin.failed": [*sign_in.TOLD],
}
