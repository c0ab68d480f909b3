"""MusicXML from strangers: looked at before a parser gets it."""

import io
import zipfile

import pytest

from ganvas.data.musicxml import MAX_BYTES, read_melody, read_musicxml
from ganvas.ground.errors import InputError

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
BOMB = HEAD + '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><score-partwise>&b;</score-partwise>'


def zipped(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "suffix", "said"),
    [
        (BOMB.encode(), ".musicxml", "entities"),
        (BOMB.encode("utf-16"), ".musicxml", "entities"),
        (b"", ".musicxml", "no MusicXML"),
        (b"<html/>", ".xml", "no MusicXML"),
        (b" " * (MAX_BYTES + 1), ".xml", "bytes"),
        (b"PK\x03\x04 cut short", ".mxl", "no whole compressed"),
        (zipped("a.xml", b" " * (MAX_BYTES + 1)), ".mxl", "size"),
        (zipped("a.txt", b"x"), ".mxl", "no score"),
        (zipped("a.xml", BOMB.encode()), ".mxl", "entities"),
    ],
)
def test_what_is_no_score_gets_one_line(content: bytes, suffix: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        read_musicxml(content, suffix=suffix, where="a.xml")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", ["<score-partwise>", "<score-partwise/>", "<score-partwise><part id='x'/></score-partwise>"])
def test_broken_scores_get_one_line(content: str) -> None:
    pytest.importorskip("music21")
    for read in (read_musicxml, read_melody):
        with pytest.raises(InputError) as error:
            read((HEAD + content).encode(), suffix=".musicxml", where="a.xml")
        assert "\n" not in str(error.value)
