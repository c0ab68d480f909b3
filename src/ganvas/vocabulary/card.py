"""A card: one idea, three arts."""

from dataclasses import dataclass

from ganvas.vocabulary.work import Work


@dataclass(frozen=True)
class Card:
    """What was made of an idea; None where a part could not be. left: why, a line each. seed: of all parts."""

    idea: str
    picture: Work | None
    verse: Work | None
    music: Work | None
    left: tuple[str, ...] = ()
    seed: int = 0

    @property
    def works(self) -> tuple[Work, ...]:
        """The parts that there are."""
        return tuple(work for work in (self.picture, self.verse, self.music) if work is not None)
