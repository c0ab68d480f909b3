# ruff: noqa: E501, ISC004 (rows of words, some of them wide)
"""Words for relations, in the languages of the encoder: an idea is rewritten such that one sign stands for each, between its two things."""

import re
from collections.abc import Iterable

from ganvas.vocabulary.brief import Relation

_FIRST = 0xF000  # private-use characters, one for each relation

WITH, ABOVE, SURROUNDED, BEARING = "with", "above", "surrounded by", "bearing"
"""What stands for a relation only with what follows it: "with a hat", or with the two things exchanged."""

_SPACED: tuple[tuple[str, str], ...] = (
    ("in front of", "in front of|(?:standing |sitting )?before|vor(?: d(?:em|er|en))?|devant|delante d(?:e|el)|frente a(?:l)?|davanti a(?:l|lla)?"
                    "|em frente (?:a|à|ao|d[oae])|diante d[oae]|voor|przed|перед|앞에?|önünde"),
    ("on", "(?:(?:sitting|sits|standing|stands|lying|lies|sleeping|sleeps|perched|resting|balancing|dancing|climbing) )?(?:on top of|on|onto|upon)"
           "|(?:oben |(?:sitzt|steht|liegt|schläft|sitzend) )?auf|sur|sobre|encima d(?:e|el)|sopra|sul|sulla|em cima d[oae]|op|на"),
    (ABOVE, "(?:(?:flying|flies|hovering|floating) )?(?:above|over)|über|au-dessus d(?:e|u)|por encima d(?:e|el)|al di sopra d(?:i|el)|acima d[oae]|boven|над"),
    ("under", "(?:(?:sitting|sits|standing|stands|lying|lies|sleeping|sleeps|hiding) )?(?:under|underneath|beneath|below)|unter|sous|bajo|debajo d(?:e|el)"
              "|sotto|sob|debaixo d[oae]|onder|pod|под"),
    (BEARING, "with on top of"),
    (SURROUNDED, "surrounded by|umgeben von|entouré(?:e)? d(?:e|['’])|rodead[oa] d(?:e|el)|circondato da|cercado (?:de|por)|omringd door"),
    ("around", "(?:(?:flying|dancing|running|swimming) )?(?:around|round)|circling|orbiting|surrounding|um (?:herum|den|die|das|ein\\w*)|rund um|autour d(?:e|u)|alrededor d(?:e|el)|intorno a(?:l|lla)?"
               "|ao redor d[oae]|rond|rondom|вокруг"),
    ("behind", "(?:hiding |hidden )?behind|hinter|derrière|detrás d(?:e|el)|dietro|atrás d[oae]|achter|за"),
    ("beside", "next to|between|in between|amid|beside|besides|near|close to|by|alongside|along with|together with|side by side with|neben|zwischen|bei|entre|à côté d(?:e|u)|près d(?:e|u)"
               "|al lado d(?:e|el)|junto a(?:l)?|cerca d(?:e|el)|accanto a(?:l|lla)?|vicino a(?:l|lla)?|ao lado d[oae]|perto d[oae]|naast|obok|рядом с"),
    ("wearing", "(?:who |that |which )?(?:is )?(?:wearing|wears|dressed in|dressed as)|trägt|portant|qui porte|porte(?= une? | des )|llevando|que lleva|lleva|vistiendo|indossa|con indosso"
                "|vestindo|usando|draagt|nosi|в шляпе"),
    ("riding", "(?:who |that |which )?(?:is )?(?:riding|rides|driving|drives|flying on|surfing on|skating on)(?: on| in)?|reitet(?: auf)?|fährt(?: auf| mit)?|chevauchant|qui fait du"
               "|montad[oa] en|montando(?: en| a| una?)?|que monta|monta(?: en)?|andando (?:de|em)|cavalca|едет на"),
    ("holding", "(?:who |that |which )?(?:is |are )?(?:holding|holds|carrying|carries|eating|eats|drinking|drinks|reading|reads|playing(?: with)?(?: the)?|plays(?: the)?|lifting|stealing"
                "|steals|having|waving|pushing|using|juggling|cooking|catching|bringing|giving|throwing|kicking)|hält|isst|frisst|trinkt|liest|spielt|tenant|qui tient|tient"
                "|qui mange|mange|mangeant|qui boit|boit|joue (?:de la|du|de l['’])|sosteniendo|que sostiene|sostiene|comiendo|que come|bebiendo|leyendo|tocando"
                "|con en la mano|tiene in mano|tiene|mangia|che mangia|segurando|comendo|vasthoudt|eet|trzyma|держит|ест"),
    ("looking at", "(?:who |that |which )?(?:is )?(?:looking at|looks at|watching|watches|staring at|gazing at|facing|admiring|chasing|chases|following|hunting|guarding|guards"
                   "|watering|feeding|meeting|meets|talking to|flying to|flying towards|running to|running after|walking to|dreaming of|thinking of|fighting|hugging|kissing)"
                   "|betrachtet|schaut(?: auf)?|jagt|regarde|regardant|qui regarde|mirando(?: al?)?|que mira(?: al?)?|mira(?: al?)?|guarda|che guarda|olhando (?:para )?|kijkt naar|смотрит на"),
    ("in", "(?:(?:sitting|sits|standing|sleeping|swimming|floating|hiding|living|bathing) )?(?:inside of|inside|in|into|within)|aus|in|im|innerhalb|dans|à l['’]intérieur d(?:e|u)|en|dentro d(?:e|el|o|a)"
           "|nel|nello|nella|em|w|в|во"),
    ("mixed with", "(?:mixed|crossed|combined|merged|fused) with|(?:growing|shaped|looking|looks|dressed|disguised)(?: up)? (?:like|as)"),
    (WITH, "with|who has|that has|having|mit|avec|con|com|met|с"),
)  # fmt: skip
"""What stands between subject and object, by relation."""

