"""What every tier may use."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def short_home() -> Iterator[Path]:
    """A new MADANG_HOME with a short path, which any user may pass through, as PostgreSQL's does under root."""
    folder = Path(tempfile.mkdtemp(prefix="mdg-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)
