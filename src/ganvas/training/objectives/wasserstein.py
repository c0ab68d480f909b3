"""The Wasserstein objective (Arjovsky et al. 2017, "Wasserstein GAN", eq. 2 and 3).

Its value is a distance only if the score is 1-Lipschitz. A gradient penalty (Gulrajani et al. 2017)
or spectral normalisation sees to that; the weight clipping of the paper is not implemented.
"""

from dataclasses import dataclass

from ganvas.training.objectives.base import Images, Loss, Scorer, pair_accuracy


@dataclass(frozen=True)
class Wasserstein:
    """Estimates the distance as the difference of mean scores: the critic widens it, the generator closes it."""

    needs_gradient = False
    middle = None

    def discriminator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Ascend E[s(x)] - E[s(G(z))]."""
        on_real, on_fake = score(real), score(fake)
        distance = on_real.mean() - on_fake.mean()
        return Loss(-distance, {"d/distance": distance, "d/right": pair_accuracy(on_real, on_fake)})

    def generator(self, score: Scorer, real: Images, fake: Images) -> Loss:
        """Raise the score of fakes."""
        loss = -score(fake).mean()
        return Loss(loss, {"g/critic": loss})
