"""`ganvas export`: works in the sizes and formats that other tools take."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from ganvas.cli.explore_options import Maker, open_work
from ganvas.cli.options import WORKS, Json, Open
from ganvas.cli.output import print_results

if TYPE_CHECKING:
    import numpy as np


class Kinds(NamedTuple):
    """What a work is exported as: PNG files of some sides, an .ico, an .icns, stickers."""

    sides: tuple[int, ...]
    ico: bool
    icns: bool
    messengers: tuple[str, ...]

    @property
    def pictures(self) -> bool:
        """Whether anything but stickers is wanted."""
        return bool(self.sides) or self.ico or self.icns


def export(
    works: Annotated[
        list[str], typer.Argument(metavar="WORK...", help="Files that Ganvas made; sheet.png#3 is a sheet's third.")
    ],
    sizes: Annotated[str | None, typer.Option("--sizes", help="PNG files of these sides: 16,32,64,128,256,512.")] = None,
    ico: Annotated[bool, typer.Option("--ico", help="An .ico of the sizes up to 256: Windows and browsers.")] = False,
    icns: Annotated[bool, typer.Option("--icns", help="An .icns: macOS.")] = False,
    sticker: Annotated[
        list[str] | None, typer.Option("--sticker", help="A .webp for telegram or whatsapp; again for both.")
    ] = None,
    sheet: Annotated[
        Path | None, typer.Option("--sheet", help="One sprite sheet of all works, .png, with .json and .css.")
    ] = None,
    transparent: Annotated[
        bool, typer.Option("--transparent", help="Leave out the background; stickers never have one.")
    ] = False,
    model: Maker = None,
    out: Annotated[Path, typer.Option("-o", "--out", help="A folder; each work gets a new one in it.")] = WORKS,
    as_json: Json = False,
    show: Open = False,
) -> None:
    """Export works as icons, stickers and sprites. Without any of these options: PNG files in six sizes."""
    from ganvas.service.export import at_size, check_messengers, draw_large, read_sizes
    from ganvas.store.icons import check_sprites, distinct_names, save_sprites

    sides, messengers = read_sizes(sizes), check_messengers(sticker or ())
    if sheet is not None:
        check_sprites(sheet)
    opened = [open_work(work, model) for work in works]
    names = distinct_names([made.idea for made, _ in opened])
    kinds = Kinds(sides if sizes or not (ico or icns or messengers or sheet) else (), ico, icns, messengers)
    paths: list[Path] = []
    sprites: dict[str, np.ndarray] = {}
    for name, (made, context) in zip(names, opened, strict=True):
        if sheet is not None:
            sprites[name] = at_size(draw_large(made, context, transparent=transparent), sides[0] if sizes else 64)
        elif kinds.pictures:
            large = draw_large(made, context, transparent=transparent)
            paths += _export(out, name, large, kinds)
        if messengers:
            paths += _stickers(out, name, draw_large(made, context, transparent=True), messengers)
    paths += save_sprites(sheet, sprites) if sheet else []
    print_results(paths, {"files": [str(path) for path in paths]}, as_json=as_json, show=show)


def _export(out: Path, name: str, large: "np.ndarray", kinds: "Kinds") -> list[Path]:
    """Save a work in sizes and as icons, in a new folder."""
    from ganvas.ground.files import next_free_path
    from ganvas.ground.images import save_png
    from ganvas.service.export import at_size
    from ganvas.store.icons import save_icns, save_ico
    from ganvas.vocabulary.icons import ICNS, ICO_MOST, SIZES

    folder = next_free_path(out, f"{name}-icons", "")
    folder.mkdir(parents=True)
    paths: list[Path] = []
    for side in kinds.sides:
        save_png(folder / f"{side}.png", at_size(large, side))
        paths.append(folder / f"{side}.png")
    chosen = kinds.sides or SIZES
    if kinds.ico:
        small = [side for side in chosen if side <= ICO_MOST] or [ICO_MOST]
        paths.append(save_ico(folder / "icon.ico", {side: at_size(large, side) for side in small}))
    if kinds.icns:
        paths.append(save_icns(folder / "icon.icns", {side: at_size(large, side) for side in ICNS}))
    return paths


def _stickers(out: Path, name: str, clear: "np.ndarray", messengers: tuple[str, ...]) -> list[Path]:
    """Save a thing on a clear ground as stickers."""
    from ganvas.ground.files import next_free_path
    from ganvas.service.export import as_sticker
    from ganvas.store.icons import save_sticker
    from ganvas.vocabulary.icons import STICKERS

    out.mkdir(parents=True, exist_ok=True)
    found: list[Path] = []
    for messenger in messengers:
        sticker = STICKERS[messenger]
        found.append(save_sticker(next_free_path(out, f"{name}-{messenger}", ".webp"), as_sticker(clear, sticker), sticker))
    return found
