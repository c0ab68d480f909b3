"""One studio behind a real server on a free port, for all tests of the web that only ask."""

from collections.abc import Iterator

import httpx
import pytest

from ganvas.studio.studio import Studio, open_studio
from ganvas.web.app import make_app
from ganvas.web.guard import Door
from ganvas.web.serve import listen, serving


@pytest.fixture(scope="session")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with open_studio(tmp_path_factory.mktemp("studio")) as opened:
        yield opened


@pytest.fixture(scope="session")
def address(behind: Studio) -> Iterator[str]:
    with serving(make_app(behind, door=Door.at("127.0.0.1")), listen("127.0.0.1", 0)) as found:
        yield found


@pytest.fixture(scope="session")
def web(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, timeout=60, trust_env=False) as client:
        yield client


@pytest.fixture(scope="session")
def cat(web: httpx.Client, behind: Studio) -> int:
    """The number of a picture that was drawn here."""
    from tests.studio.fakes import finished

    body = {"request": {"idea": "a cat", "count": 1, "llm": "rules", "seed": 1, "size": 64}}
    answer = web.post("/api/jobs/imagine", json=body)
    assert answer.status_code == 202
    return finished(behind, behind.jobs.get(answer.json()["id"])).results[0]
