"""Write: quatrains for a theme, one by one. A language model of verse proposes, its discriminator chooses."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from ganvas.data.passages import Passages, open_passages
from ganvas.ground.characters import cut_at_word
from ganvas.ground.config import PHRASE
from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream
from ganvas.ground.version import __version__
from ganvas.language.text.embed import TextEncoder
from ganvas.language.text.encoder import open_encoder
from ganvas.pipelines.verse import TEMPERATURE, Candidates, Poet, choose
from ganvas.scoring.voice import Voice
from ganvas.service.imagine import fresh_seed
from ganvas.service.open_maker import ReplayContext, check_digest, find_bundled_name
from ganvas.service.session import SESSION, Session
from ganvas.vocabulary.condition import Condition, Weighted
from ganvas.vocabulary.provenance import AnyProvenance, ExploreProvenance, WriteProvenance, written_of
from ganvas.vocabulary.request import WriteRequest
from ganvas.vocabulary.steps import Vary
from ganvas.vocabulary.verse import FORMS, Form, FormName, Script
from ganvas.vocabulary.work import Work

OTHERS = 256
"""Poems of the model that the discriminator learns to tell a person's from."""
ATTEMPTS = 8
"""How often all candidates may repeat what was learned from before that is said."""


@dataclass(frozen=True)
class Writing:
    """What will be written: what makes each poem again, and the open model. voice: what also chooses, if a person's poems do."""

    works: tuple[WriteProvenance, ...]
    poet: Poet
    voice: Voice | None = None


def write_verse(request: WriteRequest, *, session: Session = SESSION) -> Iterator[Work]:
    """Write the poems of a request, one by one. Raises InputError."""
    return write_works(plan_poems(request, session=session))


def plan_poems(request: WriteRequest, *, session: Session = SESSION) -> Writing:
    """Open the model and settle seeds and script, without writing. Raises InputError."""
    if request.form == "free":
        raise InputError("free verse is written in a person's voice", where="--form free",
                         do="name a folder of texts: --voice FOLDER")  # fmt: skip
    poet = session.open_poet(request.model)
    seed = fresh_seed() if request.seed is None else request.seed
    made = WriteProvenance(
        version=__version__, model=poet.name, model_digest=poet.digest, idea=request.theme, words_seed=seed, noise_seed=seed,
        form=request.form, script=request.script or poet.characters.script_of(request.theme) or "hans", rhyme=request.rhyme,
        candidates=request.candidates, temperature=request.temperature,
        conditions=(Condition(words=(Weighted(phrase=cut_at_word(request.theme, PHRASE)),)),),
    )  # fmt: skip
    voice = None if request.voice is None else learn_voice(open_passages(request.voice), poet, form=request.form, seed=seed)
    return Writing(tuple(made.model_copy(update={"number": number}) for number in range(request.count)), poet, voice)


def learn_voice(passages: Passages, poet: Poet, *, form: FormName, seed: int) -> Voice:
    """Learn to tell a person's poems from what the model writes on their subjects."""
    own = [poet.characters.simplify(text) for text in passages.texts]
    rows = stream(seed, "voice/subjects").permutation(len(own))[:OTHERS]
    themes = _encoder(poet.manifest.takes.encoder).encode([cut_at_word(own[row], PHRASE) for row in rows])
    with poet.lock:
        written, _ = poet.write(FORMS[form], themes, stream(seed, "voice/others"), temperature=TEMPERATURE)
    return Voice.fit(own, _as_passages(poet, written, FORMS[form]))


def _as_passages(poet: Poet, tokens: np.ndarray, form: Form) -> list[str]:
    return ["，".join(set_in_script(poet, row, form.length, "hans")) for row in tokens]


def write_works(writing: Writing) -> Iterator[Work]:
    """Write what was planned; of several candidates the discriminator keeps one, which copies nothing that was learned from."""
    for made in writing.works:
        with writing.poet.lock:
            for attempt in range(ATTEMPTS):
                tried = made.model_copy(update={"attempt": attempt})
                found = _propose(tried, writing.poet)
                if found.usable.any():
                    break
            else:
                raise _all_copies(made, made.number)
        odds = 0.0 if writing.voice is None else writing.voice(_as_passages(writing.poet, found.tokens, found.form))
        kept = choose(found, stream(made.words_seed, f"choose/{made.number}", step=tried.attempt), more=odds)
        yield _work(found, tried.model_copy(update={"kept": kept}), writing.poet)


