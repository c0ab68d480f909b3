"""What a poet is worth, counted: python -m tests.proof.verse MODEL DATA [POEMS] [FIGURE.png]

Prints one JSON object. Poems are written for the titles of held out quatrains and compared with these: the language model alone
(T0), the same with the likeliest of K candidates kept (T0 by likelihood), and with one resampled by the discriminator (T1), each
at several temperatures. Quality is BLEU against held out poems, diversity 1 - BLEU among the written ones (self-BLEU).
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ganvas.data.verse import Verse, open_verse
from ganvas.ground.seeds import stream
from ganvas.language.text.encoder import open_encoder
from ganvas.pipelines.registry import load_poet
from ganvas.pipelines.verse import Poet
from ganvas.pipelines.verse_characters import NO_RHYME
from ganvas.scoring.scores import frechet
from ganvas.vocabulary.verse import FORMS, Form, Poem

TEMPERATURES, K, LONGEST = (0.6, 0.8, 1.0), 4, 5
FORM = FORMS["七绝"]
AT_ONCE = 64
"""Themes written for at once, K poems each: a model may take 512 MB."""
BOOTSTRAP = 400


def ngrams(text: str, size: int) -> Counter[str]:
    """Count the runs of a poem."""
    return Counter(text[at : at + size] for at in range(len(text) - size + 1))


class Matches:
    """Of each poem the runs that references hold as well, clipped by the most times that one of them holds them (Papineni et al.
    2002, section 2.1); each poem against all others where it is among the references itself.
    """

    def __init__(self, texts: Sequence[str], references: Sequence[str] | None) -> None:
        self.found = np.zeros((len(texts), LONGEST))
        self.total = np.array([[max(len(text) - size + 1, 0) for size in range(1, LONGEST + 1)] for text in texts], dtype=float)
        for size in range(1, LONGEST + 1):
            own = [ngrams(text, size) for text in texts]
            most, holder, second = dict[str, int](), dict[str, int](), dict[str, int]()
            for number, counts in enumerate(own if references is None else (ngrams(text, size) for text in references)):
                for run, count in counts.items():
                    if count > most.get(run, 0):
                        second[run], most[run], holder[run] = most.get(run, 0), count, number
                    elif count > second.get(run, 0):
                        second[run] = count
            for number, counts in enumerate(own):
                self.found[number, size - 1] = sum(
                    min(count, second[run] if references is None and holder.get(run) == number else most.get(run, 0))
                    for run, count in counts.items()
                )

    def bleu(self, longest: int, rows: np.ndarray | None = None) -> float:
        """Return BLEU of all texts together: the geometric mean of the shares of runs that match. All poems have one length."""
        chosen = slice(None) if rows is None else rows
        shares = self.found[chosen].sum(axis=0)[:longest] / self.total[chosen].sum(axis=0)[:longest]
        return float(np.exp(np.log(np.maximum(shares, 1e-9)).mean()))


def candidates(poet: Poet, form: Form, themes: np.ndarray, *, temperature: float, name: str) -> dict[str, np.ndarray]:
    """Write K candidates for each theme: tokens (N, K, size), nats (N, K), realism and match (N, K)."""
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for start in range(0, len(themes), AT_ONCE):
        some = np.repeat(themes[start : start + AT_ONCE], K, axis=0)
        tokens, nats = poet.write(form, some, stream(7, f"proof/{name}", step=start), temperature=temperature)
        parts.append((tokens, nats.sum(axis=1), judge(poet, form, tokens, some)))
    tokens, nats, verdicts = (np.concatenate(part) for part in zip(*parts, strict=True))
    return {"tokens": tokens.reshape(-1, K, form.size), "nats": nats.reshape(-1, K), "realism": verdicts[:, 0].reshape(-1, K),
            "match": verdicts[:, 1].reshape(-1, K)}  # fmt: skip


def judge(poet: Poet, form: Form, tokens: np.ndarray, themes: np.ndarray) -> np.ndarray:
    """Return the verdicts of poems, each with its own theme, (N, 2)."""
    entered = (poet._vectors(tokens) + poet._places(form)).transpose(0, 2, 1)  # pyright: ignore[reportPrivateUsage]
    found = [
        poet.session("critic.onnx").run(["verdicts"], {"entered": entered[at : at + 128], "themes": themes[at : at + 128]})[0]
        for at in range(0, len(tokens), 128)
    ]
    return np.concatenate(found)


def pick(found: dict[str, np.ndarray], how: str) -> np.ndarray:
    """Return which candidate of each theme is kept: the first, the likeliest, or one drawn by the discriminator's odds."""
    if how == "T0":
        return np.zeros(len(found["nats"]), dtype=int)
    if how == "T0 by likelihood":
        return found["nats"].argmin(axis=1)
    energy = found["realism"] + (found["match"] if how == "T1 with match" else 0)
    uniform = stream(7, f"proof/{how}").uniform(energy.shape).clip(1e-9, 1 - 1e-9)
    return (energy - np.log(-np.log(uniform))).argmax(axis=1)


