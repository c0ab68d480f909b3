"""Music as sound: a small clean synthesis of an organ-like sound, as WAV files."""

import io
import wave

import numpy as np

from ganvas.data.midi import spans
from ganvas.vocabulary.score import BEAT, VOICES, Score

RATE = 24_000
"""Samples a second."""
PARTIALS = (1.0, 0.5, 0.28, 0.16, 0.09, 0.05)
"""How loud each partial tone is; those near the highest frequency that samples can hold are left out."""
PLACES = (0.35, 0.62, 0.42, 0.5)
"""Where each voice stands, 0 = left, 1 = right."""
ATTACK, RELEASE, PEAK = 0.018, 0.07, 0.85
"""Seconds in which a note begins and ends, and the loudest sample, of 1."""
ECHOES = ((0.031, 0.22), (0.047, 0.17), (0.071, 0.12), (0.113, 0.08))
"""Seconds and loudness of what a room throws back."""


def synthesise(score: Score) -> np.ndarray:
    """Return a score as sound, float32 (samples, 2) in [-1, 1], exactly as long as its beats."""
    step = 60 / score.tempo / BEAT
    whole = np.zeros((round(score.notes.shape[1] * step * RATE), 2))
    for voice in range(len(VOICES)):
        for start, end, pitch in spans(score.notes[voice]):
            first, last = round(start * step * RATE), round(end * step * RATE)
            tone = _tone(pitch, last - first)
            whole[first:last, 0] += tone * (1 - PLACES[voice])
            whole[first:last, 1] += tone * PLACES[voice]
    dry = whole.copy()
    for number, (delay, loud) in enumerate(ECHOES):
        at = round(delay * RATE)
        whole[at:] += loud * (dry[:-at] if number % 2 else dry[:-at, ::-1])
    fade = min(round(RELEASE * RATE), len(whole))
    whole[len(whole) - fade :] *= np.linspace(1, 0, fade)[:, None]
    loudest = np.abs(whole).max(initial=0.0)
    return (whole * (PEAK / loudest if loudest else 1.0)).astype(np.float32)


def _tone(pitch: int, count: int) -> np.ndarray:
    """Return one note of `count` samples: partial tones, softer above, that begin and end without a click."""
    frequency = 440.0 * 2 ** ((pitch - 69) / 12)
    at = np.arange(count) / RATE
    tone = np.zeros(count)
    for number, loud in enumerate(PARTIALS, 1):
        if number * frequency < 0.45 * RATE:
            tone += loud * np.sin(2 * np.pi * number * frequency * at)
    shape = np.minimum(np.minimum(at / ATTACK, 1.0), np.clip((count / RATE - at) / RELEASE, 0.0, 1.0))
    return tone * shape * (0.75 + 0.25 * np.exp(-2.5 * at))


def encode_wav(sound: np.ndarray, *, text: str = "") -> bytes:
    """Return sound as a WAV file of 16 bits. text: its comment."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(np.rint(np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes())
    content = out.getvalue()
    if not text:
        return content
    words = text.encode("utf-8") + b"\x00"
    words += b"\x00" * (len(words) % 2)
    chunk = b"INFOICMT" + len(words).to_bytes(4, "little") + words
    content += b"LIST" + len(chunk).to_bytes(4, "little") + chunk
    return b"RIFF" + (len(content) - 8).to_bytes(4, "little") + content[8:]


def read_comment(content: bytes) -> str | None:
    """Return the comment of a WAV file that `encode_wav` wrote, or None."""
    at = 12
    while content[:4] == b"RIFF" and at + 8 <= len(content):
        size = int.from_bytes(content[at + 4 : at + 8], "little")
        if content[at : at + 4] == b"LIST" and content[at + 8 : at + 16] == b"INFOICMT":
            long = int.from_bytes(content[at + 16 : at + 20], "little")
            return content[at + 20 : at + 20 + long].rstrip(b"\x00").decode("utf-8", errors="replace")
        at += 8 + size + size % 2
    return None
