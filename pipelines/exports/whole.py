"""A file is there whole or not at all: it is written under another name and renamed when it is on disk."""

import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from pipelines.exports.errors import ExportError


@contextmanager
def whole(target: Path) -> Generator[Path]:
    """Yield a name beside ``target`` to write to; it becomes ``target`` afterwards, or is removed when that failed."""
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    try:
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(target)
    except OSError as error:
        raise ExportError(f"{target} cannot be written ({error.strerror or error}); nothing stands under it") from error
    finally:
        part.unlink(missing_ok=True)
