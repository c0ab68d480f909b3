# ruff: noqa: E501 (rows of words, some of them wide)
"""Words that name no thing and that people draw as one: greetings, wishes, feelings and abstract nouns.

A wish counts anywhere in an idea ("thank you, teacher"). A feeling or an abstract noun counts only as the whole idea: "love" is a
heart, and "a love letter" a letter.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

_WISHES = """
thumbs up, star|good job|well done|great job|great work|good work|nice work|nice job|bravo|way to go|you did it|gut gemacht|super gemacht|bien hecho|buen trabajo|bon travail|bien joué|ben fatto|muito bem|молодец|잘했어|干得好|做得好|做得真好|真棒|太棒了|好样的|よくできました
bouquet, red heart|thank you|thanks|many thanks|thank you very much|thank you so much|danke|vielen dank|gracias|muchas gracias|merci|merci beaucoup|grazie|grazie mille|obrigad[oa]|bedankt|dziękuję|спасибо|감사합니다|谢谢|感谢|多谢|ありがとう|ありがとうございます
waving hand, smiling face with smiling eyes|hello|hi there|welcome|nice to meet you|hallo|willkommen|guten tag|hola|bienvenid[oa]s?|bonjour|bienvenue|salut|ciao|benvenut[oi]|olá|bem-vind[oa]|привет|안녕하세요|你好|您好|欢迎|大家好|こんにちは|ようこそ
waving hand|goodbye|good bye|bye bye|see you(?: soon| later)?|farewell|auf wiedersehen|tschüss|adiós|hasta luego|au revoir|arrivederci|tchau|пока|再见|拜拜|さようなら
sleeping face, crescent moon, ZZZ|good ?night|sweet dreams|sleep well|gute nacht|schlaf gut|buenas noches|bonne nuit|buona ?notte|boa noite|спокойной ночи|晚安|做个好梦|おやすみ|おやすみなさい
sun, hot beverage|good morning|guten morgen|buenos días|buongiorno|bom dia|доброе утро|早上好|早安|おはよう|おはようございます
pleading face, bouquet|(?:i['’]?m |i am )?(?:so |very )?sorry|please forgive me|entschuldigung|es tut mir leid|lo siento|perdón|désolée?|pardon|mi dispiace|desculpe|прости|对不起|抱歉|原谅我|ごめんなさい
party popper, confetti ball|congratulations|congrats|hooray|hurray|yay|glückwunsch|herzlichen glückwunsch|felicidades|enhorabuena|félicitations|congratulazioni|auguri|parabéns|поздравляю|恭喜|祝贺|おめでとう|おめでとうございます
flexed biceps, fire|you can do it|you got this|keep going|never give up|don['’]?t give up|stay strong|go for it|let['’]?s go|du schaffst das|tú puedes|ánimo|tu peux le faire|bon courage|forza|加油|别放弃|坚持住|坚持到底|がんばれ|頑張って|頑張れ|화이팅
red heart, smiling face with hearts|i love (?:you|u)|love you|ich liebe dich|te amo|te quiero|je t['’]?aime|ti amo|eu te amo|я тебя люблю|我爱你|爱你|愛してる
hospital, bouquet|get well(?: soon)?|gute besserung|que te mejores|bon rétablissement|早日康复|お大事に
four leaf clover, crossed fingers|good luck|best of luck|viel glück|viel erfolg|buena suerte|bonne chance|buona fortuna|boa sorte|удачи|祝你好运|好运
smiling face with hearts, two hearts|miss you|i miss you|thinking of you|ich vermisse dich|te extraño|tu me manques|想你|我想你|想念你
red envelope, money bag|恭喜发财|发财
fork and knife with plate, face savoring food|bon app[eé]tit|enjoy your meal|guten appetit|buen provecho|buon appetito|请慢用|いただきます
clinking glasses|cheers|prost|salud|santé|salute|干杯|乾杯
"""

_FEELINGS = """
people holding hands, handshake|team ?work|cooperation|collaboration|partnership|working together|teamarbeit|zusammenarbeit|trabajo en equipo|travail d['’]équipe|lavoro di squadra|团队合作|团队|合作|团结|协作|チームワーク
light bulb|ideas?|i have an idea|(?:a |my )?(?:bright|good|great|new|brilliant) idea|brainstorm(?:ing)?|inspiration|innovation|creativity|eureka|(?:ich habe )?eine idee|(?:tengo )?una idea|(?:j['’]ai )?une idée|un['’]idea|好主意|我有一个想法|有主意了|想法|灵感|创意|点子|アイデア
face with spiral eyes, books|overwhelmed|too much to do|too busy|information overload|überfordert|abrumad[oa]|débordée?|忙死了|好忙|太忙了
exploding head|stress(?:ed)?(?: out)?|burn ?out|burned out|mind ?blown|headache|gestresst|estrés|estresad[oa]|压力|压力大|压力山大|崩溃|抓狂|头疼|头痛|ストレス
red heart, two hearts|love|in love|romance|affection|liebe|verliebt|amor|amour|amore|любовь|사랑|爱|爱情|恋爱|愛|恋
broken heart, crying face|heart ?break|heartbroken|break ?up|liebeskummer|desamor|chagrin d['’]amour|失恋|分手|伤心
dove, peace symbol|peace|world peace|frieden|paz|paix|pace|мир|和平|世界和平|平和
dove, rainbow|freedom|liberty|freiheit|libertad|liberté|libertà|liberdade|свобода|自由
people hugging, two hearts|friendship|friends|best friends|(?:beste )?freunde|freundschaft|amistad|amigos|amitié|amis|amicizia|amizade|дружба|友谊|友情|朋友|好朋友
balance scale|justice|law|fairness|equality|gerechtigkeit|justicia|giustizia|justiça|正义|公平|法律
hourglass done, alarm clock|time|patience|waiting|zeit|tiempo|temps|tempo|время|时间|等待|耐心|時間
rainbow, seedling|hope|hoffnung|esperanza|espoir|speranza|esperança|надежда|希望
musical notes, headphone|music|melody|musik|música|musique|musica|музыка|음악|音乐|音楽
airplane, luggage, globe showing Europe-Africa|travel(?:l?ing)?|vacation|holidays?|journey|(?:a |my )?trip|reisen?|urlaub|viajes?|vacaciones|voyages?|vacances|viaggio|vacanza|viagem|férias|путешествие|여행|旅行|旅游|度假|旅
microscope, test tube|science|research|chemistry|biology|wissenschaft|forschung|ciencia|science|scienza|ciência|наука|科学|研究|化学
recycling symbol, globe showing Europe-Africa, seedling|recycling|environment|earth day|sustainability|ecology|save the (?:planet|earth)|umwelt|nachhaltigkeit|medio ?ambiente|environnement|环保|环境保护|地球日
herb, deciduous tree, butterfly|nature|natur|naturaleza|natura|natureza|природа|大自然|自然
stethoscope, red heart|health|healthy|healthcare|gesundheit|salud|santé|salute|saúde|здоровье|健康
soccer ball, basketball|sports?|exercise|spo?rt|deportes?|esportes?|спорт|运动|体育|スポーツ
house, red heart|home|home sweet home|zuhause|hogar|家|回家|温暖的家
face screaming in fear|fear|afraid|scared|terrified|angst|miedo|peur|paura|medo|страх|害怕|恐惧|好可怕
enraged face, anger symbol|anger|angry|furious|rage|so angry|wut|wütend|ira|enojad[oa]|colère|rabbia|raiva|злость|生气|愤怒|气死我了|怒り
grinning face with big eyes, sun|joy|happiness|happy|so happy|feeling happy|freude|glück|glücklich|alegría|feliz|joie|bonheur|gioia|felicità|felicidade|счастье|행복|开心|快乐|幸福|好开心|高兴|幸せ
crying face|sad|sadness|so sad|feeling (?:sad|blue|down)|grief|traurig|trauer|triste|tristeza|tristesse|tristezza|грусть|难过|悲伤|好难过|想哭|悲しい
yawning face|bored|boredom|so bored|langeweile|aburrid[oa]|ennui|无聊|好无聊
astonished face|surprise|surprised|wow|omg|überraschung|sorpresa|surprise|惊讶|惊喜|びっくり
person in lotus position|calm|relax(?:ed|ing)?|meditation|mindfulness|inner peace|entspannung|relajación|détente|放松|冥想|平静
thought balloon, star|dreams?|(?:a |my )?dream|daydream(?:ing)?|traum|sueños?|rêves?|sogno|sonho|мечта|梦想|做梦|夢
camera, framed picture|memory|memories|nostalgia|erinnerung(?:en)?|recuerdos?|souvenirs?|ricordi|回忆|怀旧|思い出
rocket, sparkles|future|progress|startup|ambition|zukunft|futuro|avenir|будущее|未来|进步|创业
chart increasing, money bag|growth|profit|sales|success(?:ful)? business|investment|wachstum|crecimiento|croissance|crescita|增长|业绩|投资
money bag, gem stone|rich|wealth|savings|i['’]?m rich|reichtum|riqueza|richesse|财富|有钱|存钱
alarm clock, person running|deadline|hurry(?: up)?|late|running late|i['’]?m late|in a hurry|截止日期|迟到|快点|赶时间|要迟到了
books, pencil|study(?:ing)?|homework|learning|exams?|education|knowledge|lernen|hausaufgaben|bildung|estudiar|educación|étudier|éducation|studiare|学习|作业|考试|读书|教育|知识|勉強
laptop, hot beverage|work(?:ing)?|office work|work from home|remote work|coding|programming|overtime|arbeit|trabajo|travail|lavoro|trabalho|работа|上班|工作|加班|编程|写代码|仕事
face savoring food, fork and knife|hungry|(?:i['’]?m |i am )?(?:so )?hungry|delicious|yummy|tasty|lecker|hunger|hambre|delicioso|faim|délicieux|fame|delizioso|好吃|饿了?|我饿了|好饿|肚子饿了|美味しい
four leaf clover|luck|lucky|glückspilz|suerte|chance|fortuna|sorte|удача|幸运|運
magic wand, sparkles|magic|magical|magie|magia|魔法|魔術
warning|danger|dangerous|be careful|caution|gefahr|vorsicht|peligro|cuidado|attention|pericolo|危险|小心|注意
shushing face|silence|quiet|be quiet|ruhe|silencio|silenzio|安静|别说话
shushing face, locked|secrets?|geheimnis|secreto|segreto|秘密
bullseye|goals?|targets?|focus|my goals?|ziele?|objetivo|meta|objectif|目标|专注
speech balloon, mobile phone|communication|conversation|chat(?:ting)?|kommunikation|conversación|conversation|聊天|沟通|交流
red question mark, thinking face|confus(?:ed|ion)|questions?|curious|curiosity|(?:eine )?frage|pregunta|疑问|为什么|好奇
seedling, sun|new beginnings?|fresh start|neuanfang|nuevo comienzo|nouveau départ|新的开始|重新开始
bathtub, candle|self[ -]care|spa day|me time|wellness
trophy, 1st place medal|victory|winning|winners?|champions?|we won|first place|success|sieg|erfolg|victoria|éxito|victoire|succès|vittoria|successo|победа|胜利|冠军|第一名|成功|勝利
graduation cap, party popper|graduation|graduation day|abschluss|graduación|remise des diplômes|毕业|毕业快乐|毕业了|卒業
shield, crossed swords|courage|bravery|brave|be brave|mut|valentía|coraje|courage|勇气|勇敢
red heart, house|family love|家的温暖
face with thermometer, pill|sick|ill|i feel sick|flu|krank|enferm[oa]|malade|malato|生病|生病了|感冒了
tired face, ZZZ|tired|exhausted|so tired|need sleep|i['’]?m (?:so )?tired|müde|cansad[oa]|fatiguée?|stanc[oa]|累|好累|困|好困|想睡觉|疲れた
"""

_ROWS = tuple(line.split("|") for line in _WISHES.strip().splitlines())
_ALONE = tuple(line.split("|") for line in _FEELINGS.strip().splitlines())


def _pattern(words: Sequence[str], *, whole: bool) -> re.Pattern[str]:
    spaced = "|".join(word for word in words if not "\u3040" <= word[0] <= "\u9fff")
    signs = "|".join(sorted((word for word in words if "\u3040" <= word[0] <= "\u9fff"), key=len, reverse=True))
    found = "|".join(part for part in (rf"(?<![^\W_])(?:{spaced})(?![^\W_])" if spaced else "", signs) if part)
    return re.compile(rf"\s*(?:{found})\s*" if whole else found, re.IGNORECASE)


_WISHED = tuple((tuple(row[0].split(", ")), _pattern(row[1:], whole=False)) for row in _ROWS)
_FELT = tuple((tuple(row[0].split(", ")), _pattern(row[1:], whole=True)) for row in _ALONE)
_LEADS = re.compile(r"^(?:(?:i['’]?m|i am|feeling|feel|i feel|being|the (?:power|feeling|concept|joy) of|ich bin|estoy|je suis)\s+)*(?:(?:so|very|really|just|a bit|totally|completely)\s+)*"
                    r"|^(?:今天|现在|我|感觉|觉得|有点|非常|很|真|太)+(?=.)", re.IGNORECASE)  # fmt: skip
_ENDS = re.compile(
    r"(?:\s+(?:today|right now|again|at the moment|heute|hoy|aujourd['’]hui))?[\s!.?！。？~～,，、…]*$|(?:了|啊|呀|吧|哦)+[！。~～]*$"
)
_FOR_SOMEBODY = re.compile(
    r"\s*\b(?:sticker|card|message|note)?\s*(?:for|to)\s+(?:my|our|the|an?|all|all my|every)\s+[\w ]{1,30}$", re.IGNORECASE
)


class Expression(NamedTuple):
    """What an idea wishes or feels: the things that show it, the first ones best, and what is left of the idea without it."""

    things: tuple[str, ...]
    left: str


def find_expression(idea: str, kept: Sequence[tuple[int, int]] = ()) -> Expression | None:
    """Find the first wish in an idea, or the feeling or abstract noun that an idea is. None where it is neither.

    kept: spans of the idea that name a thing, in which no wish is looked for.
    """
    plain = _ENDS.sub("", idea).strip()
    for text in dict.fromkeys((plain, _LEADS.sub("", plain).strip())):
        for things, pattern in _FELT:
            if text and pattern.fullmatch(text):
                return Expression(things, "")
    for things, pattern in _WISHED:
        match = next((one for one in pattern.finditer(idea) if not _within(one.span(), kept)), None)
        if match:
            left = _FOR_SOMEBODY.sub("", f"{idea[: match.start()]} {idea[match.end() :]}")
            return Expression(things, _ENDS.sub("", left).strip(" \t!.,;:，。！"))
    return None


def _within(span: tuple[int, int], kept: Sequence[tuple[int, int]]) -> bool:
    """Say whether a span is a part of a longer one."""
    return any(a <= span[0] and span[1] <= b and (a, b) != span for a, b in kept)
