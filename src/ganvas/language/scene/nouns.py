# ruff: noqa: E501 (rows of words, some of them wide)
"""Common nouns of some languages of the encoder, which it places too far from the English ones to be sure of a single word."""

_TABLE = """
cat|Katze Kater|gato gata|chat|gatto|猫 ネコ ねこ|кошка кот
dog|Hund|perro perra|chien|cane|犬 イヌ いぬ 柴犬 子犬|собака
horse|Pferd|caballo|cheval|cavallo|馬|лошадь
cow|Kuh|vaca|vache|mucca|牛|корова
pig|Schwein|cerdo|cochon|maiale|豚|свинья
rabbit|Hase Kaninchen|conejo|lapin|coniglio|うさぎ ウサギ 兎|кролик заяц
mouse|Maus|ratón|souris|topo|ネズミ ねずみ|мышь
bear|Bär|oso|ours|orso|熊 クマ くま|медведь
fox|Fuchs|zorro|renard|volpe|狐 キツネ きつね|лиса
wolf|Wolf|lobo|loup|lupo|狼 オオカミ|волк
owl|Eule|búho lechuza|hibou chouette|gufo|フクロウ ふくろう 梟|сова
bird|Vogel|pájaro ave|oiseau|uccello|鳥|птица
duck|Ente|pato|canard|anatra|アヒル|утка
chicken|Huhn Henne|gallina|poule|gallina|鶏|курица
fish|Fisch|pez|poisson|pesce|魚|рыба
frog|Frosch|rana|grenouille|rana|カエル 蛙|лягушка
turtle|Schildkröte|tortuga|tortue|tartaruga|亀 カメ|черепаха
snake|Schlange|serpiente|serpent|serpente|蛇 ヘビ|змея
lion|Löwe|león|lion|leone|ライオン|лев
tiger|Tiger|tigre|tigre|tigre|虎 トラ|тигр
elephant|Elefant|elefante|éléphant|elefante|象 ゾウ|слон
monkey|Affe|mono|singe|scimmia|猿 サル|обезьяна
penguin|Pinguin|pingüino|pingouin manchot|pinguino|ペンギン|пингвин
panda|Panda|panda|panda|panda|パンダ|панда
giraffe|Giraffe|jirafa|girafe|giraffa|キリン|жираф
camel|Kamel|camello|chameau|cammello|ラクダ|верблюд
sheep|Schaf|oveja|mouton|pecora|羊|овца
goat|Ziege|cabra|chèvre|capra|ヤギ|коза
whale|Wal|ballena|baleine|balena|クジラ 鯨|кит
dolphin|Delfin|delfín|dauphin|delfino|イルカ|дельфин
shark|Hai|tiburón|requin|squalo|サメ|акула
octopus|Krake Oktopus|pulpo|pieuvre poulpe|polpo|タコ|осьминог
butterfly|Schmetterling|mariposa|papillon|farfalla|蝶|бабочка
honeybee|Biene|abeja|abeille|ape|蜂 ハチ|пчела
snail|Schnecke|caracol|escargot|lumaca|カタツムリ|улитка
hedgehog|Igel|erizo|hérisson|riccio|ハリネズミ|ёж
squirrel|Eichhörnchen|ardilla|écureuil|scoiattolo|リス|белка
rice ball|Reisball|bola de arroz|boule de riz|palla di riso|おにぎり|онигири
cherry blossom|Kirschblüte|flor de cerezo|fleur de cerisier|fiore di ciliegio|桜 桜の木 さくら|сакура
billed cap|Mütze Kappe|gorra|casquette|berretto|キャップ|кепка шапка
pretzel|Brezel Breze|pretzel|bretzel|pretzel|プレッツェル|крендель
bouquet|Blumenstrauß|ramo|bouquet|mazzo|花束|букет
cook|Koch Köchin Bäcker Bäckerin|cocinero panadero|cuisinier boulanger|cuoco|料理人 シェフ|повар пекарь
fallen leaf|Herbstlaub Laub|hojarasca|feuille|foglia|落ち葉|листва
hamster|Hamster|hámster|hamster|criceto|ハムスター|хомяк
old woman|Oma Großmutter|abuela|grand-mère mamie|nonna|おばあさん|бабушка
old man|Opa Großvater|abuelo|grand-père papi|nonno|おじいさん|дедушка
cookie|Keks Plätzchen|galleta|biscuit|biscotto|クッキー|печенье
potted plant|Topfpflanze|maceta|plante|pianta|鉢植え|растение
dragon|Drache|dragón|dragon|drago|竜 ドラゴン|дракон
unicorn|Einhorn|unicornio|licorne|unicorno|ユニコーン|единорог
robot|Roboter|robot|robot|robot|ロボット|робот
man|Mann|hombre|homme|uomo|男|мужчина
woman|Frau|mujer|femme|donna|女|женщина
boy|Junge|niño chico|garçon|ragazzo|男の子|мальчик
girl|Mädchen|niña chica|fille|ragazza|女の子|девочка
baby|Baby|bebé|bébé|bambino|赤ちゃん|малыш
ghost|Geist Gespenst|fantasma|fantôme|fantasma|お化け 幽霊|призрак
snowman|Schneemann|muñeco de nieve|bonhomme de neige|pupazzo di neve|雪だるま|снеговик
tree|Baum|árbol|arbre|albero|木|дерево
flower|Blume|flor|fleur|fiore|花|цветок
rose|Rose|rosa|rose|rosa|バラ 薔薇|роза
sunflower|Sonnenblume|girasol|tournesol|girasole|ひまわり|подсолнух
mushroom|Pilz|seta hongo|champignon|fungo|キノコ|гриб
cactus|Kaktus|cactus|cactus|cactus|サボテン|кактус
apple|Apfel Äpfel|manzana|pomme|mela|りんご リンゴ|яблоко
banana|Banane|plátano banana|banane|banana|バナナ|банан
strawberry|Erdbeere|fresa|fraise|fragola|いちご イチゴ|клубника
cherries|Kirsche|cereza|cerise|ciliegia|さくらんぼ|вишня
lemon|Zitrone|limón|citron|limone|レモン|лимон
carrot|Karotte Möhre|zanahoria|carotte|carota|人参 ニンジン|морковь
cheese wedge|Käse|queso|fromage|formaggio|チーズ|сыр
bread|Brot|pan|pain|pane|パン|хлеб
egg|Ei|huevo|œuf oeuf|uovo|卵|яйцо
pizza|Pizza|pizza|pizza|pizza|ピザ|пицца
birthday cake|Kuchen Torte Geburtstagstorte|pastel tarta|gâteau|torta|ケーキ|торт
ice cream|Eis Eiscreme|helado|glace|gelato|アイス アイスクリーム|мороженое
hot beverage|Kaffee|café|café|caffè|コーヒー|кофе
house|Haus|casa|maison|casa|家|дом
castle|Schloss Burg|castillo|château|castello|城|замок
church|Kirche|iglesia|église|chiesa|教会|церковь
tent|Zelt|tienda de campaña|tente|tenda|テント|палатка
mountain|Berg|montaña|montagne|montagna|山|гора
automobile|Auto Wagen|coche auto carro|voiture|macchina|車 自動車|машина
bus|Bus|autobús|bus autobus|autobus|バス|автобус
bicycle|Fahrrad Rad|bicicleta bici|vélo bicyclette|bicicletta|自転車|велосипед
motorcycle|Motorrad|moto motocicleta|moto|moto|バイク|мотоцикл
train|Zug|tren|train|treno|電車 汽車|поезд
airplane|Flugzeug|avión|avion|aereo|飛行機|самолёт самолет
rocket|Rakete|cohete|fusée|razzo|ロケット|ракета
ship|Schiff|barco buque|bateau navire|nave|船|корабль
sailboat|Boot Segelboot|velero|voilier|barca|ヨット|лодка
full moon|Mond Vollmond|luna|lune|luna|月|луна
sun|Sonne|sol|soleil|sole|太陽|солнце
star|Stern|estrella|étoile|stella|星|звезда
cloud|Wolke|nube|nuage|nuvola|雲|облако
rainbow|Regenbogen|arcoíris|arc-en-ciel|arcobaleno|虹|радуга
fire|Feuer|fuego|feu|fuoco|火|огонь
red heart|Herz|corazón|cœur coeur|cuore|ハート|сердце
top hat|Hut Zylinder|sombrero|chapeau|cappello|帽子|шляпа
crown|Krone|corona|couronne|corona|王冠|корона
glasses|Brille|gafas anteojos|lunettes|occhiali|眼鏡 メガネ|очки
sunglasses|Sonnenbrille|gafas de sol|lunettes de soleil|occhiali da sole|サングラス|тёмные очки
scarf|Schal|bufanda|écharpe|sciarpa|マフラー|шарф
umbrella|Regenschirm Schirm|paraguas|parapluie|ombrello|傘|зонт
balloon|Ballon Luftballon|globo|ballon de baudruche|palloncino|風船|шарик
soccer ball|Ball Fußball|pelota balón|ballon|palla|ボール|мяч
open book|Buch|libro|livre|libro|本|книга
bed|Bett|cama|lit|letto|ベッド|кровать
chair|Stuhl|silla|chaise|sedia|椅子|стул
bowl with spoon|Schüssel Schale|cuenco tazón|bol|ciotola|ボウル|миска
basket|Korb|cesta|panier|cesto|かご|корзина
candle|Kerze|vela|bougie|candela|ろうそく|свеча
clock|Uhr|reloj|horloge|orologio|時計|часы
key|Schlüssel|llave|clé clef|chiave|鍵|ключ
scissors|Schere|tijeras|ciseaux|forbici|はさみ|ножницы
guitar|Gitarre|guitarra|guitare|chitarra|ギター|гитара
drum|Trommel|tambor|tambour|tamburo|太鼓|барабан
wrapped gift|Geschenk|regalo|cadeau|regalo|プレゼント|подарок
mage|Zauberer|mago|magicien sorcier|mago|魔法使い|волшебник
woman mage|Hexe|bruja|sorcière|strega|魔女|ведьма
princess|Prinzessin|princesa|princesse|principessa|お姫様 姫|принцесса
astronaut|Astronaut|astronauta|astronaute|astronauta|宇宙飛行士|космонавт
"""


