"""Small sets, as people have them, out of those that `ganvas data` makes: `python -m tests.proof.sets fashion|lines FROM OUT`.

fashion: 200 pictures of each class to learn from, and the test part. lines: 100 drawings, and the families held out.
"""

import argparse
import json
import shutil
from collections import defaultdict
from pathlib import Path

from ganvas.data.records import METADATA
from ganvas.ground.seeds import stream

EACH = {"fashion": 200, "lines": 100}
"""Pictures of each class, or of the one class that there is, to learn from."""


def small(name: str, source: Path, out: Path, *, each: int) -> int:
    """Copy the chosen pictures and their metadata into a new folder, and return how many there are."""
    lines = [json.loads(line) for line in (source / METADATA).read_text(encoding="utf-8").splitlines()]
    classes: dict[str, list[int]] = defaultdict(list)
    for place, line in enumerate(lines):
        if line.get("split", "train") == "train":
            classes[line["labels"].get("class", "")].append(place)
    kept = {place for place, line in enumerate(lines) if line.get("split", "train") != "train"}
    for value, places in classes.items():
        order = stream(0, f"{name}/{value}").permutation(len(places))[:each]
        kept.update(places[number] for number in order)
    out.mkdir(parents=True)
    for place in kept:
        file = out / lines[place]["file_name"]
        file.parent.mkdir(exist_ok=True)
        shutil.copyfile(source / lines[place]["file_name"], file)
    chosen = "".join(json.dumps(lines[place], ensure_ascii=False) + "\n" for place in sorted(kept))
    (out / METADATA).write_text(chosen, encoding="utf-8", newline="\n")
    return len(kept)


def main() -> None:
    """Make one set."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("name", choices=sorted(EACH))
    asked.add_argument("source", type=Path)
    asked.add_argument("out", type=Path)
    asked.add_argument("--each", type=int, help="so many instead")
    given = asked.parse_args()
    small(given.name, given.source, given.out, each=given.each or EACH[given.name])


if __name__ == "__main__":
    main()
