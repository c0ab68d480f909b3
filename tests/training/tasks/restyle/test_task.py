"""Restyling's training: bitwise resumed with its pool, one task for every method, pieces drawn as the whole, clear refusals."""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from tests.training.engine.test_loop import goes_on_to_the_bit
from tests.training.fakes import pictures, read_recipe

from ganvas.data.cache import Pictures
from ganvas.ground.errors import InputError
from ganvas.ground.images import save_png
from ganvas.ground.seeds import stream
from ganvas.pipelines.registry import load_restyler
from ganvas.training.engine.loop import Loop, Outcome
from ganvas.training.engine.run import Run
from ganvas.training.engine.schedule import Progress, Ramp
from ganvas.training.engine.state import State
from ganvas.training.export.initial_weights import open_initial_weights
from ganvas.training.networks.base import initialise
from ganvas.training.networks.patch_discriminator import PatchDiscriminatorConfig, ProjectedPatches, ProjectedPatchesConfig
from ganvas.training.networks.projected import Lite0
from ganvas.training.networks.restyler import STYLE, ImagePool, PatchHeads, Restyler, RestylerConfig
from ganvas.training.objectives.patch_nce import patch_nce
from ganvas.training.recipes.adversaries import PatchAdversary
from ganvas.training.recipes.reading import dump
from ganvas.training.recipes.restyle import METHODS, Method, RestyleRecipe
from ganvas.training.report.summary import RunSummary
from ganvas.training.start.train import train
from ganvas.training.tasks.restyle.data import RestyleData
from ganvas.training.tasks.restyle.save import RESTYLED_LEGEND, about_restyler, save_restyler
from ganvas.training.tasks.restyle.styles import Styled, from_folders, from_label
from ganvas.training.tasks.restyle.task import RestyleTask
from ganvas.vocabulary.manifest import Takes

RECIPES = Path(__file__).parents[4] / "recipes"
TINY = RestylerConfig(widths=(4, 6, 8), blocks=1, mapped=4)
BOXED = TINY.model_copy(update={"colours": 3})
PIXEL = PatchAdversary(objective="nonsaturating", gamma=Ramp(start=1, end=0.1), lazy=2,
                       network=PatchDiscriminatorConfig(widths=(6, 8)))  # fmt: skip


def recipe(method: Method = "styles", **changes: object) -> RestyleRecipe:
    rival = {} if "projected" in changes else {"pixel": PIXEL}
    content = {"task": "restyle", "name": "tiny-styles", "sources": ["nowhere"], "method": method, "size": 32, "batch": 4,
               "images": 800, "precision": "float32", "generator": TINY, "half_life": 100, "patches": 8,
               "pool": METHODS[method].get("pool", 0) and 3, **rival, **changes}  # fmt: skip
    return RestyleRecipe.model_validate(content)


def styled(count: int = 16) -> Styled:
    return from_label(pictures(count, size=32))


def drawing(config: RestylerConfig) -> Restyler:
    """A restyler whose last layer says something already, and whose boxes hold something."""
    network = Restyler(config, channels=4, styles=2)
    initialise(network, seed=0, name="generator")
    with torch.no_grad():
        network.colour.weight.copy_(torch.from_numpy(stream(0, "last").normal(tuple(network.colour.weight.shape))))
        if network.boxes is not None:
            network.boxes.colours.copy_(torch.from_numpy(stream(0, "boxes").uniform((2, 3 * config.colours))))
    return network


def task(made: RestyleRecipe, known: Styled | None = None) -> RestyleTask:
    data = RestyleData(known or styled(), None)
    return data.task(made, data.fit_priors(made))


def loop_of(made: RestyleRecipe, folder: Path) -> Loop:
    return Loop(task(made), run=Run(folder, log_every=1), budget=800)


def run_to(step: int, folder: Path, made: RestyleRecipe) -> State:
    from tests.training.engine.test_loop import CutAt

    loop = loop_of(made, folder)
    loop.fit(CutAt(step=step))
    return loop.state


