"""The data of a poet: poems as numbers with their themes, opened once."""

from dataclasses import dataclass

from ganvas.data.verse import Verse, open_verse
from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream
from ganvas.language.text.encoder import MultilingualEncoder, open_encoder
from ganvas.training.engine.device import pick_device
from ganvas.training.engine.parallel import ALONE, Ranks
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.recipes.verse import VerseRecipe
from ganvas.training.tasks.data import LISTED, Say, source_folder
from ganvas.training.tasks.priors import Priors
from ganvas.training.tasks.verse.task import VerseTask
from ganvas.training.tasks.verse.themes import encode_themes
from ganvas.training.tasks.verse.tokens import Gathered, Pool, Vocabulary, couplet_pools, fit_vectors, quatrain_pools
from ganvas.vocabulary.manifest import Takes
from ganvas.vocabulary.verse import Poem

ASIDE = 10
"""One quatrain in so many is held out where a folder holds none out, but not of few."""
FEWEST = 8
"""Quatrains that a writer can begin to learn from."""


@dataclass
class VerseData:
    """Quatrains to learn from, held out ones, couplets of longer poems, and what all is written in."""

    verse: Verse
    vocabulary: Vocabulary
    learned: Gathered
    held_out: Gathered
    couplets: dict[int, Pool]
    initial_weights: InitialWeights | None

    @property
    def pictures(self) -> None:
        """Verse is no pictures."""

    @property
    def takes(self) -> Takes:
        """A poet takes words."""
        return Takes(encoder="use-multilingual-3", words=MultilingualEncoder.width)

    @classmethod
    def open(cls, recipe: VerseRecipe, initial_weights: InitialWeights | None, *, say: Say) -> "VerseData":
        """Open the recipe's folder, and say what is left out and why. Raises InputError."""
        folder = source_folder(recipe)
        verse = open_verse(folder)
        for line in verse.left[:LISTED]:
            say(f"left out: {line}")
        learned, held = split_quatrains(verse, seed=recipe.seed)
        if len(learned) < FEWEST:
            raise InputError(f"has {len(learned)} quatrains to learn from, and {FEWEST} are the least", where=folder,
                             do="add poems of four lines of five or seven characters")  # fmt: skip
        known = {poem.text for poem in held}
        longer = [poem for poem in verse.poems if poem.text not in known]
        vocabulary = Vocabulary.of(longer, size=recipe.writer.characters)
        encoder = open_encoder("use-multilingual-3")

        def gathered(poems: tuple[Poem, ...]) -> Gathered:
            return Gathered(poems, quatrain_pools(poems, vocabulary), encode_themes(poems, encoder=encoder, seed=recipe.seed))

        couplets = couplet_pools(longer, vocabulary, most=recipe.couplets, seed=recipe.seed)
        return cls(verse, vocabulary, gathered(learned), gathered(held), couplets, initial_weights)

    def fit_priors(self, recipe: VerseRecipe) -> Priors:
        """Find the first vectors of characters."""
        pools = [*self.learned.pools.values(), *self.couplets.values()]
        return fit_vectors(pools, characters=recipe.writer.characters, width=recipe.writer.width, seed=recipe.seed)

    def task(self, recipe: VerseRecipe, priors: Priors, *, ranks: Ranks = ALONE) -> VerseTask:
        """Build the task of a resolved recipe, for one process."""
        device = pick_device(recipe.device)
        return VerseTask(recipe, self.vocabulary, self.learned, self.held_out, self.couplets, priors, device=device)


def split_quatrains(verse: Verse, *, seed: int) -> tuple[tuple[Poem, ...], tuple[Poem, ...]]:
    """Return the quatrains that are learned from, and held out ones."""
    train, held = verse.quatrains("train"), verse.quatrains("held out family")
    if held or len(train) < 2 * ASIDE:
        return train, held
    gone = set(stream(seed, "aside").permutation(len(train))[: len(train) // ASIDE].tolist())
    return tuple(poem for row, poem in enumerate(train) if row not in gone), tuple(train[row] for row in sorted(gone))
