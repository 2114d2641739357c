"""Compiling with numba where it is there; without it the same functions run as Python and give the same numbers."""

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np

LEAN: dict[str, Any] = {"forceinline": True, "_nrt": False}
F = TypeVar("F", bound=Callable[..., object])
HERE = Path(__file__).parent
SOURCES = (HERE / "compiled.py", HERE / "draws.py", *sorted(HERE.glob("kernel_*.py")))

try:
    import numba
except ImportError:
    numba = None

HAS_NUMBA = numba is not None


def _cache_folder() -> str:
    """Return where machine code is kept: by the text of all kernels, for one calls another across files."""
    text = b"".join(source.read_bytes() for source in SOURCES)
    return str(HERE / "__pycache__" / f"kernels-{blake2b(text, digest_size=6).hexdigest()}")


def compiled(function: F) -> F:
    """Return the function compiled, without the interpreter's lock, its machine code kept between processes."""
    if numba is None:
        return function
    return cast(F, numba.njit(nogil=True, cache=True, error_model="numpy")(function))


def lean(function: F) -> F:
    """Return the function compiled into its callers and without counting who holds an array, which costs a lock a call.

    Only for what asks for no memory of its own: numba refuses the rest.
    """
    if numba is None:
        return function
    return cast(F, numba.njit(nogil=True, cache=True, error_model="numpy", **LEAN)(function))


def reinterpreted(of: str, to: str) -> Callable[[Any], Any]:
    """Return a function of kernels that takes the bits of a number of one type for another's; only numba has it."""
    if numba is None:
        return lambda value: np.asarray(value, of).view(to)[()]
    from numba.core import types
    from numba.extending import intrinsic

    @intrinsic
    def taken(_: Any, value: Any) -> Any:
        def built(context: Any, builder: Any, signature: Any, values: Any) -> Any:
            return builder.bitcast(values[0], context.get_value_type(signature.return_type))

        return getattr(types, to)(getattr(types, of)), built

    return cast(Callable[[Any], Any], taken)


def code_folder() -> Path | None:
    """Return where machine code is kept; None without numba, or where an installation cannot be written."""
    folder = Path(_cache_folder())
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:  # numba finds a folder of the user's
        return None
    return folder if HAS_NUMBA else None


def _keep_code_by_source() -> None:
    if numba is not None and (folder := code_folder()):
        numba.config.CACHE_DIR = str(folder)  # pyright: ignore[reportPrivateImportUsage, reportAttributeAccessIssue]


_keep_code_by_source()
