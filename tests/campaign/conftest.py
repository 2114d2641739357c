"""The fixture of the campaign tests: a folder to spoil."""

from pathlib import Path

import pytest

from tests.campaign.folders import Folder


@pytest.fixture
def folder(small_folder: Path, tmp_path: Path) -> Folder:
    """A fresh copy of the small district."""
    return Folder(small_folder, tmp_path / "lakeside")