@pytest.mark.parametrize("method", ["cut", "fastcut", "cyclegan", "styles"])
def test_resume_is_bitwise(method: Method, tmp_path: Path) -> None:
    generator = BOXED if method == "styles" else TINY
    goes_on_to_the_bit(partial(run_to, made=recipe(method, generator=generator)), cut=3, steps=5, folder=tmp_path)


def test_the_pool_is_state_that_survives(tmp_path: Path) -> None:
    state = run_to(4, tmp_path, recipe("cyclegan"))
    names = {name for name in state.tensors() if name.startswith("pool/")}
    assert names == {"pool/works", "pool/held"} and int(state.tensors()["pool/held"].sum()) == 6
    assert state.tensors()["pool/works"].abs().sum() > 0


def test_a_pool_gives_back_older_works_of_the_same_style() -> None:
    pool, style = ImagePool(1, styles=2, shape=(1, 1, 1)), torch.eye(2)
    first = torch.tensor([1.0, 2.0]).view(2, 1, 1, 1)
    always = torch.zeros(2, 2)
    assert torch.equal(pool.exchange(first, style, always), first)
    assert torch.equal(pool.exchange(first * 10, style, always), first)
    assert torch.equal(pool.exchange(first * 100, style, always + 0.9), first * 100)  # not exchanged, so not kept
    assert torch.equal(pool.exchange(first, style, always), first * 10)


def test_each_picture_is_redrawn_in_a_style_that_is_not_its_own() -> None:
    known = task(recipe(halves=True))
    batch = known.batch(5)
    assert (batch.wanted.sum(dim=1) == 1).all() and not (batch.wanted * batch.source).any()
    one_way = task(recipe("cut"))
    assert one_way.styles == ("solid",) and not one_way.batch(0).source.any()
    assert all(one_way.styled.of[number] == 0 for number in one_way.sides.inputs)


def test_halves_share_no_family() -> None:
    known = task(recipe(halves=True))
    families = [{known.styled.pictures.records[number].family for number in part}
                for part in (known.sides.inputs, np.concatenate(list(known.sides.real.values())))]  # fmt: skip
    assert families[0] and families[1] and not families[0] & families[1]


def test_real_and_redrawn_lie_over_one_colour_and_what_is_opaque_stays_so() -> None:
    known = task(recipe("styles", opaque=1.0))
    batch = known.batch(0)
    assert batch.colour is not None and (batch.picture[:, 3] == 1).all() and (batch.real[:, 3] == 1).all()
    assert (known._redrawn(batch)[:, 3] == 1).all()  # pyright: ignore[reportPrivateUsage]
    view = known._view(batch, turn="generator")  # pyright: ignore[reportPrivateUsage]
    torch.testing.assert_close(view.colour, batch.colour)


def test_what_is_learned_reaches_every_network() -> None:
    known = task(recipe("styles", contrast=0.5, contrast_same=0.5, pixel=PIXEL, projected={}))
    batch, progress = known.batch(0), Progress(budget=800)
    known.generator_loss(batch, progress).total.backward()
    silent = [name for name, part in [*known.generator.named_parameters(), *known.heads.named_parameters()] if part.grad is None]
    assert not silent
    known.discriminator_loss(batch, progress).total.backward()
    assert known.adversaries.keys() == {"pixel", "projected"}
    assert all(part.grad is not None for rival in known.adversaries.values() for part in rival.network.parameters())


