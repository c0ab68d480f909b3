# ruff: noqa: E501 (rows of words, some of them wide)
"""Scenes without a language model: what an idea names, where, when, and in which mood."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganvas.language.scene.pieces import split_parts
from ganvas.language.scene.rules import read_idea, write_brief
from ganvas.language.scene.surroundings import MOODS
from ganvas.language.text.encoder import MultilingualEncoder
from ganvas.language.text.lexicon import Lexicon, build_lexicon
from ganvas.vocabulary.brief import COLOURS, Brief
from tests.language.fakes import BagEncoder, lexicon, tagged


def brief(idea: str) -> Brief:
    return write_brief(idea, lexicon=lexicon(), encoder=BagEncoder())


def captions(idea: str) -> list[str]:
    return [element.caption for element in brief(idea).elements]


@pytest.mark.parametrize("idea", ["a lonely robot in spring", "春天里孤独的机器人"])
def test_a_subject_in_a_setting_and_a_mood(idea: str) -> None:
    scene = brief(idea)
    assert [(one.caption, one.size) for one in scene.elements] == [("robot", "small")]
    assert (scene.ground, scene.sky, scene.scenery) == ("meadow", "day", ("cherry blossom", "seedling"))


def counted(idea: str) -> list[str]:
    return [f"{one.count} {one.caption}" if one.count > 1 else one.caption for one in brief(idea).elements]


@pytest.mark.parametrize(
    ("idea", "things"),
    [
        ("a red heart on fire", ["heart on fire"]),  # one known thing, although "on" stands in it
        ("two cats", ["2 cat"]),
        ("三只猫", ["3 cat"]),
        ("ten dogs and a cat", ["9 dog", "cat"]),  # more than nine count as nine
        ("two cats and three dogs", ["2 cat", "3 dog"]),
        ("a fox under a full moon", ["fox", "full moon"]),
        ("un robot et un cat", ["robot", "cat"]),
        ("ein robot und drei dogs", ["robot", "3 dog"]),
        ("猫と狐狸", ["cat", "fox"]),
        ("a cat, a dog and a fox", ["cat", "dog", "fox"]),
        ("a unicorn eating pizza", ["unicorn", "pizza"]),
        ("吃披萨的独角兽", ["unicorn", "pizza"]),  # in Chinese the noun that is described stands last
        ("猫和狗", ["cat", "dog"]),  # and things side by side stand in their order
        ("a pumpkin with a cat", ["cat"]),  # what is not known is left out, and said
        ("雪地里的企鹅", ["evergreen tree"]),  # in a place, what is not known is left out
        ("a dog singing at night", ["dog"]),
        ("a snowman in the snow", ["snowman"]),  # snow in a thing's name is no weather
        ("一只海豚和一只猫", ["dolphin", "cat"]),  # nor is the sea in the dolphin's
        ("a sunset", ["sunset"]),
        ("春天", ["cherry blossom"]),
        ("!?", ["!?"]),
        ("a cat and a dog in front", ["cat", "dog"]),  # an adverb is no thing
        ("a fox in a field of red hearts", ["fox", "5 red heart"]),
        ("zzyzx", ["zzyzx"]),  # nothing known: the words themselves
        ("the", ["the"]),
    ],
)
def test_the_things_of_an_idea(idea: str, things: list[str]) -> None:
    assert counted(idea) == things


def ties(idea: str, known: Lexicon | None = None) -> list[str]:
    scene = write_brief(idea, lexicon=known or lexicon(), encoder=BagEncoder())
    names = [one.caption for one in scene.elements]
    return [f"{names[tie.subject - 1]} {tie.relation} {names[tie.object - 1]}" for tie in scene.relations]


@pytest.mark.parametrize(
    ("idea", "tie"),
    [
        ("a cat under a full moon", "cat under full moon"), ("一只猫在独角兽下面", "cat under unicorn"), ("独角兽下的猫", "cat under unicorn"),
        ("a cat riding a unicorn", "cat riding unicorn"), ("骑独角兽的猫", "cat riding unicorn"), ("独角兽に乗った猫", "cat riding unicorn"),
        ("un cat sur un robot", "cat on robot"), ("eine cat auf einem robot", "cat on robot"), ("un cat encima de un robot", "cat on robot"),
        ("a cat in front of a robot", "cat in front of robot"), ("机器人前面的猫", "cat in front of robot"), ("ein dog hinter dem robot", "dog behind robot"),
        ("un dog derrière un robot", "dog behind robot"), ("机器人后面的狗", "dog behind robot"), ("a fox looking at a pizza", "fox looking at pizza"),
        ("狐狸看着披萨", "fox looking at pizza"), ("a fox eating a pizza", "fox holding pizza"), ("拿着披萨的狐狸", "fox holding pizza"),
        ("a cat next to a dog", "cat beside dog"), ("猫旁边的狗", "dog beside cat"), ("dogs around a robot", "dog around robot"),
        ("a robot surrounded by dogs", "dog around robot"), ("a star above a cat", "cat under star"), ("a robot mixed with a cat", "robot mixed with cat"),
        ("a unicorn on fire", "unicorn in front of fire"), ("un robot en llamas", "robot in front of fire"), ("独角兽下睡觉的猫", "cat under unicorn"),
        ("独角兽に住む猫", "cat in unicorn"), ("a robot looking like a cat", "robot mixed with cat"),
        ("a dog with a cat on its head", "cat on dog"), ("狐狸在机器人里面", "fox in robot"), ("a fox inside a robot", "fox in robot"),
    ],
)  # fmt: skip
def test_words_for_relations_become_relations(idea: str, tie: str) -> None:
    assert ties(idea) == [tie]


def test_things_that_are_only_listed_are_not_related() -> None:
    for idea in ("a cat and a dog", "猫和狗", "a cat, a dog and a fox"):
        assert ties(idea) == []


def test_what_is_listed_before_a_place_is_all_there() -> None:
    assert ties("a cat and a dog under a full moon") == ["dog under full moon", "cat under full moon"]
    assert ties("a cat, a dog and a fox on a robot") == ["fox on robot", "dog on robot", "cat on robot"]
    assert ties("a cat on a robot and a dog under a star") == ["cat on robot", "dog under star"]
    assert ties("two dogs holding hands") == [] and counted("two dogs holding hands") == ["2 dog"]


@pytest.mark.parametrize(
    "idea",
    ["a logo for a dog", "cute icon of a dog", "dog sticker", "ein Bild von dog", "狗的可爱图标", "dibujo de un dog", "狗头像"],
)
def test_words_that_only_say_that_a_picture_is_wanted_are_left_out(idea: str) -> None:
    assert captions(idea) == ["dog"]


@pytest.mark.parametrize(
    ("idea", "things"),
    [
        ("a robot jumping out of somewhere", ["robot"]), ("un robot saltando alto", ["robot"]), ("a cat asleep on a robot", ["cat", "robot"]),
        ("eine Riesenkatze", ["cat"]), ("Kuschelhund", ["dog"]),
    ],
)  # fmt: skip
def test_what_a_thing_does_and_compounds_lead_to_the_thing(idea: str, things: list[str]) -> None:
    assert captions(idea) == things


def test_feasts_are_places_and_no_moods() -> None:
    assert captions("a cat, happy halloween") == ["cat"] and brief("a cat, happy halloween").sky == "night"
    assert (brief("一只猫，新年快乐").ground, captions("一只猫，新年快乐")) == ("city", ["cat"])


def test_what_is_around_something_is_several() -> None:
    assert counted("a dog around a robot") == ["6 dog", "robot"]


def test_under_the_moon_it_is_night() -> None:
    assert (brief("a cat under a full moon").ground, brief("a cat under a full moon").sky) == ("meadow", "night")
    assert brief("a cat under a dog").ground == "none"


@pytest.mark.parametrize(
    ("idea", "things"),
    [
        ("a red robot", ["red robot"]), ("红色的机器人", ["red robot"]),
        ("深红色机器人", ["red robot"]), ("un robot rouge", ["red robot"]),
        ("ein roter robot", ["red robot"]), ("красный robot", ["red robot"]), ("白狗", ["white dog"]),
        ("a red cat and a blue dog", ["red cat", "blue dog"]), ("a red robot and a blue robot", ["red robot", "blue robot"]),
        ("two green cats", ["green cat"]), ("a blue cat singing", ["blue cat"]),
        ("黑猫在夜里", ["black cat"]),
        ("a red heart", ["red heart"]),  # a thing of that name
        ("a yellow star at night", ["yellow star"]),
        ("a blue-eyed cat", ["cat"]), ("a man who rode a unicorn", ["unicorn"]), ("a sad cat", ["cat"]),
        ("a red sunset", ["sunset"]),  # a whole scene is not painted over
    ],
)  # fmt: skip
def test_a_colour_stays_with_its_thing(idea: str, things: list[str]) -> None:
    assert captions(idea) == things


def test_a_thing_that_has_its_colour_anyway_keeps_its_name() -> None:
    """What is said about it says so: it was drawn so, and is drawn better by its name alone."""
    assert write_brief("a red fox", lexicon=tagged(), encoder=BagEncoder()).elements[0].caption == "fox"
    assert write_brief("a blue fox", lexicon=tagged(), encoder=BagEncoder()).elements[0].caption == "blue fox"


def test_one_thing_fills_the_picture_unless_it_is_lonely() -> None:
    assert [one.size for one in brief("a robot").elements] == ["full"]
    assert [one.size for one in brief("a lonely robot").elements] == ["small"]
    assert [one.size for one in brief("a tiny robot").elements] == ["tiny"]


def test_sizes_are_taken_from_the_words() -> None:
    assert [one.size for one in brief("a tiny robot and a giant cat").elements] == ["tiny", "giant"]
    assert [one.size for one in brief("一只巨大的猫和一个小机器人").elements] == ["giant", "small"]


def test_what_is_not_known_is_said_and_left_out_beside_what_is() -> None:
    reading = read_idea("a cat and a zzyzx", lexicon=lexicon(), encoder=BagEncoder())
    assert reading.things == ("cat",) and reading.note.startswith("no zzyzx known; nearest: ")
    assert read_idea("a cat and a dog", lexicon=lexicon(), encoder=BagEncoder()).note == ""


def test_emoji_are_read_as_what_they_are() -> None:
    assert captions("\U0001f431\U0001f436") == captions("cat, dog") == ["cat", "dog"]


def test_a_long_idea_is_read_whole() -> None:
    assert captions("well, " * 90 + "a cat and a dog") == ["cat", "dog"]


def test_an_adjective_may_name_a_kind_of_its_own() -> None:
    assert captions("a grinning cat in the rain")[0] == "grinning cat"
    assert captions("two sad cats in the rain")[0] == "cat"


@pytest.mark.parametrize(("words", "colour"), [(words[0], colour) for words, colour in MOODS])
def test_a_mood_colours_the_page(words: str, colour: str) -> None:
    assert brief(f"a {words} robot").background == colour
    assert brief(f"a {words} robot at night").sky == "night"


def test_a_scene_has_no_more_than_six_things() -> None:
    many = captions("a cat, a dog, a fox, a robot, a unicorn, a pizza and a dolphin at night")
    assert many == ["cat", "dog", "fox", "robot", "unicorn", "pizza"]


def test_articles_and_pronouns_fall_away() -> None:
    assert split_parts("the cat and I under an old tree, with him") == ["cat", "old tree"]
    assert split_parts("我在三只猫旁边") == ["猫"]


@pytest.mark.parametrize(
    ("idea", "things"),
    [
        ("something to cut paper with", ["scissors"]),  # two of its words agree on one thing
        ("an animal that may bark", ["dog"]),
        ("a dog and something to cut paper", ["dog", "scissors"]),
        ("a roll of paper", ["roll of paper"]),  # what is named outright is no description
        ("a cat", ["cat"]),
        ("zzyzx", ["zzyzx"]),
    ],
)
def test_a_thing_that_is_only_described_is_looked_up(idea: str, things: list[str]) -> None:
    scene = write_brief(idea, lexicon=tagged(), encoder=BagEncoder())
    assert [one.caption for one in scene.elements] == things


def test_what_a_description_may_mean_is_kept_with_scores() -> None:
    reading = read_idea("something to cut with", lexicon=tagged(), encoder=BagEncoder())
    names, scores = zip(*reading.candidates, strict=True)
    assert set(names[:2]) == {"scissors", "kitchen knife"} and list(scores) == sorted(scores, reverse=True)
    assert read_idea("a cat", lexicon=tagged(), encoder=BagEncoder()).candidates == ()


WORDS = "a the cat dog in 的 春天 里 和 猫 \ue000 heart on fire !? , night two 三只 something that 用来 东西 cut paper と".split()


@given(st.text(max_size=300) | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_any_text_becomes_a_brief(idea: str) -> None:
    scene = brief(idea)
    assert Brief.model_validate_json(scene.model_dump_json()) == scene and scene.background in COLOURS
    Brief.model_validate(write_brief(idea, lexicon=tagged(), encoder=BagEncoder()).model_dump())


REAL = {
    "robot": "机器人", "cat": "猫", "grinning cat": "开心的猫", "crying cat": "哭泣的猫", "heart on fire": "火焰中的心",
    "red heart": "红心", "fire": "火焰", "cherry blossom": "樱花", "seedling": "幼苗", "bear": "熊", "goose": "鹅", "dog": "狗",
    "cucumber": "黄瓜", "ghost": "鬼", "automobile": "汽车",
}  # fmt: skip


@pytest.mark.parametrize(
    ("idea", "things"),
    [
        ("a lonely robot in spring", ["robot"]),
        ("春天里孤独的机器人", ["robot"]),
        ("a red heart on fire", ["heart on fire"]),
        ("一只开心的猫", ["grinning cat"]),
        ("伤心的猫", ["cat"]),  # nearest to the happy one, but that is the encoder's mistake
        ("愤怒的小狗", ["dog"]),
        ("perro", ["dog"]),
        ("a ghost with a pumpkin", ["ghost"]),  # near cucumber, yet none
        ("企鹅", ["企鹅"]),  # near goose, yet none
        ("a car", ["automobile"]),
        ("a purple car", ["purple automobile"]),
        ("赤いロボット", ["red robot"]),
        ("un gato verde", ["green cat"]),
    ],
)
def test_with_the_real_encoder(idea: str, things: list[str], fresh: MultilingualEncoder) -> None:
    phrases = tuple(REAL) + tuple(REAL.values())
    known = Lexicon(phrases, tuple(REAL) * 2, np.asarray(fresh.encode(phrases)))
    assert [one.caption for one in write_brief(idea, lexicon=known, encoder=fresh).elements] == things


HINTS = {
    "scissors": ("剪刀", "cut cutting paper tool 剪 修剪 剪裁"),
    "roll of paper": ("卷筒纸", "paper toilet towels 卫生纸 纸巾"),
    "cat": ("猫", "animal kitten pet 动物 喵"),
    "dog": ("狗", "animal puppy bark pet 动物 汪"),
    "bed": ("床", "sleep hotel 睡觉 床铺"),
    "sleeping face": ("睡觉脸", "face sleep zzz 脸 睡觉"),
    "telephone": ("电话", "call phone 打电话 座机"),
    "giraffe": ("长颈鹿", "animal neck 动物 脖子"),
    "cow": ("奶牛", "animal milk moo 动物 牛奶"),
    "pie": ("派", "apple filling fruit meat pastry pumpkin slice 馅饼 甜点"),
    "white flower": ("白花", "flower plant bloom 花 植物"),
    "rose": ("玫瑰", "flower plant red 花 植物"),
    "tulip": ("郁金香", "flower plant 花 植物"),
    "honeybee": ("蜜蜂", "bee insect honey 昆虫"),
    "goat": ("山羊", "animal milk 动物"),
    "penguin": ("企鹅", "animal bird antarctica 动物"),
    "hamburger": ("汉堡", "burger food meat 汉堡包"),
    "castle": ("城堡", "building european 欧式城堡"),
    "tangerine": ("橘子", "fruit citrus 水果"),
    "orange heart": ("橙心", "heart love orange 爱"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("idea", "thing"),
    [
        ("something to cut paper with", "scissors"), ("可以用来剪东西的工具", "scissors"), ("etwas zum Schneiden", "scissors"),
        ("an animal with a long neck", "giraffe"), ("会产奶的动物", "cow"), ("quelque chose pour téléphoner", "telephone"),
        ("a burger", "hamburger"), ("Burgen", "castle"),  # one is a tag, the other only an inflected noun
        ("two oranges", "tangerine"),
        ("a place to sleep", "bed"),  # and no face: nobody asked for one
        ("a cute kitten", "cat"), ("a puppy", "dog"), ("a red flower", "rose"), ("a flower with a bee", "white flower"),
    ],
)  # fmt: skip
def test_descriptions_and_other_words_with_the_real_encoder(idea: str, thing: str, fresh: MultilingualEncoder) -> None:
    captions = [(name, chinese) for name, (chinese, _) in HINTS.items()]
    known = build_lexicon(captions, [hints.split() for _, hints in HINTS.values()], encode=fresh.encode)
    assert write_brief(idea, lexicon=known, encoder=fresh).elements[0].caption == thing


@pytest.mark.parametrize("idea", ["a sleepy dog", "a cat sleeping", "ein fox schläft", "睡觉的猫"])
def test_what_sleeps_has_a_sign_of_it(idea: str) -> None:
    scene = write_brief(idea, lexicon=tagged("ZZZ"), encoder=BagEncoder())
    assert [one.caption for one in scene.elements][1:] == ["ZZZ"]
    assert [(tie.subject, tie.relation, tie.object) for tie in scene.relations] == [(1, "under", 2)]


def test_what_is_not_alive_does_not_sleep() -> None:
    scene = write_brief("a sleepy pizza", lexicon=tagged("ZZZ"), encoder=BagEncoder())
    assert [one.caption for one in scene.elements] == ["pizza"]


def test_a_wish_is_drawn_beside_what_is_named() -> None:
    known = tagged("bouquet")
    for idea, things in (("thank you", ["bouquet", "red heart"]), ("thank you, robot", ["robot", "bouquet", "red heart"])):
        assert [one.caption for one in write_brief(idea, lexicon=known, encoder=BagEncoder()).elements] == things