def kept_tokens(found: dict[str, np.ndarray], how: str) -> np.ndarray:
    """Return the kept candidate of each theme, (N, size)."""
    return found["tokens"][np.arange(len(found["nats"])), pick(found, how)]


def reverse_nats(poet: Poet, written: Sequence[str], real: Sequence[str]) -> float:
    """Return how many nats a character real poems take under a model of the written ones: interpolated counts of one, two and
    three characters, a small model that is fitted in no time (reverse perplexity, Zhao et al. 2018, in logarithms).
    """
    size = len(poet.characters.traditional) + 1
    grams = [Counter[str](), Counter[str](), Counter[str]()]
    for text in written:
        for order in range(3):
            grams[order].update(text[at : at + order + 1] for at in range(len(text) - order))
    before = [Counter[str](), Counter[str]()]
    for order in (1, 2):
        for run, count in grams[order].items():
            before[order - 1][run[:-1]] += count
    total, nats, seen = sum(grams[0].values()), 0.0, 0
    for text in real:
        for at, letter in enumerate(text):
            chance = (grams[0][letter] + 0.1) / (total + 0.1 * size)
            for order in (1, 2):
                if at >= order:
                    run = text[at - order : at]
                    weight = before[order - 1][run] / (before[order - 1][run] + (5.0, 2.0)[order - 1])
                    found = grams[order][run + letter] / before[order - 1][run] if before[order - 1][run] else 0.0
                    chance = weight * found + (1 - weight) * chance
            nats, seen = nats - np.log(chance), seen + 1
    return nats / seen


def distance(written: np.ndarray, real: np.ndarray) -> float:
    """Return the Frechet distance of sentence embeddings, (N, D) each; leaky, as the model reads the same encoder."""
    parts = [
        part for rows in (written.astype(np.float64), real.astype(np.float64)) for part in (rows.mean(axis=0), np.cov(rows.T))
    ]
    return float(frechet(*parts))


def area(curve: Sequence[tuple[float, float]], low: float, high: float) -> float:
    """Return the mean quality over diversities from low to high, of a curve of (diversity, quality)."""
    ordered = sorted(curve)
    x, y = (np.array(part) for part in zip(*ordered, strict=True))
    grid = np.linspace(low, high, 50)
    return float(np.interp(grid, x, y).mean())


def compare_areas(matches: dict[str, list[tuple[Matches, Matches]]]) -> dict[str, Any]:
    """Return the area under BLEU-4 over self-BLEU-4 of each way, and the differences of T1, with 95 % intervals by bootstrap."""
    count = len(next(iter(matches.values()))[0][0].found)

    def areas(rows: np.ndarray | None) -> dict[str, float]:
        curves = {how: [(1 - own.bleu(4, rows), real.bleu(4, rows)) for real, own in points] for how, points in matches.items()}
        low = max(min(x for x, _ in curve) for curve in curves.values())
        high = min(max(x for x, _ in curve) for curve in curves.values())
        return {how: area(curve, low, high) for how, curve in curves.items()}

    whole = areas(None)
    drawn = [areas(stream(7, "proof/bootstrap", step=number).integers(count, count)) for number in range(BOOTSTRAP)]
    found: dict[str, Any] = {"areas": {how: round(value, 4) for how, value in whole.items()}}
    for how in ("T0", "T0 by likelihood"):
        apart = np.sort([one["T1"] - one[how] for one in drawn])
        found[f"T1 - {how}"] = [round(float(one), 4) for one in (whole["T1"] - whole[how], *np.quantile(apart, (0.025, 0.975)))]
    return found


