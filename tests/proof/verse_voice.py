"""Whether a voice is found and followed: python -m tests.proof.verse_voice MODEL DATA [AUTHOR]

The voice of one poet: a discriminator of half of the poet's quatrains against the writer's own poems. Prints its AUC on the other
half against fresh poems of the writer, and how far what it chooses moves toward the poet by an independent classifier, which is
another model (sentence embeddings) of another question (this poet against other poets).
"""

import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np

from ganvas.data.verse import open_verse
from ganvas.ground.seeds import stream
from ganvas.language.text.encoder import open_encoder
from ganvas.pipelines.registry import load_poet
from ganvas.scoring.voice import Voice
from ganvas.service.verse import set_in_script
from ganvas.vocabulary.verse import FORMS

FORM, K, CHOICES = FORMS["七绝"], 16, 60


def auc(own: np.ndarray, others: np.ndarray) -> float:
    """Return how often one of the first scores higher than one of the second."""
    return float((own[:, None] > others[None]).mean())


def fit_axis(own: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the direction of a linear discriminant with a ridge between two sets of rows."""
    rows = np.concatenate([own - own.mean(axis=0), others - others.mean(axis=0)])
    return np.linalg.solve(np.cov(rows.T) + 1e-3 * np.eye(rows.shape[1]), own.mean(axis=0) - others.mean(axis=0))


def main(model: str, data: str, author: str = "") -> None:
    """Print the figures."""
    poet, verse, encoder = load_poet(model), open_verse(Path(data)), open_encoder("use-multilingual-3")
    quatrains = [poem for poem in verse.poems if poem.form == FORM]
    author = author or Counter(poem.author for poem in quatrains if poem.author).most_common(1)[0][0]

    def simple(texts: list[str]) -> list[str]:
        return [poet.characters.simplify(text) for text in texts]

    def as_passages(tokens: np.ndarray) -> list[str]:
        return ["，".join(set_in_script(poet, row, FORM.length, "hans")) for row in tokens]

    own = simple(["，".join(poem.lines) for poem in quatrains if poem.author == author])
    other = simple(["，".join(poem.lines) for poem in quatrains if poem.author != author])
    order = stream(7, "voice/halves").permutation(len(own))
    learned, held = ([own[row] for row in order[start::2]] for start in (0, 1))
    strangers = [other[row] for row in stream(7, "voice/others").permutation(len(other))[: 2 * len(held)]]
    themes = encoder.encode([text.split("，")[0] for text in (learned + strangers)])
    count = min(len(learned), 400)
    parts = [
        poet.write(FORM, themes[start : start + count], stream(7, f"voice/{start}"), temperature=0.9)[0] for start in (0, count)
    ]
    voice = Voice.fit(learned, as_passages(parts[0]))
    found = {
        "author": author,
        "poems learned": len(learned),
        "AUC held out": round(auc(voice(held), voice(as_passages(parts[1]))), 4),
    }

    axis = fit_axis(encoder.encode(held), encoder.encode(strangers))
    score = {"poet": float((encoder.encode(learned) @ axis).mean()), "others": float((encoder.encode(strangers) @ axis).mean())}
    chosen: dict[str, list[str]] = {"unchosen": [], "chosen": []}
    for number in range(CHOICES):
        asked = np.repeat(themes[-1 - number][None], K, axis=0)
        texts = as_passages(poet.write(FORM, asked, stream(7, f"voice/choice/{number}"), temperature=0.9)[0])
        chosen["unchosen"].append(texts[0])
        chosen["chosen"].append(texts[int(voice(texts).argmax())])
    score |= {name: float((encoder.encode(texts) @ axis).mean()) for name, texts in chosen.items()}
    apart = (encoder.encode(chosen["chosen"]) - encoder.encode(chosen["unchosen"])) @ axis
    spread = 1.96 * apart.std() / np.sqrt(len(apart))
    span = score["poet"] - score["others"]
    found["independent classifier"] = {name: round(value, 3) for name, value in score.items()}
    found["moved toward the poet, share of the way from others"] = [
        round(float(x / span), 3) for x in (apart.mean(), apart.mean() - spread, apart.mean() + spread)
    ]
    sys.stdout.write(json.dumps(found, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