def write_again(made: WriteProvenance, context: ReplayContext) -> Work:
    """Write a poem again, to the character. Raises InputError where the model that made it is not here."""
    poet = _maker(made, context)
    with poet.lock:
        return _work(_propose(made, poet), made, poet)


def vary_poem_again(made: ExploreProvenance, context: ReplayContext) -> Work:
    """Write a neighbour of a poem: some of its lines anew, given the others. Raises InputError for other steps."""
    first = written_of(made)
    assert first is not None
    poet = _maker(first, context)
    with poet.lock:
        tokens = _tokens_of(made, first, poet, context)
    return Work(np.array(set_in_script(poet, tokens, FORMS[first.form].length, first.script)), made, "text/plain")


def _maker(made: WriteProvenance, context: ReplayContext) -> Poet:
    poet = context.session.open_poet(context.model or find_bundled_name(made.model, made.model_digest, done="written"))
    check_digest(poet.digest, made.model, made.model_digest, done="written")
    return poet


def _tokens_of(made: AnyProvenance, first: WriteProvenance, poet: Poet, context: ReplayContext) -> np.ndarray:
    """Return the characters of a poem, or of a neighbour of one, as numbers (size,)."""
    context.budget.find()
    if not isinstance(made, ExploreProvenance):
        return _propose(first, poet).tokens[first.kept]
    if not isinstance(made.step, Vary):
        raise InputError(f"verse is varied and written again, and {made.step.name} is of pictures",
                         where=f"the work {made.idea!r}")  # fmt: skip
    before = _tokens_of(made.parents[0], first, poet, context)
    count = math.ceil(made.step.amount * FORMS[first.form].lines)
    lines = stream(made.noise_seed, f"vary/{made.number}").permutation(FORMS[first.form].lines)[:count]
    return _rewrite(before, lines, made, first, poet) if count else before


def _rewrite(before: np.ndarray, lines: np.ndarray, made: ExploreProvenance, first: WriteProvenance, poet: Poet) -> np.ndarray:
    """Write some lines of a poem (size,) anew. A candidate is drawn by the discriminator's odds and by how well the lines that
    stay follow from it: candidates are written from left to right, and know nothing of what comes after.
    """
    given = before.reshape(FORMS[first.form].lines, -1).copy()
    given[lines] = 0
    stays = given.reshape(-1) > 0
    for attempt in range(ATTEMPTS):
        found = _propose(first, poet, seed=made.noise_seed, name=f"varied/{made.number}/{attempt}", given=given.reshape(-1))
        if found.usable.any():
            break
    else:
        raise _all_copies(first, made.number)
    follows = -found.nats[:, stays].sum(axis=1)
    return found.tokens[choose(found, stream(made.noise_seed, f"varied/choose/{made.number}"), more=follows)]


def theme_of(made: WriteProvenance, poet: Poet) -> np.ndarray:
    """Return a theme as the model takes it, float32 (width,)."""
    return _encoder(poet.manifest.takes.encoder).encode([made.conditions[0].words[0].phrase])[0]


@cache
def _encoder(name: str) -> TextEncoder:
    return open_encoder(name)


def _propose(
    made: WriteProvenance, poet: Poet, *, seed: int | None = None, name: str = "", given: np.ndarray | None = None
) -> Candidates:
    """Write the candidates of a poem; with other random numbers and some characters given, those of a neighbour."""
    return poet.propose(
        FORMS[made.form], theme_of(made, poet), count=made.candidates, seed=made.noise_seed if seed is None else seed,
        temperature=made.temperature, rhymed=made.rhyme, name=name or f"write/{made.number}/{made.attempt}", given=given,
    )  # fmt: skip


def _all_copies(made: WriteProvenance, number: int) -> InputError:
    return InputError(f"each of {ATTEMPTS * made.candidates} candidates repeats a line that was learned from",
                      where=f"poem {number + 1}", do="give another --seed, or more --best-of")  # fmt: skip


def _work(found: Candidates, made: WriteProvenance, poet: Poet) -> Work:
    lines = set_in_script(poet, found.tokens[made.kept], found.form.length, made.script)
    return Work(np.array(lines), made, "text/plain", score=float(found.verdicts[made.kept].sum()))


def set_in_script(poet: Poet, tokens: np.ndarray, length: int, script: Script) -> list[str]:
    """Return a poem as lines, in a script."""
    text = poet.text(tokens)
    text = poet.characters.simplify(text) if script == "hans" else text
    return [text[start : start + length] for start in range(0, len(text), length)]