def sweep(poet: Poet, held: Sequence[Poem], written: dict[float, dict[str, np.ndarray]], figure: Path | None) -> dict[str, Any]:
    """Measure each way at each temperature. written: the candidates at each."""
    real, references = [poem.text for poem in held], [poem.text for poem in held]
    encoder = open_encoder("use-multilingual-3")
    meant = encoder.encode(references)
    matches: dict[str, list[tuple[Matches, Matches]]] = {}
    rows: list[dict[str, Any]] = []
    for temperature, found in written.items():
        for how in ("T0", "T0 by likelihood", "T1"):
            texts = [poet.text(row) for row in kept_tokens(found, how)]
            against, among = Matches(texts, references), Matches(texts, None)
            matches.setdefault(how, []).append((against, among))
            pairs = [run for text in texts for run in ngrams(text, 2).elements()]
            rows.append({
                "way": how, "temperature": temperature,
                **{f"BLEU-{size}": round(against.bleu(size), 4) for size in (2, 3, 4, 5)},
                "self-BLEU-4": round(among.bleu(4), 4), "distinct-2": round(len(set(pairs)) / len(pairs), 4),
                "reverse nats": round(reverse_nats(poet, texts, real), 4),
                "Frechet": round(distance(encoder.encode(texts), meant), 4),
            })  # fmt: skip
            note(rows[-1])
    if figure is not None:
        draw_figure(rows, figure)
    return {"points": rows, **compare_areas(matches), "samples a point": len(held), "k": K}


def note(found: dict[str, Any]) -> None:
    """Say what was measured so far."""
    sys.stderr.write(json.dumps(found, ensure_ascii=False) + "\n")
    sys.stderr.flush()


def draw_figure(rows: Sequence[dict[str, Any]], path: Path) -> None:
    """Draw BLEU-4 over self-BLEU-4, a line for each way."""
    from PIL import Image, ImageDraw

    page = Image.new("RGB", (640, 420), "white")
    draw, colours = ImageDraw.Draw(page), {"T0": "#888888", "T0 by likelihood": "#3377cc", "T1": "#c03028"}
    x, y = ([row[name] for row in rows] for name in ("self-BLEU-4", "BLEU-4"))

    def at(row: dict[str, Any]) -> tuple[float, float]:
        return (60 + 540 * (row["self-BLEU-4"] - min(x)) / (max(x) - min(x) + 1e-9),
                360 - 320 * (row["BLEU-4"] - min(y)) / (max(y) - min(y) + 1e-9))  # fmt: skip

    for number, (how, colour) in enumerate(colours.items()):
        points = sorted(at(row) for row in rows if row["way"] == how)
        draw.line(points, fill=colour, width=2)
        for left, top in points:
            draw.ellipse((left - 4, top - 4, left + 4, top + 4), fill=colour)
        draw.text((80, 30 + 16 * number), how, fill=colour)
    draw.text((240, 390), f"self-BLEU-4: {min(x):.3f} to {max(x):.3f} (less diverse to the right)", fill="black")
    draw.text((10, 8), f"BLEU-4 against held out poems: {min(y):.3f} to {max(y):.3f}", fill="black")
    page.save(path)


def check_forms(poet: Poet, themes: np.ndarray) -> dict[str, float]:
    """Return the shares of poems whose form is right, which rhyme where asked, and which do where it is not asked."""
    right = rhymed = unasked = count = 0
    for form in FORMS.values():
        for asked in (True, False):
            tokens, _ = poet.write(
                form, themes[:500], stream(7, f"proof/form/{form.name}/{asked}"), temperature=0.85, rhymed=asked
            )
            ends = poet.characters.rhymes[tokens[:, [2 * form.length - 1, 4 * form.length - 1]]]
            same = (ends[:, 0] == ends[:, 1]) & (ends[:, 0] != NO_RHYME)
            count += len(tokens) if asked else 0
            right += sum(len(poet.text(row)) == form.size and (row > 0).all() for row in tokens)
            rhymed, unasked = rhymed + same.sum() * asked, unasked + same.sum() * (not asked)
    return {"form": right / count / 2, "rhyme asked": float(rhymed) / count, "rhyme not asked": float(unasked) / count}


