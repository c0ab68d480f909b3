"""Words for colours, in the languages that the rules know: which one a text names, and what is left without it."""

import re

SIGNS = {
    "red": "红", "orange": "橙", "yellow": "黄", "green": "绿", "blue": "蓝", "purple": "紫", "brown": "棕", "black": "黑",
    "white": "白", "pink": "粉", "grey": "灰",
}  # fmt: skip
"""The colours by their English names, and in Chinese."""

_SPACED = (
    ("", "red orange yellow green blue purple|violet brown black white pink gr[ae]y"),
    # A French "rose" is a flower in too many languages.
    ("e?s?", "rouge orange jaune vert bleu violet(?:te)? brun|marron noir blanc(?:he)? (?!) gris"),
    ("(?:e[rsnm]?)?", "rot orange gelb grün blau lila|violett braun schwarz weiß|weiss rosa|pink grau"),
    ("s?", ("roj[oa] naranja amarill[oa] verde azul(?:e(?=s))? morad[oa]|violeta marr[oó]n(?:e(?=s))?"
           " negr[oa] blanc[oa] rosad?[oa] gris(?:e(?=s))?")),
    ("", ("ross[oaie] arancion[ei] giall[oaie] verd[ei] blu|azzurr[oaie] viola marron[ei]"
         " ner[oaie] bianc(?:[oa]|h[ie]) rosa grigi[oae]?")),
    ("s?", ("vermelh[oa] laranja amarel[oa] verde azul|azui(?=s) rox[oa] marrom|castanh[oa]"
           " pret[oa] branc[oa] cor-de-rosa cinz(?:a|ent[oa])")),
    # Who rode a horse has no red one.
    ("", (r"rood|rode(?!\s+(?:an?|the|his|her)\b) oranje geel|gele groene? blauwe? paarse? bruine?"
         r" zwarte? witte? roze grij(?:s|ze)")),
    ("(?:y|i|a|e|ą|i?ego|i?ej|[yi]ch)", "czerwon pomarańczow żółt zielon niebiesk fioletow brązow czarn biał różow szar"),
    ("", "kırmızı turuncu sarı yeşil mavi mor kahverengi siyah beyaz pembe gri"),
    ("(?:[ыио]й|[ая]я|[оеы]е|ие|ого|ую)", "красн оранжев ж[её]лт зел[её]н син|голуб фиолетов коричнев ч[её]рн бел розов сер"),
    ("색?", "빨간|빨강|붉은 주황 노란|노랑 초록|녹(?=색) 파란|파랑|푸른 보라 갈(?=색) 검은|검정|까만 하얀|흰 분홍|핑크 회(?=색)"),
    ("ة?", "أحمر|حمراء برتقالي أصفر|صفراء أخضر|خضراء أزرق|زرقاء بنفسجي بني أسود|سوداء أبيض|بيضاء وردي رمادي"),
)  # fmt: skip
"""For each language its endings, and its words in the order of SIGNS."""

_JOINED = (
    "红|紅|赤 橙|橘|オレンジ 黄|黃 绿|綠|緑 蓝|藍|青(?=[いの色]) 紫 棕|褐|茶(?=色)|咖啡(?=色) 黑|黒 白 粉红|粉紅|粉|ピンク 灰"
)
"""The same in Chinese and Japanese, where a word is a colour by what follows it: "红色的", "赤い", or nothing more."""
_THAI = "แดง ส้ม เหลือง เขียว น้ำเงิน|ฟ้า ม่วง น้ำตาล ดำ ขาว ชมพู เทา"

_CJK = re.compile(r"[\u3400-\u9fff]")


def _pattern(number: int) -> str:
    """Return what matches the words of one colour in all languages."""
    spaced = "|".join(f"(?:{words.split()[number]}){ending}" for ending, words in _SPACED)
    joined = rf"[深浅淺淡亮鲜鮮暗]?(?:{_JOINED.split()[number]})(?:(?:色い?|い)[の的]?|[の的]|$)"
    # Whole words only: blue-eyed cats are not blue, and a juice of oranges may be any colour.
    return rf"(?<![\w-])(?<!of\s)(?<!de\s)(?:ال)?(?:{spaced})(?![\w-])|{joined}|สี(?:{_THAI.split()[number]})"


_COLOUR = re.compile("|".join(f"(?P<{name}>{_pattern(number)})" for number, name in enumerate(SIGNS)), re.IGNORECASE)


def colour_in(text: str) -> tuple[str, str] | None:
    """Return the one colour that a text names, in English, and the words without it, which may be none; else None."""
    found = list(_COLOUR.finditer(text))
    if len({match.lastgroup for match in found}) != 1 or found[0].lastgroup is None:
        return None
    return found[0].lastgroup, " ".join(_COLOUR.sub(" ", text).split())


def painted(thing: str, colour: str) -> str:
    """Say a thing in a colour; one that it had before goes."""
    had = colour_in(thing)
    bare = had[1] if had and had[1] else thing
    return f"{SIGNS[colour]}色的{bare}" if _CJK.search(bare) else f"{colour} {bare}"