def test_what_is_redrawn_turned_round_is_compared_turned_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a network that does the same to a picture and its mirror image, the places must be those of the picture."""
    known = task(recipe("fastcut"))
    batch, redrawn, seen = known.batch(0), list[torch.Tensor](), list[torch.Tensor]()
    turned = batch.turned.bool()
    assert 0 < turned.sum() < len(turned)

    def draw(picture: torch.Tensor, style: torch.Tensor) -> torch.Tensor:
        redrawn.append(picture)
        return picture * style.sum()

    def look(layers: list[torch.Tensor], places: list[torch.Tensor]) -> list[torch.Tensor]:
        seen.extend(layers)
        return [layer.flatten(2).mT for layer in layers]

    monkeypatch.setattr(known.generator, "forward", draw)
    monkeypatch.setattr(known.generator, "encode", lambda picture: [picture])
    monkeypatch.setattr(known, "heads", look)
    known.generator_loss(batch, Progress(budget=800))
    assert torch.equal(redrawn[0][turned], batch.picture[turned].flip(3))
    assert torch.equal(redrawn[0][~turned], batch.picture[~turned])
    before, after = seen[:2]
    assert torch.equal(before, batch.picture)
    torch.testing.assert_close(after, batch.picture * batch.wanted.sum())


def test_patch_contrast_is_the_cross_entropy_over_places() -> None:
    vectors = torch.eye(3)[None]
    told = float(patch_nce(vectors, vectors, temperature=0.5))
    assert told == pytest.approx(float(-torch.log_softmax(torch.tensor([2.0, 0.0, 0.0]), 0)[0]))
    assert float(patch_nce(vectors, vectors.roll(1, dims=1), temperature=0.5)) > told


def test_heads_look_at_the_places_they_are_asked_about() -> None:
    heads = PatchHeads((2,), out=4)
    initialise(heads, seed=0, name="heads")
    layer = torch.from_numpy(stream(0, "layer").normal((1, 2, 3, 3)))
    places = torch.tensor([[0, 8]])
    found = heads([layer], [places])[0]
    moved = layer.clone()
    moved[0, :, 1, 1] += 5  # a place nobody asked about
    torch.testing.assert_close(heads([moved], [places])[0], found)
    torch.testing.assert_close(found.norm(dim=2), torch.ones(1, 2))


def test_projected_patches_judge_places_by_what_is_around_them() -> None:
    network = ProjectedPatches(ProjectedPatchesConfig(width=8), styles=2, extractor=Lite0().forward)
    initialise(network, seed=0, name="projected")
    pixels = torch.from_numpy(stream(0, "patches").normal((1, 3, 128, 128))).requires_grad_()
    scores = network(pixels, {STYLE: torch.tensor([[1.0, 0.0]])}).view(4, 16, 16)
    sees: list[int] = []
    for layer in range(3):
        (slope,) = torch.autograd.grad(scores[layer, 8, 8], pixels, retain_graph=True)
        sees.append(int((slope[0].abs().sum(dim=(0, 1)) > 0).sum()))
    assert sees == [35, 43, 83]
    other = network(pixels, {STYLE: torch.tensor([[0.0, 1.0]])}).view(4, 16, 16)
    assert (other != scores).any(dim=(1, 2)).all()


@pytest.mark.parametrize("rival", ["pixel", "projected"])
def test_the_adversary_alone_moves_the_generator(rival: str, tmp_path: Path) -> None:
    """In the loop, where a player's networks learn in its own turn only: a drawing of another turn carries no gradient."""
    only = {} if rival == "pixel" else {rival: {"objective": "hinge"}}
    made = recipe(cycle=0.0, **only)
    assert task(made).adversaries.keys() == {rival}
    before = {name: value.clone() for name, value in task(made).generator.state_dict().items()}
    state = run_to(2, tmp_path, made)  # at first the last layer says nothing, and nothing before it is asked
    after = state.networks["generator"].state_dict()
    assert not [name for name, value in before.items() if torch.equal(value, after[name])]


@pytest.mark.parametrize("config", [TINY, BOXED])
def test_of_no_style_nothing_is_changed(config: RestylerConfig) -> None:
    network = drawing(config)
    pixels = torch.from_numpy(stream(0, "still").normal((1, 4, 16, 16)))
    none, some, whole = (network(pixels, torch.tensor([[far, 0.0]])) for far in (0.0, 0.5, 1.0))
    assert torch.equal(none, pixels)
    assert 0 < (some - pixels).abs().mean() < (whole - pixels).abs().mean()


