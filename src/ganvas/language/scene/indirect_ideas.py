"""Indirect ideas, which describe a thing without naming it: "something to cut paper with"."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ganvas.language.text.embed import TextEncoder
from ganvas.language.text.lexicon import Lexicon, fold_text

MIN_THINGS_OF_KIND = 6
"""Number of things with a tag from which the tag names a kind: animal, fruit, 工具."""

MAX_IDEA_LENGTH = 200

_CJK = re.compile(r"[\u3400-\u9fff]")
_SOMETHING = re.compile(
    r"\b(?:something|anything|(?:an?|the|some|any) (?:\w+ )?(?:thing|object|item|device|gadget)s?|stuff"
    r"|things? (?:that|to|for|you)|quelque chose|un objet|une chose|etwas|ein ding|ein gegenstand|algo|una cosa|un objeto"
    r"|qualcosa|un oggetto|alguma coisa"
    r"|uma coisa|um objeto|iets|een ding|co[śs]|rzecz|bir şey|что-то|что-нибудь|нечто|предмет|вещь"
    r"|(?:an?|the) (?:place|spot) (?:to|where|that)|a tool (?:to|for|that)|un outil|ein werkzeug|una herramienta|uno strumento"
    r"|uma ferramenta|een gereedschap|narzędzie|инструмент)\b"
    r"|สิ่งที่|شيء|도구|물건|어떤 것|(?:の|る|た|い|な)(?:もの|物)$|道具|東西|东西|物品|物件|玩意|工具$|地方$|场所$",
    re.IGNORECASE,
)
_SOMEONE = re.compile(
    r"\b(?:someone|somebody|(?:a|the) (?:person|man|woman|worker) who|people who|quelqu['’]un|jemand|alguien|qualcuno|algu[ée]m"
    r"|iemand|kto[śs]|birisi|кто-то)\b|的人$|する人$|사람$",
    re.IGNORECASE,
)
_RIDDLE = re.compile(
    r"^(?:what (?:you|we|people|they|keeps?|makes?|do|is)\b|it (?:\w+s|is|can)\b|where (?:you|we|people)\b|who \w+s\b"
    r"|用来|用于|拿来|可以用|什么)",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"^(?:(?:an?|the|some|any)\s+)?((?:[\w-]+\s+){0,2}?[\w-]+)\s+"
    r"(?:(?:that|which|who|whose|where|used|you|we|people)\b|(to|for|with|without|from)\b)",
    re.IGNORECASE,
)
_AND = re.compile(
    r"\s*(?:\b(?:and|et|und|y|e|en|и)\s+(?=(?:some|any|an? thing|the thing|quelque|etwas|algo|qualcosa|iets|что))"
    r"|[和与](?=用来|可以|能))",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+")
_ABSTRACT = frozenset(
    "animal creature fruit vegetable insect bug vehicle food drink dessert snack instrument machine building plant sport game"
    " clothing garment weapon toy sign symbol".split()
)
_STOP_WORDS = frozenset(
    "a an the of in on at with and or to is are for by that which who what you we it its your very can up out where when"
    " 一 上 下 大 小 人 的 里 中 有 要 会 能 可以 用 来 de la el le du des per por para pour".split()
)
_UNWANTED_KINDS = ("face", "person", "hand", "family", "body", "button", "arrow", "av", "zodiac")
"""Kinds, by the first word of their tags, that "something" never means."""


class IndirectIdea(NamedTuple):
    """A description of a thing. kind: the things of the kind that it names. somebody: it describes a person.

    something: it says that it is a description.
    """

    text: str
    kind: tuple[str, ...]
    somebody: bool
    something: bool = False


def find_indirect_idea(idea: str, lexicon: Lexicon) -> IndirectIdea | None:
    """Return an idea that describes a thing without naming it; None when it names the thing."""
    text = " ".join(idea.split())[:MAX_IDEA_LENGTH]
    if fold_text(text) in lexicon.name_by_phrase:
        return None
    if _SOMETHING.search(text):
        return IndirectIdea(text, (), somebody=False, something=True)
    kind = tuple(_kind(text, lexicon))
    somebody = _SOMEONE.search(text) is not None
    return IndirectIdea(text, kind, somebody) if kind or somebody or _RIDDLE.match(text) else None


def split_idea(idea: str, lexicon: Lexicon) -> tuple[str, IndirectIdea | None]:
    """Split an idea into its named and its described part: "a cat and something to drink" has both."""
    whole = find_indirect_idea(idea, lexicon)
    if whole is None:
        return idea, None
    for joint in _AND.finditer(idea):
        described = find_indirect_idea(idea[joint.end() :], lexicon)
        if described and not find_indirect_idea(idea[: joint.start()], lexicon):
            return idea[: joint.start()], described
    return "", whole


def find_candidates(
    described: IndirectIdea, *, lexicon: Lexicon, encoder: TextEncoder, count: int = 40
) -> list[tuple[str, float]]:
    """Return the things that a description may mean, with scores, best first."""
    (vector,) = encoder.encode([described.text])
    shun = () if described.somebody else _UNWANTED_KINDS
    return lexicon.rank_things(vector, count=count, words=find_tag_words(described.text, lexicon), kind=described.kind, shun=shun)


def find_tag_words(text: str, lexicon: Lexicon) -> list[str]:
    """Return the words of a description that are tags; in scripts without spaces the longest runs of characters that are."""
    found: list[str] = []
    for word in _WORD.findall(_SOMETHING.sub(" ", text.lower())):
        if not _CJK.search(word):
            found += [word] if word not in _STOP_WORDS and lexicon.things_tagged(word) else []
            continue
        start = 0
        while start < len(word):
            runs = (word[start:end] for end in range(min(start + 4, len(word)), start, -1))
            run = next((run for run in runs if run not in _STOP_WORDS and lexicon.things_tagged(run)), "")
            found += [run] if run else []
            start += len(run) or 1
    return list(dict.fromkeys(found))


def things_of_kind(words: str, lexicon: Lexicon) -> list[str]:
    """Return the things of the kind that a phrase ends in ("a yellow fruit", 会飞的动物); none when it ends in a thing itself."""
    if _CJK.search(words):
        head = words.rpartition("的")[2]
        ends: Sequence[str] = [head[start:] for start in range(len(head)) if len(head) - start <= 4]
    else:
        ends = words.split()[-1:]
    for end in ends:
        if fold_text(end) in lexicon.name_by_phrase or end.endswith("ing"):
            return []
        if len(things := lexicon.of_kind(end)) >= MIN_THINGS_OF_KIND:
            return things
    return []


def _kind(text: str, lexicon: Lexicon) -> list[str]:
    """Return the things of the kind that a description starts with: "an animal that barks"."""
    if _CJK.search(text):
        return things_of_kind(text, lexicon) if "的" in text else []
    clause = _CLAUSE.match(text)
    if clause is None or (clause[2] and clause[1].split()[-1].lower() not in _ABSTRACT):
        return []  # "a flower with a bee" names two things, "an animal with a long neck" none
    return things_of_kind(clause[1], lexicon)
