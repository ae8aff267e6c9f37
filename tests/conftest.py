"""What several tests share."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def published_data() -> Path:
    """The folder of published data with known answers; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("PUBLISHED_DATA", Path(__file__).parents[2] / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("published data absent: set PUBLISHED_DATA")
    return folder
