"""The data of a composer: pieces of music, opened once."""

from dataclasses import dataclass

from ganvas.data.music import Music, Piece, open_music
from ganvas.ground.errors import InputError
from ganvas.ground.seeds import stream
from ganvas.pipelines.music_grid import shift_of, symbols_of
from ganvas.training.engine.device import pick_device
from ganvas.training.engine.parallel import ALONE, Ranks
from ganvas.training.export.initial_weights import InitialWeights
from ganvas.training.recipes.music import MusicRecipe
from ganvas.training.tasks.data import LISTED, Say, source_folder
from ganvas.training.tasks.music.task import MusicTask
from ganvas.training.tasks.priors import Priors
from ganvas.vocabulary.manifest import Takes

ASIDE = 10
"""One piece in so many is held out where a folder holds none out, but not of few."""


@dataclass
class MusicData:
    """Pieces to learn from, held out ones, and the composer to start from, if any."""

    music: Music
    pieces: tuple[Piece, ...]
    held_out: tuple[Piece, ...]
    initial_weights: InitialWeights | None

    @property
    def pictures(self) -> None:
        """Music is no pictures."""

    @property
    def takes(self) -> Takes:
        """A composer takes a plan alone."""
        return Takes()

    @classmethod
    def open(cls, recipe: MusicRecipe, initial_weights: InitialWeights | None, *, say: Say) -> "MusicData":
        """Open the recipe's folder, and say what is left out and why. Raises InputError."""
        folder = source_folder(recipe)
        music = open_music(folder)
        left, kept = list(music.left), list[Piece]()
        for piece in music.pieces:
            try:
                symbols_of(piece.score.notes, shift_of(piece.score.tonic, piece.score.mode), where=piece.name)
                if piece.score.beats < recipe.beats:
                    raise InputError(f"has {piece.score.beats} beats, fewer than a window of {recipe.beats}", where=piece.name)
                kept.append(piece)
            except InputError as error:
                left.append(str(error))
        for line in left[:LISTED]:
            say(f"left out: {line}")
        if left:
            say(f"{len(left):,} of {len(left) + len(kept):,} pieces are left out")
        pieces, held_out = _split(kept, seed=recipe.seed)
        if not pieces:
            raise InputError("there is no piece to learn from", where=folder, do="add pieces of four voices")
        return cls(music, pieces, held_out, initial_weights)

    def fit_priors(self, recipe: MusicRecipe) -> Priors:
        """Find nothing: a composer has no priors."""
        return {}

    def task(self, recipe: MusicRecipe, priors: Priors, *, ranks: Ranks = ALONE) -> MusicTask:
        """Build the task of a resolved recipe, for one process."""
        device = pick_device(recipe.device)
        return MusicTask(recipe, self.pieces, self.held_out, device=device, precision=recipe.settled_precision)


def _split(kept: list[Piece], *, seed: int) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Return the pieces that are learned from, and held out ones."""
    held = tuple(piece for piece in kept if piece.split in ("held out family", "held out pair"))
    train = tuple(piece for piece in kept if piece.split == "train")
    if held or len(train) < 2 * ASIDE:
        return train, held
    order = stream(seed, "aside").permutation(len(train))
    chosen = set(order[: len(train) // ASIDE].tolist())
    return tuple(one for number, one in enumerate(train) if number not in chosen), tuple(
        train[number] for number in sorted(chosen)
    )
