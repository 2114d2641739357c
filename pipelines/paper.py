"""Printed pages: A4 in millimetres with the dashboard's own Chinese font, written by fpdf2 without any service."""

from collections.abc import Sequence
from itertools import pairwise

from fpdf import FPDF
from fpdf.fonts import TTFFont

from pipelines.config import ROOT
from pipelines.pictures import Modules

WIDTH, HEIGHT, MARGIN = 210.0, 297.0, 12.0
FAMILY = "Noto Sans SC"
FACES = {"": "NotoSansSC-Regular.woff2", "B": "NotoSansSC-Bold.woff2"}
FONTS = ROOT / "dashboard" / "static"
BLACK, GREY = 0, 150
LINE_MM = 0.2
Colour = tuple[int, int, int]


class Paper:
    """One document; positions are millimetres from the top left corner, sizes of letters are points."""

    def __init__(self, title: str) -> None:
        """Begin a document without a page."""
        self._pdf = FPDF(format="A4")
        self._pdf.set_auto_page_break(auto=False)
        self._pdf.set_title(title)
        self._pdf.set_creator("Tenfold")
        for style, file in FACES.items():
            self._pdf.add_font(FAMILY, style=style, fname=FONTS / file)

    def page(self) -> None:
        """Begin a new page."""
        self._pdf.add_page()

    def text(
        self,
        x: float,
        y: float,
        width: float,
        text: str,
        points: float = 9.0,
        *,
        bold: bool = False,
        centred: bool = False,
        right: bool = False,
        grey: int = BLACK,
    ) -> None:
        """Write one line into a box whose top left corner is (x, y); it is set smaller where it would stick out."""
        self._pdf.set_font(FAMILY, style="B" if bold else "", size=points)
        self._pdf.set_text_color(grey)
        wide = self._pdf.get_string_width(text)
        if wide > width:
            self._pdf.set_font_size(points * width / wide)
        self._pdf.set_xy(x, y)
        self._pdf.cell(w=width, h=points * 0.45, text=text, align="C" if centred else "R" if right else "L")

    def modules(self, modules: Modules, x: float, y: float, module_mm: float, height_mm: float | None = None) -> None:
        """Draw a code whose modules are ``module_mm`` wide; a linear code's bars are ``height_mm`` high."""
        self._pdf.set_fill_color(BLACK)
        for row, first, length in modules.bars():
            high = height_mm or module_mm
            self._pdf.rect(x + first * module_mm, y + row * module_mm, length * module_mm, high, style="F")

    def block(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """Fill a rectangle."""
        self._pdf.set_fill_color(*colour)
        self._pdf.rect(x, y, width, height, style="F")

    def path(self, points: Sequence[tuple[float, float]], colour: Colour, width: float = LINE_MM) -> None:
        """Draw straight lines from point to point."""
        self._pdf.set_draw_color(*colour)
        self._pdf.set_line_width(width)
        for (x, y), (to_x, to_y) in pairwise(points):
            self._pdf.line(x, y, to_x, to_y)

    def holds(self, text: str) -> str:
        """Return ``text`` with an empty box for each sign that the font lacks or that cannot be seen."""
        font = self._pdf.fonts[FAMILY.lower()]
        known = font.cmap if isinstance(font, TTFFont) else {}
        return "".join(sign if sign == " " or ord(sign) in known else "□" for sign in text)

    def cut_line(self, x: float, y: float, to_x: float, to_y: float) -> None:
        """Draw a thin dashed line to cut along."""
        self._pdf.set_draw_color(GREY)
        self._pdf.set_line_width(LINE_MM)
        self._pdf.set_dash_pattern(dash=1.2, gap=1.2)
        self._pdf.line(x, y, to_x, to_y)
        self._pdf.set_dash_pattern()

    def whole(self) -> bytes:
        """Return the finished PDF."""
        return bytes(self._pdf.output())