@pytest.mark.parametrize("config", [TINY, BOXED])
def test_no_pixel_is_decided_from_farther_than_the_reach(config: RestylerConfig) -> None:
    network = drawing(config)
    side = 2 * TINY.reach + 8
    picture, style = torch.zeros(1, 4, side, side), torch.ones(1, 2)
    with torch.no_grad():
        before = network(picture, style)
        picture[..., : side // 2, : side // 2] += 1
        changed = (network(picture, style) != before).any(dim=1)[0]
    assert not changed[side // 2 + TINY.reach :].any() and not changed[:, side // 2 + TINY.reach :].any()
    assert changed[side // 2 + 1].any()


def test_an_exported_model_loads_and_pieces_are_drawn_as_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ganvas.pipelines.restyle.SHORTEST", 24)
    folders = [tmp_path / "flat", tmp_path / "round"]
    for number, folder in enumerate(folders):
        for place in range(6):
            pixels = stream(number, "p", step=place).integers(256, (40 + 8 * place, 48, 4))
            save_png(folder / f"{place}.png", pixels.astype(np.uint8))
    (tmp_path / "r.toml").write_text(
        dump(recipe("cut", sources=tuple(map(str, folders)), images=12, generator=BOXED)), encoding="utf-8"
    )
    said: list[str] = []
    done = train([str(tmp_path / "r.toml")], out=tmp_path / "run", explain=True, say=said.append)
    assert done.model is not None and any("parity" in line for line in said)
    restyler = load_restyler(done.model)
    assert restyler.styles == ("round",) and restyler.manifest.reach == TINY.reach and restyler.manifest.from_styles == ("flat",)
    pixels = stream(4, "large").integers(256, (90, 131, 4)).astype(np.uint8)
    whole = restyler(pixels, style="round")
    assert np.abs(whole.astype(int) - restyler(pixels, style="round", longest=40).astype(int)).max() <= 1
    network = Restyler(BOXED, channels=4, styles=1)
    assert (
        open_initial_weights(str(done.model)).fitting(network.state_dict(), Takes(), say=said.append).keys()
        == network.state_dict().keys()
    )
    assert not said[-1].endswith("other shapes")


def test_both_ways_apart_are_two_graphs(tmp_path: Path) -> None:
    loop = loop_of(recipe("cyclegan"), tmp_path / "run")
    facts = RunSummary(recipe("cyclegan"), Outcome("budget", loop.progress), about_restyler(loop.task), RESTYLED_LEGEND)  # pyright: ignore[reportArgumentType]
    save_restyler(tmp_path / "m", loop=loop, task=loop.task, summary=facts, say=lambda line: None)  # pyright: ignore[reportArgumentType]
    card = (tmp_path / "m" / "README.md").read_text(encoding="utf-8")
    assert "- in the style of: outline, solid" in card and "- method: cyclegan" in card
    restyler = load_restyler(tmp_path / "m")
    assert restyler.manifest.graphs == ("restyle-0.onnx", "restyle-1.onnx")
    assert restyler(np.zeros((16, 16, 4), dtype=np.uint8), style="outline").shape == (16, 16, 4)


def test_sheets_show_what_is_made_and_signs_are_read(tmp_path: Path) -> None:
    known = task(recipe())
    assert known.sheet(known.generator).shape == (5 * 36 + 4, 12 * 36 + 4, 3)
    assert {"g/spread", "g/range", "g/changed"} <= known.signs(Progress(budget=800)).keys()


def folder_of(count: int, *, seed: int) -> Pictures:
    made = pictures(count, size=32)
    images = stream(seed, "folder").integers(256, made.images.shape).astype(np.uint8)
    records = [replace(record, labels={}) for record in made.records]
    return Pictures(images=images, records=records, digest=f"{seed:064d}")


def test_what_cannot_be_learned_from_is_one_clear_line(tmp_path: Path) -> None:
    many, one = folder_of(6, seed=1), folder_of(1, seed=2)
    with pytest.raises(InputError, match="1 picture to learn the style b from"):
        task(recipe("cut"), from_folders([("a", many), ("b", one)]))
    with pytest.raises(InputError, match="1 picture to learn the style b from"):
        task(recipe("cut"), from_folders([("b", one), ("a", many)]))
    with pytest.raises(InputError, match="6 of the pictures of a are those of b"):
        from_folders([("a", many), ("b", many)])
    with pytest.raises(InputError, match="two folders are of one style"):
        from_folders([("a", many), ("a", folder_of(6, seed=3))])
    with pytest.raises(InputError, match="all of one style"):
        from_label(many)
    with pytest.raises(InputError, match="no such folder"):
        train([str(tmp_path / "a"), str(tmp_path / "b")], out=tmp_path / "run", say=lambda line: None)


def test_folders_of_mixed_kinds_are_joined() -> None:
    opaque = folder_of(4, seed=5)
    joined = from_folders([("a", folder_of(6, seed=4)), ("b", Pictures(opaque.images[..., :3], opaque.records, "f" * 64))])
    assert joined.pictures.images.shape == (10, 32, 32, 4) and (joined.pictures.images[6:][..., 3] == 255).all()
    assert joined.names == ("a", "b") and joined.pictures.records[9].labels == {"style": "b"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("apart = true\nboth_ways = true", "no encoder is shared"),
        ("cycle = 1.0", "needs both_ways"),
        ('method = "cyclegan"\n[projected]', "leave projected and generator.colours out"),
        ("size = 40", "multiple of 16"),
        ('method = "magic"', "method"),
    ],
)
def test_a_recipe_that_cannot_be_built_is_refused(text: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "r.toml").write_text(f'task = "restyle"\nsources = ["a", "b"]\n{text}', encoding="utf-8")
    with pytest.raises(InputError, match=reason):
        read_recipe([str(tmp_path / "r.toml")], overrides={})


def test_several_folders_are_restyled_and_a_recipe_says_what_its_method_means(tmp_path: Path) -> None:
    made = read_recipe(["a", "b"], overrides={})
    assert isinstance(made, RestyleRecipe) and made.name == "a-to-b" and (made.contrast, made.cycle) == (1.0, 0.0)
    assert read_recipe(["a"], overrides={"task": "restyle"}).model_dump()["method"] == "styles"
    again = read_recipe(["a", "b"], overrides={"method": "cyclegan", "cycle": 3.0})
    assert isinstance(again, RestyleRecipe) and again.apart and (again.cycle, again.pool) == (3.0, 50)
    for name in ("emoji-styles", "sketch-to-emoji"):
        assert isinstance(read_recipe([str(RECIPES / f"{name}.toml")], overrides={}), RestyleRecipe)


def test_the_recipes_of_the_comparison_differ_in_the_method_and_its_adversaries_alone() -> None:
    names = [str(RECIPES / f"twemoji-and-noto{rival}.toml") for rival in ("", "-cyclegan")]
    ours, rival = (read_recipe([name], overrides={}).model_dump() for name in names)
    known = {"name", "summary", "method", "pixel", "projected", "generator", *METHODS["styles"], *METHODS["cyclegan"]}
    assert {name for name in ours if ours[name] != rival[name]} <= known


def test_styles_of_a_label_may_be_chosen_and_ordered() -> None:
    assert from_label(pictures(8, size=32), only=["solid", "outline"]).names == ("solid", "outline")
    with pytest.raises(InputError, match=r"no picture is of the style oil .*outline, solid"):
        from_label(pictures(8, size=32), only=["oil", "solid"])
