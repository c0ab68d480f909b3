"""Score a model and put the figures on its card, then sign the folder again.

python scripts/write_card.py runs/emoji-64/model data/emoji > score.json
"""

import json
import sys
from pathlib import Path

from ganvas.ground.files import read_text, write_text
from ganvas.models.sign import sign
from ganvas.scoring import restyle, score
from ganvas.scoring.card import as_json, card

UNSCORED = "No score was measured for this card yet."
HEADING = "## Scores"


def say(text: str) -> None:
    """Tell the person, and not the next program."""
    print(text, file=sys.stderr)


def main(model: Path, data: Path) -> None:
    """Write README.md and its sha256; print the scores as JSON."""
    if restyle.is_restyler(str(model)):
        redrawn = restyle.score_restyler(str(model), data, say=say)
        told, plain = restyle.card(redrawn), as_json(redrawn)
    else:
        report = score(str(model), data, say=say)
        told, plain = card(report), as_json(report)
    path = model / "README.md"
    text = read_text(path, limit=100_000).replace(UNSCORED, "").split(HEADING)[0].rstrip()
    write_text(path, f"{text}\n\n{HEADING}\n\n{told}")
    sign(model, path.name)
    print(json.dumps(plain, ensure_ascii=False))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
