"""What a report is made of: kinds of pictures, measures, and rows of scores. All names that a table, a card or a program sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ganvas.scoring.features import EXTRACTOR
from ganvas.scoring.neighbours import K
from ganvas.scoring.scores import FD_WIDTH, Estimate, Score
from ganvas.scoring.verdict import Verdict

OURS, REAL, RETRIEVAL = "ours", "real pictures", "retrieval"
SHUFFLED, CHINESE, BLENDED = "ours, captions shuffled", "ours, asked in Chinese", "ours, blends of two concepts"
SKETCH = "ours, the sketch alone"
SUBJECTS = (REAL, OURS, SKETCH, RETRIEVAL, SHUFFLED, CHINESE, BLENDED)
ALL = "all splits"

CONCEPT, R_PRECISION, STYLE_ACCURACY, LABEL = "concept accuracy@5", "R-precision@100", "style accuracy", "label accuracy"
KID, FD = "KID", f"FD (PCA-{FD_WIDTH})"
INTRA_KID, INTRA_FD = f"intra-class {KID}", f"intra-class {FD}"
PRECISION, RECALL, DENSITY, COVERAGE = (f"{name} (k = {K})" for name in ("precision", "recall", "density", "coverage"))
AUTHENTICITY, COPYING = "authenticity", "distance to the nearest training picture / real"
SURFACE_RMS, SURFACE_DEVIATION = "surface error, rms of 255", "surface error, deviation of 255"
LABEL_EFFECT, SEED_EFFECT = "label effect, mean of 255", "distance between draws / real family"
COPIED = "nearer to another concept than 5 % of real held-out pictures"
FID, IS = "FID", "IS"
MEASURES = (
    CONCEPT, R_PRECISION, STYLE_ACCURACY, LABEL, FID, IS, FD, KID, INTRA_FD, INTRA_KID, PRECISION, RECALL, DENSITY, COVERAGE,
    AUTHENTICITY, COPYING, COPIED, SURFACE_RMS, SURFACE_DEVIATION, SEED_EFFECT, LABEL_EFFECT,
)  # fmt: skip
"""All measures, in the order of tables; that of a label is followed by its name."""


@dataclass(frozen=True)
class Row:
    """What was measured of one kind of pictures on one split, by measure."""

    subject: str
    split: str
    scores: dict[str, Score]


@dataclass
class Report:
    """All rows, what was left out and why, and whether the model is usable, by signs that a hundred pictures are enough for."""

    model: str
    digest: str
    data: str
    rows: list[Row] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    verdict: Verdict | None = None

    def find(self, subject: str, split: str, measure: str) -> Score | None:
        """Return one score, or None where it was not measured."""
        found = [row.scores.get(measure) for row in self.rows if (row.subject, row.split) == (subject, split)]
        return next((score for score in found if score), None)

    def add(self, subject: str, split: str, scores: Mapping[str, Score]) -> None:
        """Add a row."""
        self.rows.append(Row(subject, split, dict(scores)))


def of_label(measure: str, label: str, value: str | None = None) -> str:
    """Name a measure of one label, or of one of its values; the accuracy of the label `style` has a name of its own."""
    measure = STYLE_ACCURACY if (measure, label) == (LABEL, "style") else f"{measure}: {label}"
    return measure if value is None else f"{measure} = {value}"


def centred_of(label: str) -> str:
    """Name the accuracy of one label where each value's scores are taken less their mean over the pictures."""
    return f"{of_label(LABEL, label)}, centred"


def named(measure: str, estimate: Estimate, split: str, n: int, *, extractor: str = EXTRACTOR) -> Score:
    """Return an estimate as a score whose name says extractor, split and n."""
    return estimate.named(measure, extractor=extractor, split=split, n=n)
