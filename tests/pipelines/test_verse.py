"""Poems in their forms, for their themes: constrained, judged, chosen, and the same for the same seeds."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load, save

from ganvas.ground.errors import InputError
from ganvas.ground.files import digest
from ganvas.ground.seeds import stream
from ganvas.pipelines.registry import load_composer, load_poet
from ganvas.pipelines.verse import ARRAYS, CHARACTERS, Candidates, Poet, choose
from ganvas.training.networks.verse import Writer
from ganvas.vocabulary.verse import FORMS
from tests.pipelines.poets import CONFIG, TRADITIONAL, make_writer, theme, write_poet


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_poet(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def poet(folder: Path) -> Poet:
    return load_poet(folder)


@pytest.mark.parametrize("name", FORMS)
def test_every_poem_has_its_form_and_rhymes_where_asked(poet: Poet, name: str) -> None:
    form = FORMS[name]  # pyright: ignore[reportArgumentType]
    free = poet.propose(form, theme(1), count=40, seed=3)
    assert free.tokens.shape == (40, form.size) and (free.tokens > 0).all() and (free.tokens <= len(TRADITIONAL)).all()
    rhymes = poet.characters.rhymes
    rhymed = poet.propose(form, theme(1), count=40, seed=3, rhymed=True).tokens
    second, fourth = rhymed[:, 2 * form.length - 1], rhymed[:, 4 * form.length - 1]
    assert (rhymes[second] == rhymes[fourth]).all() and (second != fourth).all() and poet.characters.rhyming[second].all()


def test_seeds_and_themes_change_poems_and_nothing_else_does(poet: Poet) -> None:
    form = FORMS["五绝"]
    one, same, other, about = (
        poet.propose(form, theme(number), count=4, seed=seed).tokens for seed, number in ((1, 1), (1, 1), (2, 1), (1, 2))
    )
    assert np.array_equal(one, same) and not np.array_equal(one, other) and not np.array_equal(one, about)


def test_the_likelihood_is_that_of_the_network(poet: Poet) -> None:
    """One character at a time, with what is kept of the past, is the same as the whole poem at once."""
    form, asked = FORMS["七绝"], theme(4)
    found = poet.propose(form, asked, count=3, seed=5)
    writer = rounded_writer(poet)
    with torch.no_grad():
        logits = writer(torch.from_numpy(found.tokens), 1, torch.from_numpy(asked).repeat(3, 1)).double()
    logits[:, :, 0] = -torch.inf
    logits[:, :, len(TRADITIONAL) + 1 :] = -torch.inf
    nats = -logits.log_softmax(dim=2).gather(2, torch.from_numpy(found.tokens)[:, :, None])[:, :, 0]
    assert found.nats == pytest.approx(nats.numpy(), abs=1e-3)


@pytest.mark.parametrize("line", range(4))
def test_what_is_given_stays_and_the_rest_rhymes_with_it(poet: Poet, line: int) -> None:
    form = FORMS["五绝"]
    before = poet.propose(form, theme(1), count=1, seed=3, rhymed=True).tokens[0]
    given = before.reshape(4, 5).copy()
    given[line] = 0
    found = poet.propose(form, theme(1), count=20, seed=4, rhymed=True, given=given.reshape(-1))
    stays = given.reshape(-1) > 0
    assert (found.tokens[:, stays] == before[stays]).all() and (found.tokens > 0).all()
    assert (found.tokens[:, ~stays] != before[~stays]).any()
    rhymes = poet.characters.rhymes[found.tokens]
    assert (rhymes[:, 9] == rhymes[:, 19]).all()


def rounded_writer(poet: Poet) -> Writer:
    writer = make_writer()
    with torch.no_grad():
        for name, part in (("table", writer.characters.table), ("places", writer.characters.places)):
            part.copy_(torch.from_numpy(poet.arrays[name]))
        writer.characters.theme.weight.copy_(torch.from_numpy(poet.arrays["theme"]))
        for parameter in writer.blocks.parameters():
            parameter.copy_(parameter.half().float())
    return writer


def test_what_was_learned_from_is_not_repeated(poet: Poet) -> None:
    before = poet.copies
    poet.copies = before.of([("某" * 20, 5)])
    learned = poet.propose(FORMS["五绝"], theme(1), count=6, seed=8)
    place = int(np.flatnonzero(learned.usable)[0])
    try:
        poet.copies = before.of([(poet.text(learned.tokens[place]), 5)])
        again = poet.propose(FORMS["五绝"], theme(1), count=6, seed=8)
    finally:
        poet.copies = before
    assert not again.usable[place]
    if again.usable.any():
        assert all(choose(again, stream(seed, "choose")) != place for seed in range(20))


def test_the_discriminator_chooses_by_its_odds() -> None:
    tokens = np.ones((3, 20), dtype=np.int64)
    verdicts = np.array([[0, 0], [np.log(3), 0], [9, 9]], dtype=np.float32)
    found = Candidates(FORMS["五绝"], tokens, np.zeros(3), verdicts, np.array([True, True, False]))
    kept = np.array([choose(found, stream(seed, "choose")) for seed in range(400)])
    assert (kept != 2).all() and 0.68 < (kept == 1).mean() < 0.82


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda arrays: {**arrays, "table": arrays["table"][:-1]}, "table is no finite"),
        (lambda arrays: {**arrays, "places": arrays["places"] * np.float16("nan")}, "places is no finite"),
        (lambda arrays: {name: part for name, part in arrays.items() if name != "known"}, "known is no row of bytes"),
    ],
)
def test_strange_arrays_are_refused(folder: Path, tmp_path: Path, change: object, said: str) -> None:
    assert callable(change)
    strange = copy_with(folder, tmp_path / "strange", ARRAYS, save(change(load((folder / ARRAYS).read_bytes()))))
    with pytest.raises(InputError, match=said):
        load_poet(strange)


@pytest.mark.parametrize(
    ("change", "said"),
    [({"rhyme": "a"}, "different lengths"), ({"traditional": "春" * 15}, "twice the same"), ({"tone": "9" * 15}, "tone")],
)
def test_strange_characters_are_refused(folder: Path, tmp_path: Path, change: dict[str, str], said: str) -> None:
    known = json.loads((folder / CHARACTERS).read_text(encoding="utf-8"))
    content = json.dumps({**known, **change}).encode()
    with pytest.raises(InputError, match=said):
        load_poet(copy_with(folder, tmp_path / "strange", CHARACTERS, content))


def copy_with(folder: Path, other: Path, name: str, content: bytes) -> Path:
    other.mkdir()
    for path in folder.iterdir():
        (other / path.name).write_bytes(path.read_bytes())
    (other / name).write_bytes(content)
    about = json.loads((other / "model.json").read_text(encoding="utf-8"))
    about["files"][name] = digest(other / name)
    (other / "model.json").write_text(json.dumps(about), encoding="utf-8")
    return other


def test_a_poet_composes_nothing(folder: Path) -> None:
    with pytest.raises(InputError, match="composes nothing"):
        load_composer(folder)
    assert CONFIG.characters == load_poet(folder).manifest.characters
