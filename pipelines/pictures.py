"""Codes as pictures: QR and Code-128 drawn as modules, and the texts of the codes in a photograph."""

import io
from dataclasses import dataclass
from typing import Any

import zxingcpp
from PIL import Image

from pipelines.codes import CodeError

LARGEST_BYTES = 12_000_000  # what a telephone writes
LARGEST_PIXELS = 40_000_000
READ_PIXELS = 2_000  # the longer side a photograph is read at
FORMATS = ("JPEG", "PNG", "WEBP")
MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr")
READ_KINDS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128])


@dataclass(frozen=True)
class Modules:
    """A code without its quiet zone: rows of modules, True where it is dark; a linear code has one row."""

    rows: tuple[tuple[bool, ...], ...]

    @property
    def width(self) -> int:
        """How many modules lie side by side."""
        return len(self.rows[0])

    def bars(self) -> list[tuple[int, int, int]]:
        """Return the dark runs as (row, first module, length)."""
        runs: list[tuple[int, int, int]] = []
        for at, row in enumerate(self.rows):
            begun: int | None = None
            for place, is_dark in enumerate((*row, False)):
                if is_dark and begun is None:
                    begun = place
                elif not is_dark and begun is not None:
                    runs.append((at, begun, place - begun))
                    begun = None
        return runs


def qr(text: str) -> Modules:
    """Return a QR code that may lose a seventh of its modules (level M)."""
    return _modules(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M"), linear=False)


def code128(text: str) -> Modules:
    """Return a Code-128."""
    return _modules(zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128), linear=True)


def _modules(barcode: zxingcpp.Barcode, *, linear: bool) -> Modules:
    image: Any = barcode.to_image(scale=1, add_quiet_zones=False)
    shades: Any = memoryview(image).tolist()
    return Modules(tuple(tuple(shade == 0 for shade in row) for row in (shades[:1] if linear else shades)))


def png(modules: Modules, scale: int = 8, quiet: int = 4) -> bytes:
    """Return a QR code as a PNG, black on white with its quiet zone, so that it can be read on any ground."""
    side = modules.width + 2 * quiet
    image = Image.new("1", (side, len(modules.rows) + 2 * quiet), 1)
    for row, first, length in modules.bars():
        for place in range(first, first + length):
            image.putpixel((place + quiet, row + quiet), 0)
    out = io.BytesIO()
    image.resize((side * scale, image.height * scale), Image.Resampling.NEAREST).save(out, "PNG", optimize=True)
    return out.getvalue()


def read_picture(data: bytes) -> str:
    """Return the text of the one code in a photograph; raises CodeError when there is none, several, or no photograph.

    What is too large is refused by its header, before a pixel is unpacked.
    """
    if len(data) > LARGEST_BYTES:
        raise CodeError("picture_too_large", f"the picture has {len(data)} bytes, at most {LARGEST_BYTES} are read")
    found = {barcode.text for barcode in zxingcpp.read_barcodes(_photograph(data), formats=READ_KINDS)}
    if not found:
        raise CodeError("no_code_seen", "no code is to be seen in the picture; go nearer, hold still, avoid glare")
    if len(found) > 1:
        raise CodeError("several_codes", f"{len(found)} codes are in the picture; cover all but the one to scan")
    return found.pop()


def _photograph(data: bytes) -> Image.Image:
    """Return the picture in grey, its longer side at most ``READ_PIXELS``."""
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > LARGEST_PIXELS or image.mode not in MODES:
                sentence = f"the picture is {image.width} by {image.height} pixels ({image.mode}); take a smaller one"
                raise CodeError("picture_too_large", sentence)
            image.draft("L", (READ_PIXELS, READ_PIXELS))
            image.thumbnail((READ_PIXELS, READ_PIXELS))
            return image.convert("RGBA").convert("L") if image.mode in {"P", "LA"} else image.convert("L")
    except CodeError:
        raise
    except Image.DecompressionBombError as error:
        raise CodeError("picture_too_large", "the picture has far too many pixels; take a smaller one") from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise CodeError("no_picture", "this is no whole JPEG, PNG or WebP picture; take it again") from error
