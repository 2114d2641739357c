"""A workbook's parts, unpacked with a bound on what they really hold, whatever the archive says of itself."""

import io
import struct
import zipfile
import zlib

from pipelines.workbooks.grid import WorkbookError

UNPACKED_BYTES = 60_000_000
MOST_PARTS = 2_000
_LOCAL = struct.Struct("<26xHH")


def unpacked(data: bytes) -> dict[str, bytes]:
    """Return the XML parts by name; raises WorkbookError for a broken archive or one that unpacks to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise WorkbookError(f"it begins like a workbook but is broken ({error}); save it anew") from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > UNPACKED_BYTES:
        raise WorkbookError(_too_much())
    left, kept = UNPACKED_BYTES, dict[str, bytes]()
    for part in parts:
        if part.flag_bits & 1:
            raise WorkbookError("it is encrypted with a password; save it without one and hand it in again")
        body = _inflated(data, part, left)
        left -= len(body)
        if part.filename.endswith((".xml", ".rels")):
            kept[part.filename] = body
    return kept


def _inflated(data: bytes, part: zipfile.ZipInfo, most: int) -> bytes:
    """Return a part's bytes, counted as they come out: an archive's own word for their number proves nothing."""
    try:
        begins = part.header_offset + 30 + sum(_LOCAL.unpack_from(data, part.header_offset))
        packed = data[begins : begins + part.compress_size]
        if part.compress_type == zipfile.ZIP_STORED:
            return packed
        if part.compress_type != zipfile.ZIP_DEFLATED:
            raise WorkbookError("it is packed in a way that workbooks are not; save it anew")
        body = zlib.decompressobj(-15).decompress(packed, most + 1)
    except (struct.error, zlib.error) as error:
        raise WorkbookError(f"it begins like a workbook but is broken ({error}); save it anew") from error
    if len(body) > most:
        raise WorkbookError(_too_much())
    return body


def _too_much() -> str:
    return (
        f"it unpacks to more than {UNPACKED_BYTES // 1_000_000} MB, far more than such a table; hand in the rows alone"
    )