def _nouns() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in _TABLE.strip().splitlines():
        name, *languages = line.split("|")
        for language in languages:
            # several words of one cell are several nouns, unless a small word says that they are one
            cell = (
                [language]
                if any(word in (" de ", " di ", " da ") for word in _inner(language)) or language == "тёмные очки"
                else language.split()
            )
            for noun in cell:
                found.setdefault(noun.lower(), name)
    return found


def _inner(cell: str) -> list[str]:
    return [f" {word} " for word in cell.split()[1:-1]]


NOUNS = _nouns()
"""Noun, in lower case -> what it means in English."""

GERMAN = {
    noun.lower(): name for name, cell in (line.split("|")[:2] for line in _TABLE.strip().splitlines()) for noun in cell.split()
}
"""German nouns, in lower case."""
HEAD = 4
"""Letters from which a German noun counts as the head of a compound: an Apfelbaum is a Baum."""


def _head_of(words: str) -> str | None:
    """Return what the head of a German compound means: the longest noun that its last word, which has a capital, ends in."""
    last = words.split()[-1]
    if not last[0].isupper() or not last[1:].islower():
        return None
    heads = (last[start:] for start in range(3, len(last) - HEAD + 1))
    return next((GERMAN[head] for head in heads if head in GERMAN), None)


_ENDINGS = ("", "s", "es", "n", "en", "e", "er", "x")


def english_of(words: str) -> str | None:
    """Return what the last noun of some words means in English, in the singular or a regular plural; None where it is in no table."""
    lower = words.lower()
    if lower in NOUNS:
        return NOUNS[lower]
    if not lower.isascii() and (lower[-1] >= "\u3040"):
        ends = (start for start in range(len(lower)) if start == 0 or "\u3041" <= lower[start - 1] <= "\u3096")  # after kana only
        return next((NOUNS[lower[start:]] for start in ends if lower[start:] in NOUNS), None)
    parts = lower.split()
    for word in (*parts[-1:], *parts[:1]):  # adjectives follow in Romance languages
        for ending in _ENDINGS:
            if word.endswith(ending) and (noun := word[: len(word) - len(ending)]) in NOUNS:
                return NOUNS[noun]
    return _head_of(words)
