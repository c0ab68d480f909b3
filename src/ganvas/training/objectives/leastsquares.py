"""Least squares (Mao et al. 2017, "Least squares generative adversarial networks", eq. 2)."""

from dataclasses import dataclass

from ganvas.training.objectives.base import Images, Loss, Scorer, pair_accuracy


@dataclass(frozen=True)
class LeastSquares:
    """The discriminator codes real as `real` and fake as `fake`; the generator aims at `passing`: eq. 9 of the paper.

    With -1, 1 and 0 for fake, real and passing the best discriminator leaves the generator Pearson's chi-square (eq. 8).
    """

    fake: float = 0.0
    real: float = 1.0
    passing: float = 1.0
    needs_gradient = False

    @property
    def middle(self) -> float:
        """Return the score at which real and fake are as likely."""
        return (self.fake + self.real) / 2

    def discriminator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Bring each score to its code."""
        on_real, on_fake = score(real), score(fake)
        loss = ((on_real - self.real).square().mean() + (on_fake - self.fake).square().mean()) / 2
        return Loss(loss, {"d/squares": loss, "d/right": pair_accuracy(on_real, on_fake)})

    def generator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Bring the fakes' scores to what passes; it pulls the harder the further away they are."""
        loss = (score(fake) - self.passing).square().mean() / 2
        return Loss(loss, {"g/squares": loss})
