# ruff: noqa: E501 (rows of words, some of them wide)
"""Grounds and skies: their colours, where things stand in them, and which things of a vocabulary show them."""

from typing import NamedTuple

from ganvas.vocabulary.brief import Ground, Sky

RGB = tuple[int, int, int]


class Land(NamedTuple):
    """A ground. colours: of its parts, far to near, by turns of which works differ. horizon, base: how far down the page it begins, and
    things stand, in shares; a base of None: they float. scenery: names that show it, the best first.
    """

    colours: tuple[tuple[RGB, RGB, RGB], ...]
    horizon: float
    base: float | None
    scenery: tuple[str, ...]


GROUNDS: dict[Ground, Land] = {
    "meadow": Land((((150, 205, 110), (122, 188, 88), (96, 166, 70)), ((172, 212, 104), (146, 196, 84), (116, 172, 66))), 0.66, 0.91,
                   ("deciduous tree",)),
    "forest": Land((((60, 122, 84), (72, 132, 70), (52, 104, 56)), ((48, 108, 92), (60, 120, 76), (44, 94, 60))), 0.60, 0.92,
                   ("evergreen tree", "deciduous tree", "mushroom")),
    "mountain": Land((((146, 166, 186), (128, 176, 104), (98, 150, 80)), ((156, 150, 180), (150, 180, 110), (116, 152, 84))), 0.68, 0.91,
                     ("mountain", "evergreen tree")),
    "desert": Land((((236, 190, 116), (228, 172, 92), (212, 150, 74)), ((244, 204, 136), (234, 184, 106), (218, 160, 82))), 0.62, 0.91,
                   ("cactus", "sun")),
    "snow": Land((((224, 236, 248), (238, 245, 252), (250, 253, 255)), ((214, 228, 246), (232, 241, 251), (246, 250, 255))), 0.62, 0.91,
                 ("evergreen tree",)),
    "beach": Land((((84, 178, 214), (246, 224, 168), (238, 208, 142)), ((64, 160, 208), (250, 230, 180), (240, 212, 150))), 0.52, 0.91,
                  ("palm tree", "sun")),
    "sea": Land((((64, 150, 210), (46, 128, 194), (32, 104, 174)), ((70, 168, 206), (48, 142, 186), (34, 116, 166))), 0.56, 0.82,
                ("cloud", "sun")),
    "under water": Land((((84, 190, 222), (24, 96, 164), (222, 200, 146)), ((70, 176, 206), (18, 84, 140), (204, 186, 140))), 0.9, None,
                        ("coral", "tropical fish", "spiral shell")),
    "city": Land((((150, 166, 190), (120, 136, 164), (96, 100, 110)), ((170, 162, 184), (140, 132, 160), (102, 102, 112))), 0.78, 0.93,
                 ("office building", "department store", "hotel")),
    "room": Land((((250, 226, 190), (176, 122, 82), (150, 100, 66)), ((206, 226, 232), (186, 134, 92), (156, 108, 72)),
                  ((232, 214, 234), (170, 122, 90), (142, 98, 70))), 0.74, 0.92, ("window", "framed picture", "potted plant")),
    "space": Land((((26, 22, 58), (14, 12, 34), (70, 50, 120)), ((16, 28, 62), (8, 12, 34), (36, 82, 126))), 1.0, None,
                  ("ringed planet", "comet", "full moon")),
}  # fmt: skip
"""The grounds but "none". Colours are near those that the pictures of landscapes in emoji have."""


class Light(NamedTuple):
    """A sky. colours: top and bottom, by turns of which works differ. tint: what land is multiplied by. scenery: as of a ground."""

    colours: tuple[tuple[RGB, RGB], ...]
    tint: tuple[float, float, float]
    scenery: tuple[str, ...]


SKIES: dict[Sky, Light] = {
    "day": Light((((126, 200, 246), (214, 238, 252)), ((142, 206, 240), (232, 244, 246)), ((112, 190, 240), (198, 232, 250))),
                 (1.0, 1.0, 1.0), ()),
    "dawn": Light((((160, 178, 226), (255, 208, 186)), ((190, 178, 222), (255, 220, 178))), (0.98, 0.9, 0.92), ("sun",)),
    "sunset": Light((((238, 108, 92), (255, 196, 110)), ((190, 92, 130), (255, 170, 96)), ((250, 140, 84), (255, 214, 130))),
                    (0.86, 0.68, 0.62), ("sun",)),
    "night": Light((((18, 24, 62), (52, 66, 130)), ((22, 20, 56), (74, 62, 126)), ((12, 26, 60), (34, 82, 126))), (0.4, 0.47, 0.68),
                   ("crescent moon",)),
    "rain": Light((((120, 134, 152), (176, 188, 200)), ((104, 122, 146), (164, 178, 194))), (0.74, 0.8, 0.86), ("cloud with rain",)),
    "snowfall": Light((((158, 180, 208), (206, 220, 236)), ((142, 166, 198), (196, 212, 232))), (0.97, 0.98, 1.0), ()),
    "fog": Light((((190, 200, 208), (216, 222, 226)), ((180, 190, 202), (208, 214, 222))), (0.86, 0.89, 0.92), ()),
}  # fmt: skip
