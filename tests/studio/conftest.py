"""A studio of its own for each test; the models are opened once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ganvas.service.session import Session
from ganvas.studio.studio import Studio, open_studio


@pytest.fixture(scope="session")
def session() -> Session:
    return Session()


@pytest.fixture
def studio(tmp_path: Path, session: Session) -> Iterator[Studio]:
    with open_studio(tmp_path / "studio", session=session) as opened:
        yield opened
