"""How a foreign system's words become the contract's: what stands under ``[source.mapping]`` and ``[source.auth]``."""

from msgspec import UNSET, Struct, UnsetType

Scalar = str | int | float | bool | None


class FieldSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"path": "from"}):
    """Where one field comes from.

    ``path`` (written ``from``): a dotted path in the row, or from the top when it begins with ``/``. ``value``: always
    this. ``words``: their word to ours. ``times``: their number in our unit. ``time``: ``iso``, ``epoch_s``,
    ``epoch_ms``, ``now`` or a format such as ``%Y-%m-%d %H:%M:%S``; ``offset_minutes``: how far their local time is
    ahead of UTC when it says no offset. ``default``: when there is nothing. ``is_site``: it is their name of a site, to
    be looked up in ``sites``.
    """

    path: str = ""
    value: Scalar | UnsetType = UNSET
    words: dict[str, Scalar] = {}
    times: float | None = None
    time: str = ""
    offset_minutes: int = 0
    default: Scalar | UnsetType = UNSET
    is_site: bool = False


class MappingSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``rows``: the path of the list, "" when the answer itself is it; ``answer``: the fields beside the list; ``row``:
    those of each row; ``sites``: our site_id to theirs, which ``{site_id}`` in the URL then becomes. Where the contract
    has one answer a site or server, ``answer`` is read off the row of ``rows`` that is of it.
    """

    rows: str = ""
    answer: dict[str, FieldSpec] = {}
    row: dict[str, FieldSpec] = {}
    sites: dict[str, str] = {}


class AuthSpec(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The secret named ``secret`` is sent in ``header`` behind ``prefix``; ``value`` is filled in when it is read."""

    secret: str
    header: str = "Authorization"
    prefix: str = "Bearer "
    value: str = ""

    def __repr__(self) -> str:
        return f"AuthSpec(secret={self.secret!r}, header={self.header!r})"
