"""The relativistic pairing objective (Jolicoeur-Martineau 2018); with ZeroCentred it is R3GAN (Huang et al. 2024, eq. 4)."""

from dataclasses import dataclass

from torch.nn.functional import softplus

from ganvas.training.objectives.base import Images, Loss, Scorer, pair_accuracy


@dataclass(frozen=True)
class Relativistic:
    """Pairs each fake with a real of the same condition and compares their scores only with each other."""

    needs_gradient = False
    middle = None

    def discriminator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Raise the real above its fake."""
        on_real, on_fake = score(real), score(fake)
        margin = on_real - on_fake
        return Loss(softplus(-margin).mean(), {"d/margin": margin.mean(), "d/right": pair_accuracy(on_real, on_fake)})

    def generator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Raise the fake above its real."""
        margin = score(fake) - score(real)
        return Loss(softplus(-margin).mean(), {"g/margin": margin.mean()})
