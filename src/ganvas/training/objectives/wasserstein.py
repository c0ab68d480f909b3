"""The Wasserstein objective (Arjovsky et al. 2017, "Wasserstein GAN", eq. 2 and 3).

Its value is a distance only for a score that is 1-Lipschitz: that is for a penalty (Gulrajani et al. 2017) or spectral
normalisation to see to. The paper clips weights, which is not here.
"""

from dataclasses import dataclass

from ganvas.training.objectives.base import Images, Loss, Scorer, pair_accuracy


@dataclass(frozen=True)
class Wasserstein:
    """The critic drives the mean scores apart; the generator brings them together."""

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
