"""Functions of Streamlit replaced by ours, where the installed Streamlit has them; by each of our modules once."""

from collections.abc import Callable
from typing import Any

MARK = "__wrapped_by__"


def wrap(by: str, owner: Any, name: str, ours: Callable[[Any], Any]) -> None:
    """Replace ``owner``'s ``name`` by what ``ours`` makes of it; where there is none of that name leave it so.

    ``by``: the module that does so; asked again, it does nothing.
    """
    theirs = getattr(owner, name, None)
    made_by: tuple[str, ...] = getattr(theirs, MARK, ())
    if theirs is None or by in made_by:
        return
    wrapped = ours(theirs)
    wrapped.__dict__[MARK] = (*made_by, by)
    setattr(owner, name, wrapped)
