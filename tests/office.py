"""LibreOffice as a reader of workbooks, where this machine has it: a program that people open them with."""

import csv
import shutil
import subprocess
from pathlib import Path

WITHIN_S = 100
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1"
"""Comma, quotes, UTF-8, from the first row, values as they are kept and not as they are shown, every sheet a file."""


def reason_to_skip() -> str:
    """Return why workbooks cannot be opened here, "" when they can."""
    return (
        ""
        if shutil.which("soffice")
        else "workbooks are not opened in LibreOffice: it is not here (Debian: apt-get install libreoffice-calc-nogui)"
    )


def sheets(workbook: Path) -> dict[str, list[list[str]]]:
    """Return the cells of every sheet as LibreOffice reads them, by the sheet's name."""
    folder = workbook.with_suffix(".sheets")
    own = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    command = ["soffice", "--headless", own, "--convert-to", AS_CSV, "--outdir", str(folder), str(workbook)]
    subprocess.run(command, check=True, capture_output=True, timeout=WITHIN_S)
    return {
        file.stem.removeprefix(f"{workbook.stem}-"): list(csv.reader(file.read_text("utf-8").splitlines()))
        for file in sorted(folder.glob("*.csv"))
    }
