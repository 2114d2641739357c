"""Undoing gzip within a bound, whatever was packed."""

import zlib
from collections.abc import Mapping

from pipelines.addresses import HttpFailure
from pipelines.vocabulary import Outcome


def unpacked(data: bytes, headers: Mapping[str, str], where: str, cap_bytes: int) -> bytes:
    """Undo one gzip, never allocating more than the cap; anything else than gzip or nothing is refused."""
    encoding = headers.get("Content-Encoding", "identity").strip().lower()
    if encoding in ("identity", ""):
        return data
    if encoding not in ("gzip", "x-gzip"):
        raise HttpFailure(
            Outcome.MALFORMED,
            f"{where} is encoded as {encoding[:60]!r}; only one gzip was asked for",
        )
    decoder = zlib.decompressobj(wbits=31)
    try:
        plain = decoder.decompress(data, cap_bytes + 1)
    except zlib.error as error:
        raise HttpFailure(Outcome.MALFORMED, f"{where} says gzip but is not ({error})") from error
    if len(plain) > cap_bytes:
        raise HttpFailure(
            Outcome.TOO_LARGE,
            f"{where} unpacks to more than the {cap_bytes} bytes allowed; see `cap_bytes`",
        )
    if not decoder.eof or decoder.unused_data:
        raise HttpFailure(
            Outcome.MALFORMED,
            f"{where} sent gzip that is cut off or followed by something else",
        )
    return plain
