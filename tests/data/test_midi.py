"""MIDI: written and read back, and strangers' files refused in one line."""

import io

import mido
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from ganvas.data.midi import MAX_BYTES, read_midi, split_voices, to_score, write_midi
from ganvas.ground.errors import InputError
from ganvas.vocabulary.score import HOLD, REST, Score, tidy

LINE = st.sampled_from([HOLD, HOLD, HOLD, REST, 60, 62, 64])
VOICES = np.array([[24], [12], [0], [-12]])


def as_score(lines: np.ndarray) -> Score:
    """Return four voices that sound, one above the other."""
    notes = np.where(lines > 0, lines + VOICES, lines)
    notes[:, 0] = (60 + VOICES)[:, 0]
    return Score(tidy(notes), 0, "major", tempo=77)


@settings(max_examples=40, deadline=None)
@given(arrays(np.int16, (4, 32), elements=LINE))
def test_what_is_written_reads_back(lines: np.ndarray) -> None:
    score = as_score(lines)
    content = write_midi(score, text="ganvas:{}")
    found = read_midi(content, where="a.mid")
    back = to_score(found, tonic=0, mode="major", where="a.mid")
    steps = back.notes.shape[1]  # rests at the end are not written
    assert np.array_equal(back.notes, score.notes[:, :steps]) and not (score.notes[:, steps:] > 0).any()
    assert back.tempo == 77 and found.texts == ("ganvas:{}",)
    assert content == write_midi(score, text="ganvas:{}")


def midi(*messages: mido.Message | mido.MetaMessage, ticks: int = 480) -> bytes:
    file = mido.MidiFile(ticks_per_beat=ticks)
    file.tracks.append(mido.MidiTrack(messages))
    out = io.BytesIO()
    file.save(file=out)
    return out.getvalue()


WHOLE = write_midi(as_score(np.full((4, 32), HOLD, dtype=np.int16)))
LONG = midi(mido.Message("note_on", note=60, velocity=1), mido.Message("note_off", note=60, time=0x0FFFFFFF))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no whole MIDI"),
        (b"MThd", "no whole MIDI"),
        (WHOLE[:60], "no whole MIDI"),
        (WHOLE[:12] + b"\x00\x00" + WHOLE[14:], "ticks"),
        (WHOLE[:12] + b"\xe8\x28" + WHOLE[14:], "ticks|no whole"),
        (WHOLE[:22] + b"\x91" * 40, "no whole MIDI"),
        (midi(), "no notes"),
        (LONG, "longer than"),
        (b"MThd" + b"\x00" * (MAX_BYTES + 1), "bytes"),
    ],
)
def test_broken_files_get_one_line(content: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        read_midi(content, where="a.mid")
    assert "\n" not in str(error.value) and "a.mid" in str(error.value)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=60), st.integers(0, len(WHOLE)))
def test_no_bytes_do_anything_else(garbage: bytes, place: int) -> None:
    for content in (
        garbage,
        WHOLE[:place] + garbage + WHOLE[place:],
        b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x01\xe0MTrk" + garbage,
    ):
        try:
            split_voices(read_midi(content, where="a.mid"), where="a.mid")
        except InputError:
            continue


def test_a_million_events_are_refused() -> None:
    with pytest.raises(InputError, match="bytes"):
        read_midi(WHOLE + b"\x00\x90\x40\x40" * 1_000_000, where="a.mid")


def test_three_tracks_are_not_four_voices() -> None:
    file = mido.MidiFile(file=io.BytesIO(WHOLE))
    del file.tracks[-1]
    out = io.BytesIO()
    file.save(file=out)
    with pytest.raises(InputError, match="3 voices"):
        split_voices(read_midi(out.getvalue(), where="a.mid"), where="a.mid")


def test_chords_of_one_track_are_four_voices() -> None:
    on = [mido.Message("note_on", note=note, velocity=64) for note in (72, 67, 64, 48)]
    off = [mido.Message("note_off", note=note, time=480 if number == 0 else 0) for number, note in enumerate((72, 67, 64, 48))]
    voices = split_voices(read_midi(midi(*on, *off, *on, *off), where="a.mid"), where="a.mid")
    assert voices[:, 0].tolist() == [72, 67, 64, 48] and voices[:, 1].tolist() == [HOLD] * 4
    assert voices[:, 4].tolist() == [72, 67, 64, 48] and (voices[:, 8:] == REST).all()


def test_triplets_are_refused() -> None:
    notes = [
        mido.Message(kind, note=60, velocity=64, time=time)
        for _ in range(9)
        for kind, time in (("note_on", 0), ("note_off", 160))
    ]
    with pytest.raises(InputError, match=r"between two sixteenths|four voices"):
        split_voices(read_midi(midi(*notes), where="a.mid"), where="a.mid")
