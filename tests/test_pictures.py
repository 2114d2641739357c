"""Pictures of codes: what is drawn can be read, photographs are read with bounds, bombs are refused by their header."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageFilter

from pipelines.codes import CodeError, person_code
from pipelines.pictures import LARGEST_BYTES, png, qr, read_picture

CODE = person_code("lakeside-r2", 42)


def photograph(text: str, kind: str = "JPEG", turn: int = 8, size: tuple[int, int] = (1600, 1200)) -> bytes:
    """Return a photograph of a code: turned, on grey paper, a little out of focus."""
    paper = Image.new("RGB", size, (182, 178, 170))
    code = Image.open(io.BytesIO(png(qr(text)))).convert("RGB").rotate(turn, expand=True, fillcolor=(182, 178, 170))
    paper.paste(code, (500, 400))
    out = io.BytesIO()
    paper.filter(ImageFilter.GaussianBlur(2)).save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("turn", [0, 8, 90, 200])
def test_a_photographed_code_is_read(kind: str, turn: int) -> None:
    assert read_picture(photograph(CODE, kind, turn)) == CODE


def test_a_telephone_s_large_photograph_is_read() -> None:
    assert read_picture(photograph(CODE, size=(4032, 3024))) == CODE


def bomb(width: int, height: int) -> bytes:
    """Return a PNG of a kilobyte whose header promises ``width`` by ``height`` pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100_000))


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "no_picture"),
        (b"GIF89a" + b"\0" * 100, "no_picture"),
        (b"<svg onload=alert(1)>", "no_picture"),
        (photograph(CODE)[:5_000], "no_picture"),
        (bomb(100_000, 100_000), "picture_too_large"),
        (bomb(7_000, 6_000), "picture_too_large"),
        (bomb(3_000, 3_000), "no_picture"),
        (b"\xff" * (LARGEST_BYTES + 1), "picture_too_large"),
    ],
)
def test_what_is_no_photograph_or_too_large_is_refused_with_a_sentence(data: bytes, rule: str) -> None:
    with pytest.raises(CodeError) as found:
        read_picture(data)
    assert found.value.rule == rule
    assert len(found.value.sentence) > 20


def test_a_picture_without_a_code_and_one_with_two_are_refused() -> None:
    blank, two = io.BytesIO(), io.BytesIO()
    Image.new("L", (800, 600), 200).save(blank, "PNG")
    both = Image.new("L", (1200, 600), 255)
    for place, text in enumerate((CODE, person_code("lakeside-r2", 43))):
        both.paste(Image.open(io.BytesIO(png(qr(text)))), (place * 500 + 50, 50))
    both.save(two, "PNG")

    for data, rule, sentence in (
        (blank, "no_code_seen", "no code is to be seen"),
        (two, "several_codes", "2 codes are in the picture"),
    ):
        with pytest.raises(CodeError, match=sentence) as found:
            read_picture(data.getvalue())
        assert found.value.rule == rule
