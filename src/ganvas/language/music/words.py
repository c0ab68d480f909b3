"""What a person's words say of music: key, mode, tempo, metre, length and mood, in English and Chinese."""

import re
from typing import NamedTuple, cast

from ganvas.vocabulary.plan import FASTEST, MOST_BARS, SLOWEST, Density, Mood, Tonic
from ganvas.vocabulary.score import Metre, Mode


class Character(NamedTuple):
    """What a mood asks for where nothing else is said: mode (None: either), beats a minute, density."""

    mode: Mode | None
    tempo: int
    density: Density


MOODS: dict[Mood, Character] = {
    "plain": Character(None, 76, "flowing"), "joyful": Character("major", 104, "lively"), "sad": Character("minor", 56, "calm"),
    "calm": Character(None, 63, "calm"), "solemn": Character(None, 58, "calm"), "tender": Character("major", 66, "calm"),
    "bright": Character("major", 92, "flowing"), "dark": Character("minor", 69, "flowing"),
}  # fmt: skip
_MOOD_WORDS: dict[Mood, str] = {
    "sad": "sad sadness sorrow sorrowful grief mourning mournful lament melancholy melancholic funeral tears lonely weeping "
           "悲伤 悲哀 哀伤 哀悼 忧伤 忧郁 伤心 难过 孤独 葬礼 悲 哀 泪",
    "joyful": "joy joyful joyous happy happiness cheerful merry festive festival triumphant jubilant celebration wedding "
              "dance dancing 欢乐 快乐 喜悦 欢快 愉快 喜庆 庆祝 节日 高兴 婚礼 欢 喜 舞",
    "dark": "dark darkness storm stormy fear night gloomy gloom winter 黑暗 阴暗 暴风 风暴 恐惧 深夜 冬",
    "solemn": "solemn grave majestic stately ceremonial noble prayer praying 庄严 庄重 肃穆 雄伟 祈祷 神圣",
    "tender": "tender lullaby gentle love loving cradle 温柔 摇篮曲 温暖 爱 柔和",
    "calm": "calm peaceful peace quiet still evening sleep sleeping rest serene 平静 安静 宁静 安宁 静 傍晚 夜晚 晚上 黄昏 睡",
    "bright": "bright morning spring sunny sun sunrise light hopeful hope 明亮 早晨 清晨 春 阳光 日出 希望",
}  # fmt: skip
"""In the order in which they are looked for: a sad wedding is sad."""
_TEMPI: dict[str, int] = {
    "largo": 46, "adagio": 58, "lento": 52, "andante": 72, "moderato": 88, "allegretto": 104, "allegro": 120, "vivace": 138,
    "presto": 160, "very slow": 48, "very fast": 150, "slow": 56, "slowly": 56, "fast": 120, "quick": 120, "quickly": 120,
    "很慢": 48, "很快": 144, "缓慢": 54, "慢板": 56, "行板": 72, "中板": 88, "快板": 120, "慢": 56,
    "快速": 126, "轻快": 112, "快": 120,
}  # fmt: skip
_NUMBERS = {word: number for number, word in enumerate(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split())} | {
    "twenty": 20, "twenty-four": 24, "thirty-two": 32}  # fmt: skip
