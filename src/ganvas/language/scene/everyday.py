"""Everyday words that are tags of many things, or of none, and the thing that people mean by them.

Only what is truly meant: of what is merely near, as a starfish is to a shell, the drawing says so.
"""

_TABLE = """
adhesive bandage|bandaid, plaster
baby|宝宝
beverage box|juice
bird|seagull, gull, 海鸥, 小鸟, カモメ
birthday cake|cake
books|library, bookshelf
bottle with popping cork|bottle, champagne
castle|tower, palace, fortress
cat|kitten, 小猫
coat|raincoat
cook|baker, chef
cooked rice|rice
cooking|pan, frying pan, omelette
couch and lamp|sofa, couch, lamp, armchair
cup with straw|drink, lemonade, smoothie
deciduous tree|tree, 树, 树木
deer|reindeer
department store|shop, shopping centre, mall
desktop computer|computer, pc
dog|puppy, 小狗
duck|duckling, 小鸭子, 鸭子
dumpling|小笼包, 笼包, 包子
envelope|letter
fire|campfire, bonfire, fireplace, 篝火, 营火
fish|trout, salmon, tuna, goldfish, carp
fork and knife with plate|plate, 盘子
gem stone|diamond, diamonds, gem, jewel
globe showing Europe-Africa|globe, earth, world
guard|knight
herb|bush
honey pot|honey
hot beverage|coffee, cup, mug
jack-o-lantern|pumpkin, 南瓜
kick scooter|scooter
ladder|stairs, staircase
lady beetle|ladybug, ladybird
light bulb|light
lotus|lily, waterlily, water lily
mage|wizard
open book|book, 书
package|box, 箱子
performing arts|mask, masks, theatre, theater
pile of poo|poop
pine decoration|bamboo, 竹子
pirate flag|海盗
pot of food|soup, stew
raised hand|hand
red apple|apple, apples, 苹果
red heart|love
red paper lantern|灯笼, lantern
right arrow|arrow
rocket|spaceship, spacecraft
sailboat|boat, pirate ship
ship|船
skull|skeleton
soft ice cream|ice cream cone, icecream cone, 甜筒, 冰淇淋甜筒
spiral shell|seashell
tangerine|orange, oranges
teapot|tea
top hat|hat, 帽子, chapeau, sombrero, hut, cappello
treasure chest|treasure
umbrella|伞
woman mage|witch, 女巫
world map|map, atlas
"""


def _read() -> dict[str, str]:
    rows = (line.split("|") for line in _TABLE.strip().splitlines())
    return {word: thing for thing, words in rows for word in words.split(", ")}


EVERYDAY = _read()
"""Word, in lower case -> the name of the thing, in vocabularies that have it."""