_PLACED: tuple[tuple[str, str], ...] = (
    ("on", "上面|上边|顶上|头上|上"), ("under", "下面|下边|底下|下"), ("in", "里面|里边|之中|里|中|内"), ("beside", "旁边|身边|旁|边上|附近|左边|右边"),
    ("behind", "后面|后边|背后|身后|后"), ("in front of", "前面|前边|面前|跟前|前"), ("around", "周围|四周"), (ABOVE, "上方|上空"),
)  # fmt: skip
_ACTS: tuple[tuple[str, str], ...] = (
    ("riding", "骑着|骑(?![士手兵车行])|开着|驾着|驾驶|乘着"),
    ("holding", "拿着?|举着?|捧着?|抱着?|打着?(?=.{0,3}伞)|撑着?(?=.{0,3}伞)|吃着?|喝着?|弹着|弹(?=吉他|琴|钢琴)|读着?|握着?|提着|端着"),
    ("wearing", "戴着?|穿着?|系着|披着"),
    ("looking at", "看着|看(?![书报病护])|望着?|盯着?|追着?|凝视着?|守着|守护着?"),
    ("around", "围绕着?|环绕着?|围着"),
)  # fmt: skip
_JAPANESE: tuple[tuple[str, str], ...] = (
    ("on", "の上(?:の|に(?:いる|座る|座っている|ある)?|で)"), ("under", "の下(?:の|に(?:いる|ある)?|で)"), ("in", "の中(?:の|に(?:いる|ある)?|で)|に(?:入る|入った|入っている|浸かる|浸かった|浸かっている|住む)"),
    ("beside", "の隣(?:の|に(?:いる)?|で)|のそば(?:の|に(?:いる)?|で)|の横(?:の|に)"), ("behind", "の後ろ(?:の|に(?:いる|隠れる)?)"),
    ("in front of", "の前(?:の|に(?:いる)?|で)"), ("around", "の周り(?:の|に|で|を)"), ("riding", "に乗(?:った|っている|る)"),
    ("wearing", "を(?:かぶった|かぶっている|被った|着た|着ている|かけた|つけた)"), ("holding", "を(?:持った|持っている|食べる|食べている|飲む|飲んでいる|読む|読んでいる|弾く|抱えた|持つ)"),
    ("looking at", "を(?:見る|見ている|見つめる|追う|追いかける)"),
)  # fmt: skip
_THING = r"[\u3041-\u30ff\u3400-\u9fffー]"

_ADJECTIVE = (
    "(?:(?:[浅深粉天]?[红黄蓝绿紫粉橙黑白灰棕金银青]色?|彩色|彩虹色|咖啡色)|大|小|长|新|旧|漂亮|美丽|可爱|巨大|好看|透明)"
)

ACT = re.compile("|".join(words for _, words in _ACTS))
"""A Chinese word for what one does with a thing."""

_SIGNS: dict[str, str] = {name: chr(_FIRST + number) for number, (name, _) in enumerate(_SPACED)}
_NAMES = {sign: name for name, sign in _SIGNS.items()}
SIGN = re.compile(f"[{chr(_FIRST)}-{chr(_FIRST + 63)}]")
"""Any of the signs."""

_INFIX = tuple((re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE), f" {_SIGNS[name]} ") for name, words in _SPACED)


