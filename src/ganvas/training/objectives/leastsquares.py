"""Least squares (Mao et al. 2017, "Least squares generative adversarial networks", eq. 2)."""

from dataclasses import dataclass

from ganvas.training.objectives.base import Images, Loss, Scorer, pair_accuracy


@dataclass(frozen=True)
class LeastSquares:
    """Regresses scores: the discriminator to `real` and `fake`, the generator to `passing` (eq. 9 of the paper).

    With fake = -1, real = 1 and passing = 0, the generator minimises Pearson's chi-square at the
    optimal discriminator (eq. 8).
    """

    fake: float = 0.0
    real: float = 1.0
    passing: float = 1.0
    needs_gradient = False

    @property
    def middle(self) -> float:
        """Return the score at which real and fake are equally likely."""
        return (self.fake + self.real) / 2

    def discriminator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Regress each score to its target."""
        on_real, on_fake = score(real), score(fake)
        loss = ((on_real - self.real).square().mean() + (on_fake - self.fake).square().mean()) / 2
        return Loss(loss, {"d/squares": loss, "d/right": pair_accuracy(on_real, on_fake)})

    def generator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Regress the scores of fakes to `passing`; the gradient grows with the distance."""
        loss = (score(fake) - self.passing).square().mean() / 2
        return Loss(loss, {"g/squares": loss})