_CHINESE = {sign: number for number, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_BPM = re.compile(r"(?:tempo\s*(?:of|=|:)?\s*|[♩=]\s*|at\s+|每分钟\s*|速度\s*)(-?\d{1,9})|"
                  r"(-?\d{1,9})\s*(?:bpm|beats (?:a|per) minute)", re.IGNORECASE)  # fmt: skip
_BARS = re.compile(r"(-?\d{1,9}|" + "|".join(_NUMBERS) + r")[\s-]*(?:bars?|measures?)\b", re.IGNORECASE)
_BARS_CHINESE = re.compile(r"(-?\d{1,9}|[零一二三四五六七八九十两]{1,3})\s*(?:个)?小节")
_THREE = re.compile(r"3\s*/\s*4|three[- ]four|triple (?:time|metre|meter)|\bwaltz|\bminuet|"
                    r"四三拍|三拍子|圆舞曲|华尔兹|小步舞", re.IGNORECASE)  # fmt: skip
_FOUR = re.compile(r"4\s*/\s*4|four[- ]four|common time|四四拍|四拍子", re.IGNORECASE)
_OTHER_METRE = re.compile(r"(?<![\d/])(\d{1,2})\s*/\s*(2|4|8|16)(?![\d/])")
_KEY = re.compile(
    r"\b([A-G])(?:[\s-]*(sharp|flat)|([#♯b♭]))?[\s-]*(major|minor|maj\b|min\b|dur\b|moll\b)(?!\s+(?:key|mode|chord)\b)",
    re.IGNORECASE,
)
_TONIC = re.compile(r"\b(?:[Ii]n|key of)\s+(?:the key of\s+)?([A-G])(?:[\s-]*(sharp|flat)|([#♯b♭]))?(?![\w'#♯♭])")
_KEY_CHINESE = re.compile(r"([升降]?)\s*([A-Ga-g])([#♯b♭]?)\s*(大调|小调)|([升降]?)([A-G])([#♯b♭]?)调")
_MODE = re.compile(r"\b(major|minor)\b|(大调|小调)", re.IGNORECASE)
_SHARP = {"sharp": "#", "flat": "b", "#": "#", "♯": "#", "b": "b", "♭": "b", "升": "#", "降": "b"}


class Wishes(NamedTuple):
    """What words ask for; None where they say nothing of it. refused: what they ask for that is not done, for the person."""

    tonic: Tonic | None = None
    mode: Mode | None = None
    tempo: int | None = None
    metre: Metre | None = None
    bars: int | None = None
    mood: Mood | None = None
    refused: tuple[str, ...] = ()


def read_wishes(words: str) -> Wishes:
    """Read what words ask for. Numbers beyond what can be composed are named in `refused`, and not taken."""
    tonic, mode = _read_key(words)
    mood: Mood | None = next((mood for mood, known in _MOOD_WORDS.items() if _has(words, known)), None)
    refused: list[str] = []
    tempo = _read_tempo(words, refused)
    bars = _read_bars(words, refused)
    other = _OTHER_METRE.search(words)
    three, four = _THREE.search(words), _FOUR.search(words)
    if other and other[0].replace(" ", "") not in ("3/4", "4/4"):
        refused.append(f"{other[0]} is not composed in, only 4/4 and 3/4")
    metre: Metre | None = "3/4" if three else "4/4" if four else None
    return Wishes(tonic, mode, tempo, metre, bars, mood, tuple(refused))


def _has(words: str, known: str) -> bool:
    lowered = words.lower()
    return any(re.search(rf"\b{re.escape(word)}\b", lowered) if word.isascii() else word in lowered for word in known.split())


def _read_key(words: str) -> tuple[Tonic | None, Mode | None]:
    if found := _KEY.search(words):
        mode: Mode = "minor" if found[4].lower() in ("minor", "min", "moll") else "major"
        return _tonic(found[1], (found[2] or found[3] or "").lower()), mode
    if found := _TONIC.search(words):
        return _tonic(found[1], (found[2] or found[3] or "").lower()), None
    if found := _KEY_CHINESE.search(words):
        if found[2]:
            return _tonic(found[2], found[1] or found[3]), "major" if found[4] == "大调" else "minor"
        return _tonic(found[6], found[5] or found[7]), None
    match = _MODE.search(words)
    if match is None:
        return None, None
    return None, "minor" if (match[1] or "").lower() == "minor" or match[2] == "小调" else "major"


_RESPELLED = {"B#": "C", "E#": "F", "Cb": "B", "Fb": "E"}


def _tonic(letter: str, mark: str) -> Tonic:
    name = letter.upper() + _SHARP.get(mark, "")
    return cast("Tonic", _RESPELLED.get(name, name))


def _read_tempo(words: str, refused: list[str]) -> int | None:
    if found := _BPM.search(words):
        tempo = int(found[1] or found[2])
        if SLOWEST <= tempo <= FASTEST:
            return tempo
        refused.append(f"{tempo} beats a minute are not composed, only {SLOWEST} to {FASTEST}")
        return None
    return next((tempo for word, tempo in _TEMPI.items() if _has_plainly(words, word)), None)


def _has_plainly(words: str, word: str) -> bool:
    """Say whether a word of tempo stands in a text, not as a part of a word of mood."""
    for moods in _MOOD_WORDS.values():
        for mood in moods.split():
            if not mood.isascii() and len(mood) > 1:
                words = words.replace(mood, " ")
    return bool(re.search(rf"\b{re.escape(word)}\b", words.lower())) if word.isascii() else word in words


def _read_bars(words: str, refused: list[str]) -> int | None:
    if found := _BARS.search(words):
        number = found[1].lower()
        bars = _NUMBERS[number] if number in _NUMBERS else int(number)
    elif found := _BARS_CHINESE.search(words):
        bars = _chinese_number(found[1])
    else:
        return None
    if 1 <= bars <= MOST_BARS:
        return bars
    refused.append(f"{bars} bars are not composed, only 1 to {MOST_BARS}")
    return None


def _chinese_number(text: str) -> int:
    """Read a whole number up to 99."""
    if text.lstrip("-").isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if not ten:
        return _CHINESE.get(text, 0)
    return 10 * (_CHINESE.get(tens, 1) if tens else 1) + _CHINESE.get(ones, 0)
