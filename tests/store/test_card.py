"""A card is one page that asks for nothing, and one picture; what is missing is left out and said."""

import re
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from ganvas.cli import app
from ganvas.ground.images import open_image, read_texts
from ganvas.service.card import make_card
from ganvas.store.card import draw_card, render_page
from ganvas.store.sound import read_comment
from ganvas.vocabulary.card import Card
from ganvas.vocabulary.provenance import KEY
from ganvas.vocabulary.request import CardRequest, fill
from tests.pipelines.composers import write_composer
from tests.pipelines.poets import write_poet

IDEA = "<b>autumn</b> & a river"


@pytest.fixture(scope="module")
def zoo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A poet and a composer under the bundled names, and nothing that draws."""
    folder = tmp_path_factory.mktemp("models")
    write_poet(folder / "quatrains")
    write_composer(folder / "chorales")
    return folder


@pytest.fixture(autouse=True)
def _bundled(zoo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganvas.models.find.ZOO", zoo)
    monkeypatch.setattr("ganvas.service.card.PIECES", 1)
    monkeypatch.chdir(tmp_path)


def test_a_card_without_a_picture_is_whole_and_says_so(tmp_path: Path) -> None:
    card = make_card(fill(CardRequest, {"idea": IDEA, "seed": 2}))
    assert card.picture is None and card.verse is not None and card.music is not None
    assert len(card.left) == 1 and card.left[0].startswith("no picture: ")
    page = render_page(card)
    assert "<script" not in page and IDEA not in page and "&lt;b&gt;autumn" in page and "no picture" in page
    assert all(source.startswith("data:") for source in re.findall(r'(?:src|href)="([^"]*)"', page))
    assert "".join(str(line) for line in card.verse.payload) in page.replace("\n", "")
    sound = re.search(r'src="data:audio/wav;base64,([^"]+)"', page)
    assert sound is not None and '"pipeline": "compose"' in (read_comment(b64decode(sound[1])) or "")
    roll = re.search(r'src="data:image/png;base64,([^"]+)"', page)
    assert roll is not None
    (tmp_path / "roll.png").write_bytes(b64decode(roll[1]))
    assert KEY in read_texts(tmp_path / "roll.png")
    assert draw_card(Card(card.idea, None, card.verse, card.music)).std() > 10


def test_the_same_seed_makes_the_same_card_and_nothing_is_overwritten(tmp_path: Path) -> None:
    for out in ("one.html", "two.html", "cards", "cards"):
        run = CliRunner().invoke(app, ["card", "秋夜", "--seed", "4", "-o", out])
        assert run.exit_code == 0, run.output
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()
    assert len(list((tmp_path / "cards").glob("*.html"))) == len(list((tmp_path / "cards").glob("*.png"))) == 2
    again = CliRunner().invoke(app, ["card", "秋夜", "--seed", "4", "-o", "one.html"])
    assert again.exit_code and "nothing is overwritten" in str(again.exception)


def test_an_empty_card_is_still_a_page() -> None:
    page = render_page(Card("x", None, None, None, ("no picture: a", "no poem: b", "no music: c")))
    assert page.count("<br>no ") == 3
    pixels = draw_card(Card("x", None, None, None))
    assert pixels.dtype == np.uint8 and pixels.shape[1] >= 640 and open_image is not None
