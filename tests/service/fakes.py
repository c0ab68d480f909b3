"""Ask the service as a test does: fields in, works and who wrote the scene out."""

from pathlib import Path
from typing import Any

from ganvas.language.scene.director import Directed
from ganvas.service.imagine import draw_works, plan_works
from ganvas.service.open_maker import ReplayContext
from ganvas.service.replay import replay_from
from ganvas.service.restyle import choose_style, open_picture, restyle
from ganvas.service.session import SESSION, Session
from ganvas.vocabulary.provenance import Provenance
from ganvas.vocabulary.request import ImagineRequest, RestyleRequest, fill
from ganvas.vocabulary.work import Work


def imagine(idea: str, *, session: Session = SESSION, **fields: Any) -> tuple[list[Work], Directed]:
    """Draw all works of an idea."""
    planned = plan_works(fill(ImagineRequest, {"idea": idea, **fields}), session=session)
    return list(draw_works(planned)), planned.directed


def replay(made: Provenance, *, work: str = "work.png", model: str | None = None, picture: Path | None = None) -> Work:
    """Make a work again from its record."""
    return replay_from(made, ReplayContext(work, model, picture))


def redraw(path: Path, style: str, *, model: str, strength: float | None = None) -> Work:
    """Redraw one picture file."""
    return restyle(open_picture(path), choose_style(fill(RestyleRequest, {"to": style, "model": model, "strength": strength})))
