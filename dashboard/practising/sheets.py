"""Sheets to print for practice: person codes, labels in three parts, the servers' codes; places in, PDF out."""

from collections.abc import Iterable

from dashboard.words import Words
from pipelines.paper import HEIGHT, MARGIN, WIDTH, Paper
from pipelines.pictures import code128, qr
from pipelines.practice import DeskPlace, DeskServer

PARTS = ("tube", "bag", "kept")  # a triplicate label's (Q65)
ACROSS, DOWN = 4, 5
TOP = 32.0
QR_MM = 32.0
BAR_MM, BAR_HIGH_MM = 0.33, 11.0
LARGE_QR_MM = 56.0


def person_sheet(place: DeskPlace, sheet: int, words: Words) -> bytes:
    """Return one page with the sheet's twenty person codes."""
    paper = _begun(words("sheet.persons", sheet=sheet), place, words)
    wide, high = (WIDTH - 2 * MARGIN) / ACROSS, (HEIGHT - TOP - MARGIN) / DOWN
    for at, text in enumerate(place.persons(sheet)):
        down, across = divmod(at, ACROSS)
        x, y = MARGIN + across * wide, TOP + down * high
        code = qr(text)
        paper.modules(code, x + (wide - QR_MM) / 2, y + 4, QR_MM / code.width)
        paper.text(x, y + QR_MM + 6, wide, words("sheet.person", number=at + 1), 11, bold=True, centred=True)
        paper.text(x + 1, y + QR_MM + 11, wide - 2, text, 7, centred=True)
    return paper.whole()


def label_sheet(place: DeskPlace, sheet: int, words: Words) -> bytes:
    """Return one page with the sheet's ten labels, each in three parts to cut: tube, bag, kept copy."""
    paper = _begun(words("sheet.labels", sheet=sheet), place, words)
    labels = place.labels(sheet)
    wide, high = (WIDTH - 2 * MARGIN) / len(PARTS), (HEIGHT - TOP - MARGIN) / len(labels)
    for down, barcode in enumerate(labels):
        code, y = code128(barcode), TOP + down * high
        paper.cut_line(MARGIN, y, WIDTH - MARGIN, y)
        for across, part in enumerate(PARTS):
            x = MARGIN + across * wide
            paper.text(x, y + 1.5, wide, words(f"sheet.part.{part}"), 8, centred=True)
            paper.modules(code, x + (wide - code.width * BAR_MM) / 2, y + 6, BAR_MM, BAR_HIGH_MM)
            paper.text(x, y + 7 + BAR_HIGH_MM, wide, barcode, 10, bold=True, centred=True)
    for across in range(1, len(PARTS)):
        paper.cut_line(MARGIN + across * wide, TOP, MARGIN + across * wide, HEIGHT - MARGIN)
    return paper.whole()


def server_sheet(place: DeskPlace, servers: Iterable[DeskServer], words: Words) -> bytes:
    """Return the desk's paper with the servers' codes in their order; it bears no account and no password (Q70)."""
    paper = _begun(words("sheet.servers", lane=place.lane_no), place, words)
    wide = (WIDTH - 2 * MARGIN) / 2
    for at, server in enumerate(servers):
        down, across = divmod(at, 2)
        x, y = MARGIN + across * wide, TOP + 4 + down * (LARGE_QR_MM + 26)
        code = qr(server.code)
        paper.modules(code, x + (wide - LARGE_QR_MM) / 2, y, LARGE_QR_MM / code.width)
        name = f"{server.sheet_no} · {words.either(server.name)}"
        paper.text(x, y + LARGE_QR_MM + 3, wide, name, 14, bold=True, centred=True)
        paper.text(x, y + LARGE_QR_MM + 11, wide, words(f"sheet.server.{server.system}"), 9, centred=True)
    return paper.whole()


def _begun(title: str, place: DeskPlace, words: Words) -> Paper:
    paper = Paper(title)
    paper.page()
    paper.text(MARGIN, MARGIN, WIDTH - 2 * MARGIN, title, 16, bold=True)
    where = words("sheet.where", site=words.either(place.name), site_id=place.site_id, round_id=place.round_id)
    paper.text(MARGIN, MARGIN + 9, WIDTH - 2 * MARGIN, where, 9)
    return paper