def _rewriting(table: Iterable[tuple[str, str]], *forms: tuple[str, str]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return patterns and what they are replaced by, for each row of a table in each form: WORDS and SIGN stand for the row's."""
    return tuple(
        (re.compile(pattern.replace("WORDS", words)), replaced.replace("SIGN", _SIGNS[name]))
        for name, words in table
        for pattern, replaced in forms
    )


_BOTH, _OBJECT = r"\g<a>SIGN\g<b>", r"SIGN\g<b>"
_CHINESE = _rewriting(
    _ACTS,
    (rf"(?:WORDS)(?!{_ADJECTIVE}的)(?P<b>{_THING}{{1,8}}?)的(?P<a>{_THING}+)", _BOTH),
    (rf"(?<={_THING})(?:正在|在)?(?:WORDS)(?P<b>{_THING}{{1,10}})", _OBJECT),
)
_CHINESE_PLACED = _rewriting(
    _PLACED,
    (rf"(?:在)?(?P<b>{_THING}{{1,8}}?)(?:WORDS)(?:(?:{_THING}{{1,3}})?的)(?P<a>{_THING}+)", _BOTH),
    (
        rf"(?<={_THING})(?:坐|站|躺|睡|趴|飞|游|走|跑|放|停|藏)?在(?P<b>{_THING}{{1,8}}?)(?:WORDS)(?:睡觉|玩耍|玩|坐着|站着|飞|游泳|跑)?(?=$|[，。、\s])",
        _OBJECT,
    ),
    (rf"(?P<b>{_THING}{{1,8}}?)(?:WORDS)(?:有|坐着|站着|躺着|是)(?P<a>{_THING}+)", _BOTH),
)
_JAPANESE_PLACED = _rewriting(
    _JAPANESE,
    (rf"(?P<a>{_THING}+?)[がはも](?P<b>{_THING}+?)(?:WORDS)", _BOTH),
    (rf"(?P<b>{_THING}+?)(?:WORDS)(?P<a>{_THING}+)", _BOTH),
)
_KANA = re.compile(r"[\u3041-\u30ff]")


_ON_ITSELF = re.compile(
    r"\b(?:with|carrying|has|having) (?P<thing>(?:\w+ ){0,3}?\w+) on (?:its|his|her|their|the) (?:back|head|nose|shoulder|top)s?\b",
    re.IGNORECASE,
)


_BURNING = re.compile(
    r"(?<=\w )(?:(?:is |are )?on fire|(?:up )?in flames|ablaze|in Flammen|en llamas|en feu|in fiamme|em chamas|в огне)\b",
    re.IGNORECASE,
)
_ADVERBS = re.compile(
    r"\b(?:in (?:the )?(?:front|back|background|foreground|distance|middle|cent(?:er|re)|corner)(?! of)|(?:next to|behind|beside|around|near|under|above|in front of|on) (?:it|them|him|her)"
    r"|nearby|im (?:hinter|vorder)grund|daneben|dahinter|davor|al fondo|detrás(?! de)|delante(?! de)|au fond|derrière(?=\s*$)|devant(?=\s*$))(?![^\W_])",
    re.IGNORECASE,
)
"""Where a thing is, with no other thing: it is in the picture beside the rest."""
_TOGETHER = re.compile(
    r"\b(?:holding hands|hand in hand|shaking hands|Händchen haltend|de la mano|main dans la main)\b", re.IGNORECASE
)
"""What several things do with one another, which needs no further thing."""


def mark_relations(idea: str) -> str:
    """Replace the words for relations by signs, each with its subject before and its object behind it."""
    idea = _ON_ITSELF.sub(rf"{_SIGNS[BEARING]} \g<thing>", idea)
    idea = _BURNING.sub(rf" {_SIGNS['in front of']} fire ", _ADVERBS.sub(" ", _TOGETHER.sub(" ", idea)))
    patterns = (*_JAPANESE_PLACED, *_CHINESE, *_CHINESE_PLACED) if not _KANA.search(idea) else _JAPANESE_PLACED
    for pattern, replaced in patterns if re.search(_THING, idea) else ():
        idea = pattern.sub(replaced, idea)
    for pattern, sign in _INFIX:
        idea = pattern.sub(sign, idea)
    return idea


def relation_of(sign: str) -> str:
    """Return the relation, or WITH, ABOVE or SURROUNDED, that a sign stands for."""
    return _NAMES[sign]


def turned(name: str) -> tuple[Relation, bool] | None:
    """Return the relation of the closed list that a name stands for, and whether its two things are exchanged; None for WITH."""
    if name == WITH:
        return None
    if name == ABOVE:
        return "under", True
    if name == SURROUNDED:
        return "around", True
    if name == BEARING:
        return "on", True
    return name, False  # pyright: ignore[reportReturnType]
