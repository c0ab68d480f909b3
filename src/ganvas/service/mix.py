"""Mix: what lies between two works."""

from collections.abc import Iterator

from ganvas.service.explored import explore
from ganvas.service.open_maker import ReplayContext
from ganvas.service.replay import replay_from
from ganvas.vocabulary.provenance import AnyProvenance
from ganvas.vocabulary.request import MixRequest
from ganvas.vocabulary.steps import Mix
from ganvas.vocabulary.work import Work


def mix(first: AnyProvenance, second: AnyProvenance, request: MixRequest, context: ReplayContext) -> Iterator[Work]:
    """Draw mixtures of two works, one for each share. Raises InputError for works that do not go together."""
    for number, at in enumerate(request.at):
        step = Mix(at=at, style=at if request.style is None else request.style)
        yield replay_from(explore(step, first, second, number=number), context.anew())
