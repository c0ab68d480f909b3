"""The hinge objective (Lim and Ye 2017, "Geometric GAN", eq. 15 and 16)."""

from dataclasses import dataclass

from torch.nn.functional import relu

from ganvas.training.objectives.base import Images, Loss, Scorer, pair_accuracy


@dataclass(frozen=True)
class Hinge:
    """Separates real and fake scores by a margin of one; the generator raises the score of its fakes."""

    needs_gradient = False
    middle = 0.0

    def discriminator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Push real scores above 1 and fake scores below -1."""
        on_real, on_fake = score(real), score(fake)
        loss = relu(1 - on_real).mean() + relu(1 + on_fake).mean()
        return Loss(loss, {"d/hinge": loss, "d/right": pair_accuracy(on_real, on_fake)})

    def generator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Raise the score of fakes."""
        loss = -score(fake).mean()
        return Loss(loss, {"g/hinge": loss})