def check_themes(
    poet: Poet, held: Sequence[Poem], themes: np.ndarray, found: dict[str, np.ndarray], *, among: int = 100
) -> dict[str, float]:
    """Return how often a poem's own title is the nearest of 100 to it, by the text encoder: of real poems and of written ones.

    Leaky: the model reads the same encoder. `shared` is by characters instead: how many of the title's stand in a poem.
    """
    encoder, count = open_encoder("use-multilingual-3"), len(held) // among * among
    ways = {"real": [poem.text for poem in held[:count]]}
    ways |= {how: [poet.text(row) for row in kept_tokens(found, how)[:count]] for how in ("T0", "T1", "T1 with match")}
    rates: dict[str, float] = {}
    for how, texts in ways.items():
        near = encoder.encode(texts).reshape(-1, among, themes.shape[1]) @ themes[:count].reshape(
            -1, among, themes.shape[1]
        ).transpose(0, 2, 1)
        rates[how] = float((near.argmax(axis=2) == np.arange(among)).mean())
        shared = [
            len(set(text) & set(poem.title)) / max(len(set(poem.title)), 1) for text, poem in zip(texts, held, strict=False)
        ]
        rates[f"{how}, shared"] = float(np.mean(shared))
    return {name: round(rate, 4) for name, rate in rates.items()}


def check_copies(poet: Poet, verse: Verse, themes: np.ndarray, *, count: int = 200) -> dict[str, Any]:
    """Return how many poems repeat a line, or eight characters, of any poem of the set: as candidates, and as they are kept."""
    lines, runs = set[str](), set[str]()
    for poem in verse.poems:
        if poem.split == "train":
            lines.update(poem.lines)
            runs.update(poem.text[at : at + 8] for at in range(len(poem.text) - 7))
    result: dict[str, Any] = {}
    for form in FORMS.values():
        tried = kept = 0
        for number in range(count // len(FORMS)):
            found = poet.propose(form, themes[number], count=8, seed=7, name=f"proof/copies/{number}")
            texts = [poet.text(row) for row in found.tokens]
            bad = [any(text[at : at + form.length] in lines for at in range(0, form.size, form.length))
                   or any(text[at : at + 8] in runs for at in range(form.size - 7)) for text in texts]  # fmt: skip
            tried += sum(bad)
            kept += sum(one for one, usable in zip(bad, found.usable, strict=True) if usable)
        result[form.name] = {"candidates": count // 2 * 8, "copying": tried, "copying that pass the filter": kept}
    return result


def seconds(poet: Poet, theme: np.ndarray) -> float:
    """Return the seconds that four quatrains take, of 16 candidates each, after loading."""
    poet.propose(FORM, theme, count=16, seed=1)
    began = time.perf_counter()
    for number in range(4):
        poet.propose(FORM, theme, count=16, seed=number)
    return time.perf_counter() - began


def main(model: str, data: str, poems: str = "2000", figure: str = "") -> None:
    """Print all figures."""
    poet, verse = load_poet(model), open_verse(Path(data))
    known = set(poet.characters.traditional)
    held = [
        one
        for one in verse.quatrains("held out family")
        if one.form == FORM and set(one.text) <= known and 0 < len(one.title) <= 12
    ]
    held = held[: int(poems)]
    themes = open_encoder("use-multilingual-3").encode([one.title for one in held])
    written = {one: candidates(poet, FORM, themes, temperature=one, name=f"{one}") for one in TEMPERATURES}
    found: dict[str, Any] = {"seconds for four": round(seconds(poet, themes[0]), 3), "forms": check_forms(poet, themes)}
    note(found)
    found |= {"themes": check_themes(poet, held, themes, written[0.8])}
    note(found["themes"])
    found |= sweep(poet, held, written, Path(figure) if figure else None)
    sys.stdout.write(json.dumps({**found, "copies": check_copies(poet, verse, themes)}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
