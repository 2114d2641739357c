"""Reading one file of a campaign folder as text, with a fault instead of an exception."""

from pathlib import Path

from pipelines.campaign.faults import Fault, Place, fault

LARGEST_FILE = 20_000_000


def read_text(folder: Path, file: str, faults: list[Fault]) -> str | None:
    """Return the text of a UTF-8 file, its byte order mark dropped; None after a fault."""
    place = Place(file)
    try:
        raw = (folder / file).read_bytes()
    except FileNotFoundError:
        advice = f"put {file} into {folder}; data/README.md describes it"
        faults.append(fault(place, "the file to exist", "", advice, came="no such file"))
        return None
    except OSError as error:
        faults.append(fault(place, "a readable file", error.strerror, "make it a file that can be read"))
        return None
    if len(raw) > LARGEST_FILE:
        faults.append(fault(place, f"at most {LARGEST_FILE} bytes", len(raw), "remove what does not belong there"))
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        came = f"byte {raw[error.start]:#04x} at offset {error.start}"
        faults.append(fault(place, "text in UTF-8", came, "save it as plain text in UTF-8 (in Excel: CSV UTF-8)"))
        return None
