# ruff: noqa: E501 (rows of words, some of them wide)
"""Words for places, times, weather and feasts, in the languages of the encoder: the ground, sky and scenery that show them."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from ganvas.vocabulary.brief import Background, Ground, Sky


class Surrounding(NamedTuple):
    """What some words say about where or when. words: in spaced scripts, alternatives of a pattern. signs: in Chinese, Japanese and
    Thai, anywhere in the text. scenery: things that show it, beside those of its ground and sky.
    """

    words: str
    signs: str
    ground: Ground | None = None
    sky: Sky | None = None
    scenery: tuple[str, ...] = ()


SURROUNDINGS = (
    # times
    Surrounding("nights?|night-?time|midnight|moonlight|moonlit|starry|starlight|nachts?|mitternacht|noches?|medianoche|nuits?|minuit|notte|noite"
                "|ночь|ночью|밤에?|nocą|noc|gece|ليلا|الليل", "夜晚|夜里|夜间|深夜|半夜|晚上|月光|星空|夜空|夜色|夜|กลางคืน", sky="night"),
    Surrounding("sunsets?|dusk|evening|twilight|sonnenuntergang|abends?|abenddämmerung|atardecer|puesta de sol|coucher du soleil|soir|crépuscule"
                "|tramonto|pôr do sol|закат[еа]?|해질녘|zonsondergang|zachód słońca|gün batımı|غروب", "黄昏|日落|傍晚|夕阳|夕焼け|夕暮れ|夕方",
                sky="sunset"),
    Surrounding("sunrise|dawn|daybreak|mornings?|sonnenaufgang|morgengrauen|amanecer|lever du soleil|aube|alba|nascer do sol|рассвет[еа]?|새벽",
                "日出|黎明|清晨|拂晓|早晨|早上|夜明け|朝", sky="dawn"),
    # weather
    Surrounding("rain(?:y|ing|s)?|storm(?:y|s)?|thunderstorm|downpour|regen|im regen|regnerisch(?:en?)?|sturm|gewitter|lluvia|lluvioso|tormenta|pluie"
                "|pluvieux|orage|tempête|pioggia|chuva|tempestade|дожд[ьея]м?|бур[яию]|비|빗속|deszcz(?:u)?|yağmur|مطر",
                "下雨|雨中|雨天|雨里|暴风雨|大雨|雨|嵐|ฝน", sky="rain"),
    Surrounding("fog(?:gy)?|mist(?:y)?|haz[ey]|nebel|neblig(?:en?)?|niebla|neblina|brouillard|brume|nebbia|nevoeiro|туман[еа]?|안개", "雾|霧", sky="fog"),
    Surrounding("snowing|snowfall|snowstorm|blizzard|schneefall|schneesturm|nevando|chute de neige|tempête de neige|снегопад",
                "下雪|大雪|雪が降る|暴风雪|吹雪", "snow", "snowfall"),
    # places
    Surrounding("snow(?:y)?|winter|ice field|arctic|antarctica?|schnee|nieve|invierno|neige|hiver|neve|inverno|снег[уе]?|зим[аыой]+|눈|눈밭|겨울"
                "|sneeuw|śnieg(?:u)?|zima|kar|ثلج", "雪地|雪中|雪里|冰天雪地|冬天|冬日|冬|雪原|雪|หิมะ", "snow"),
    Surrounding("under ?water|under ?sea|underwater|beneath the waves|under the (?:sea|ocean|waves|water)|below the (?:sea|waves|water)"
                "|(?:bottom|floor) of the (?:sea|ocean)|deep sea|sea ?floor|coral reef|unterwasser|unter wasser|meeresgrund|im meer|bajo el (?:agua|mar)"
                "|fondo del mar|sous l[ae]? ?['’]?(?:eau|mer)|fond de la mer|sott['’]acqua|debaixo d['’]?água|fundo do mar|под водой|물속|바닷속",
                "水下|海底|水里|水中|海里|海の中|深海|ใต้น้ำ", "under water"),
    Surrounding("beach(?:es)?|seaside|sea ?shore|shore|coast|strand|küste|playa|plage|spiaggia|praia|пляж[еа]?|해변|plaża|plaj|شاطئ",
                "沙滩|海滩|海边|海岸|浜辺|ชายหาด", "beach", scenery=("palm tree",)),
    Surrounding("sea|seas|ocean|high seas|open water|waves|meer|ozean|(?:hohe[nr]?|auf) see|mar|océano|alta mar|mer|océan|(?:il|nel|sul) mare|oceano|мор[ея]|океан[еа]?"
                "|바다|zee|morze|morzu|deniz|بحر", "大海|海上|海面|海洋|海の上|海|ทะเล", "sea"),
    Surrounding("desert|deserts|dunes?|sahara|wüste|desierto|dunas|désert|deserto|пустын[яеи]|사막|woestijn|pustyni|çöl|صحراء", "沙漠|砂漠|ทะเลทราย", "desert"),
    Surrounding("forests?|woods|woodland|jungle|rainforest|wald|wälder|dschungel|bosque|selva|forêt|bois|foresta|bosco|floresta|лес[уа]?|숲|bos|lesie|orman"
                "|غابة", "森林|竹林|树林|丛林|林中|森|林|ป่า", "forest"),
    Surrounding("hills?|hill ?(?:side|top)|slope|hügeln?|colinas?|colline|collina|холм[еа]?|언덕", "小山坡|山坡|小山上|小山|山丘|丘の上|丘", "meadow"),
    Surrounding("mountains|mountain (?:road|path|top|pass|lake)|alps|gebirge|berge[n]?|montañas|sierra|montagnes?|montagna|montanhas?|гор[аыуе]х?|산|산속"
                "|bergen|góry|górach|dağ|جبال", "山里|山上|山中|群山|山顶|高山|山の上|山で|山", "mountain"),
    Surrounding("rivers?|river ?(?:bank|side)|lakes?|lake ?(?:shore|side)|ponds?|fluss|flüsse|teich|río|lago|laguna|estanque|rivière|fleuve|lac|étang|fiume|stagno|rio|lagoa"
                "|рек[аеуи]|озер[оеа]|пруд[уе]?|강|호수|연못", "江上|江边|河上|河边|河里|湖上|湖边|湖面|湖|池塘|江|川で|川の|池", "sea"),
    Surrounding("flower ?(?:field|meadow|bed|garden)s?|blumenwiese|campo de flores|champ de fleurs|campo di fiori", "花丛|花海|花田|花畑", "meadow",
                scenery=("tulip", "blossom")),
    Surrounding("meadows?|fields?|grass(?:land)?|lawn|pasture|garden|park|farm|countryside|prairie|savann?ah?|wiese|weide|garten|park|feld|prado|campo|jardín"
                "|parque|pré|champs|jardin|parc|prairie|prato|giardino|parco|jardim|лу[гж][уе]?|поле|сад[уе]?|парк[еа]?|초원|공원|정원|weiland|łąka|łące|ogród"
                "|çayır|bahçe|حقل|حديقة", "草地|草原|花园|公园|田野|牧场|公園|庭|野原|ทุ่ง", "meadow"),
    Surrounding("cit(?:y|ies)|town|streets?|downtown|metropolis|stadt|straße|ciudad|calle|ville|rue|città|strada|cidade|rua|город[еа]?|улиц[аеы]|도시|거리|stad|straat"
                "|miasto|mieście|şehir|مدينة", "城市|都市|街上|街头|街道|市区|大街|街|町|เมือง", "city"),
    Surrounding("rooms?|bed ?rooms?|living room|kitchen|house inside|indoors|at home|classroom|office|library|(?<=on )(?:the |an? |my )?(?:(?:wooden|old|round|small|little|big|dining|kitchen|coffee|white|brown) )?(?:table|desk|shelf|counter)(?: ?top)?|window ?sill|fensterbank|(?<=auf )(?:dem|einem) (?:[a-zäöüß]+ )?tisch|(?<=sobre )(?:la|una) mesa|(?<=sur )(?:la|une) table|zimmer|schlafzimmer|küche|wohnzimmer|zuhause"
                "|habitación|cuarto|cocina|dormitorio|sala|chambre|cuisine|salon|stanza|cucina|quarto|cozinha|комнат[аеы]|кухн[яеи]|방|부엌"
                "|kamer|keuken|pokój|kuchnia|oda|mutfak|غرفة|مطبخ", "桌子?上|桌面|窗台|书架|房间|屋里|屋内|室内|卧室|厨房|客厅|家里|教室|部屋|台所|ห้อง", "room"),
    Surrounding("(?:outer |deep )?space|universe|galaxy|cosmos|weltraum|weltall|espacio|universo|galaxia|l['’]?espace|espace|univers|spazio|espaço"
                "|космос[еа]?|우주|ruimte|kosmos|kosmosie|uzay|فضاء", "太空|宇宙|外太空|银河|อวกาศ", "space"),
    # seasons, feasts, shows
    Surrounding("spring(?:time)?|frühling|primavera|printemps|весн[аеой]+|봄|wiosn[aą]|ilkbahar|ربيع", "春天|春日|春", "meadow",
                scenery=("cherry blossom", "seedling")),
    Surrounding("mid-?autumn(?: festival)?|moon festival|mondfest", "中秋节快乐|中秋节|中秋|お月見|月見", "meadow", "night", ("full moon", "moon cake", "red paper lantern")),
    Surrounding("lantern festival|laternenfest", "元宵节|元宵|灯会", "city", "night", ("red paper lantern", "full moon")),
    Surrounding("dragon boat(?: festival)?", "端午节|端午|龙舟", "sea", "day", ("dragon", "canoe")),
    Surrounding("wedding(?: day)?|hochzeit|boda|mariage|matrimonio|casamento|свадьба|결혼식", "婚礼|结婚|結婚式", "meadow", "day", ("couple with heart", "wedding", "bouquet")),
    Surrounding("thanksgiving|erntedank", "感恩节", "room", scenery=("turkey", "pie", "fallen leaf")),
    Surrounding("father['’]?s['’]? day|vatertag|día del padre|fête des pères", "父亲节|父の日", "room", scenery=("necktie", "wrapped gift")),
    Surrounding("back to school|first day of school|school starts|schulanfang|vuelta al cole|rentrée", "开学|上学", "meadow", "day", ("school", "backpack", "pencil")),
    Surrounding("autumn|in fall|herbst|otoño|automne|autunno|outono|осень|осенью|가을|herfst|jesień|sonbahar|خريف", "秋天|秋日|秋(?!千)", "forest",
                scenery=("maple leaf", "fallen leaf")),
    Surrounding("summer|sunny|sunshine|sommer|sonnig|verano|soleado|en été|ensoleillé|verão|лет[оа]м?|여름|zomer|lato|yaz|صيف", "夏天|夏日|阳光|晴天|夏", "meadow",
                "day", scenery=("sun",)),
    Surrounding("part(?:y|ies)|birthday|celebration|geburtstag|fiesta|cumpleaños|fête|anniversaire|festa|compleanno|aniversário|день рождения|생일|파티",
                "生日|派对|聚会|誕生日|パーティー", "room", scenery=("birthday cake", "balloon", "party popper")),
    Surrounding("new year(?:['’]s)?(?: eve)?|silvester|neujahr|año nuevo|nouvel an|capodanno|ano novo|новый год|새해",
                "新年快乐|新年|过年|春节|除夕|正月|お正月", "city", "night", ("fireworks", "red paper lantern")),
    Surrounding("mother['’]?s['’]? day|muttertag|día de la madre|fête des mères|festa della mamma|dia das mães|день матери|어머니날", "母亲节|母の日",
                "meadow", "day", ("bouquet", "tulip")),
    Surrounding("valentine['’]?s?(?: day)?|valentinstag|san valent[ií]n|saint-valentin|день святого валентина", "情人节|バレンタイン", "meadow", "sunset",
                ("red heart", "rose")),
    Surrounding("easter|ostern|pascua|pâques|pasqua|páscoa|пасха|부활절", "复活节|イースター", "meadow", "day", ("egg", "tulip")),
    Surrounding("hall?oween|haunted", "万圣节|ハロウィン", "meadow", "night", ("jack-o-lantern", "bat")),
    Surrounding("christmas|xmas|weihnachten|navidad|noël|natale|natal|рождество|크리스마스", "圣诞节|圣诞|クリスマス", "snow", scenery=("Christmas tree",)),
    Surrounding("circus|zirkus|circo|cirque", "马戏团|サーカス", "meadow", scenery=("circus tent", "balloon")),
    Surrounding("(?:in the |the |blue |im |el |le |il |o )?(?:sky|himmel|cielo|ciel|céu)|небе|하늘", "天空中|天空|天上|空中|空に|空を", "meadow", "day", ("cloud",)),
)  # fmt: skip

MOODS: tuple[tuple[tuple[str, ...], Background], ...] = (
    (("lonely", "alone", "sad", "孤独", "孤单", "寂寞", "悲伤", "难过"), "grey"),
    (("happy", "joyful", "cheerful", "开心", "快乐", "高兴"), "cream"),
    (("angry", "furious", "愤怒", "生气"), "sunset orange"),
    (("sleepy", "dreamy", "calm", "困", "安静", "梦"), "lavender"),
    (("scary", "spooky", "evil", "可怕", "恐怖"), "dark grey"),
    (("cute", "lovely", "romantic", "可爱", "浪漫"), "pale pink"),
)
"""Words for a mood, and the background of a scene without surroundings."""

_LEADS = (
    r"(?:(?:out |up |down )?(?:in|on|at|under|during|by|near|through|into|across|over|along|amid|inside|from|of|for|"
    r"im|am|an der|an|auf|bei|in|unter|durch|vor|en|al|a la|por|sobre|bajo|durante|de|del|dans|sur|sous|à|au|aux|pendant|par|"
    r"nel|nella|nello|al|alla|su|sul|sulla|di|no|na|nos|nas|em|ao|à|sob|в|во|на|под|w|na|podczas|met|op|bij)\s+)?"
    r"(?:(?:the|an?|my|his|her|our|some|this|that|one|der|die|das|den|dem|des|ein(?:e[mnrs]?)?|el|la|los|las|un[ao]?|le|les|une|du|il|lo|gli|o|os|as|uma?|het|de|een)\s+|l['’])?"
    r"(?:(?:dark|deep|green|big|snowy|sunny|cold|quiet|beautiful|old|haunted|magic(?:al)?|heavy|wide|open|blue|calm|starry|stormy|rainy|foggy|misty|windy|warm|(?:mon|tues|wednes|thurs|fri|satur|sun)day|happy|merry|frohe?[nrs]?|feliz|joyeux|joyeuse|buon[ao]?"
    r"|clear|dunkle[nrs]?|tiefe[nrs]?|grüne[nrs]?|verschneite[nrs]?|verde|oscur[oa]|grande|early|late|silent|lonely|lush|autumn|winter|summer|spring|cloudy|busy)\s+){0,2}"
)  # fmt: skip
_TRAILS = r"(?:[ -](?:day|morning|evening|afternoon|night|sky|landscape|scene|weather|time|season|road|path|party|storm|background|floor|house))?"
_CJK_LEADS, _CJK_TRAILS = (
    r"(?:正?在|于)?(?:一片|一个|这片|那片)?(?:宁静的|黑暗的|寒冷的|绿色的|大)?",
    r"(?:里面|里边|之中|里|中|上|下|边|时分|时候|时|の中で|の中を|の中|の上|の|で|に|を)?",
)
_PATTERNS = tuple(
    (one, re.compile(rf"(?<![^\W_]){_LEADS}(?P<own>{one.words})(?![^\W_]){_TRAILS}", re.IGNORECASE),
     re.compile(rf"{_CJK_LEADS}(?P<own>{one.signs}){_CJK_TRAILS}") if one.signs else None)
    for one in SURROUNDINGS
)  # fmt: skip


class Around(NamedTuple):
    """What an idea says about where and when, and what is left of it without that."""

    ground: Ground | None
    sky: Sky | None
    scenery: tuple[str, ...]
    left: str


def find_surroundings(idea: str, kept: Sequence[tuple[int, int]] = ()) -> Around:
    """Find where and when. kept: spans of the idea that name a thing, in which no words for surroundings are looked for."""
    ground: Ground | None = None
    sky: Sky | None = None
    scenery: list[str] = []
    taken: list[tuple[int, int]] = []
    for one, spaced, signs in _PATTERNS:
        matches = [*spaced.finditer(idea), *(signs.finditer(idea) if signs else ())]
        for match in matches:
            start, end = match.span("own")
            if any(a <= start and end <= b and (a, b) != (start, end) for a, b in kept) or any(
                a < end and start < b for a, b in taken
            ):
                continue
            taken.append(match.span())
            ground, sky = ground or one.ground, sky or one.sky
            scenery += one.scenery
    left = idea
    for start, end in sorted(taken, reverse=True):
        left = f"{left[:start]} {left[end:]}" if left[:start].isascii() else left[:start] + left[end:]
    return Around(ground, sky, tuple(dict.fromkeys(scenery)), left.strip())


def names_any(text: str, words: Sequence[str]) -> bool:
    """Return whether a text contains one of some words: English ones as whole words, Chinese ones anywhere."""
    own = set(re.findall(r"[a-z]+", text.lower()))
    return any((word in own) if word.isascii() else (word in text) for word in words)


def names_surrounding(piece: str) -> bool:
    """Return whether a piece is nothing but words for surroundings."""
    around = find_surroundings(piece)
    return bool(around.ground or around.sky) and not re.sub(r"[\W_]|的", "", around.left)
