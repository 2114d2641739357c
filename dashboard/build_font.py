"""Cuts the dashboard's font: GB 2312 and the characters of the places in data/, of Noto Sans SC, as woff2.

Run it by hand when the set of characters changes: ``python -m dashboard.build_font``. It needs Debian's package
fonts-noto-cjk (apt-get install fonts-noto-cjk) and fontTools, which the development requirements bring.
"""

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter, save_font
from fontTools.ttLib import TTCollection, TTFont

SOURCE = Path("/usr/share/fonts/opentype/noto")
DATA = Path(__file__).parents[1] / "data"
TARGET = Path(__file__).parent / "static"
WEIGHTS = {"NotoSansCJK-Regular.ttc": "NotoSansSC-Regular.woff2", "NotoSansCJK-Bold.ttc": "NotoSansSC-Bold.woff2"}
FAMILY = "Noto Sans CJK SC"
LATIN = "".join(chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100)))
SIGNS = "–—‘’“”•…‰′″€℃№←↑→↓↔≈≠≤≥−×÷±∑√∞○●◎◇◆□■△▲▽▼☆★✓✕／：；，。！？（）《》「」【】、·　"


def gb2312() -> str:
    """Return the 6,763 characters of GB 2312, levels 1 and 2."""
    pairs = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", errors="ignore") for pair in pairs)


def place_names() -> str:
    """Return every character of the tables in data/: names of places use more than GB 2312 has."""
    return "".join(file.read_text(encoding="utf-8") for file in sorted(DATA.rglob("*.csv")))


def simplified_face(collection: Path) -> TTFont:
    """Return the simplified Chinese face of a Noto collection; raises LookupError when it has none."""
    for font in TTCollection(str(collection), lazy=True).fonts:
        if font["name"].getDebugName(1) == FAMILY:
            return font
    raise LookupError(f"{collection} holds no face named {FAMILY}; install Debian's fonts-noto-cjk")


def cut(collection: Path, target: Path) -> int:
    """Write the subset of ``collection`` to ``target`` and return its size in bytes."""
    options = Options(flavor="woff2", layout_features=["kern", "palt", "tnum"], hinting=False, desubroutinize=True)
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    font = simplified_face(collection)
    subsetter = Subsetter(options)
    subsetter.populate(text=gb2312() + place_names() + LATIN + SIGNS)
    subsetter.subset(font)
    save_font(font, str(target), options)
    return target.stat().st_size


def main() -> None:
    """Cut both weights and say how large they became."""
    for source, target in WEIGHTS.items():
        size = cut(SOURCE / source, TARGET / target)
        sys.stdout.write(f"{target}: {size / 1e6:.2f} MB\n")


if __name__ == "__main__":
    main()
