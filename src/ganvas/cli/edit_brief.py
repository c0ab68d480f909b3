"""`--edit`: change a scene in an editor before it is drawn. What the person wrote is never lost."""

import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from ganvas.ground.errors import InputError
from ganvas.ground.files import read_text, write_text
from ganvas.service.write import read_brief
from ganvas.vocabulary.brief import Brief, as_toml


def edit_brief(brief: Brief, *, check: Callable[[Brief], object]) -> Brief:
    """Open a brief as TOML in the person's editor and read it back. check: raises InputError for
    one that cannot be drawn.

    Raises InputError when no editor opens or the text is no scene any more; the message names the
    file that keeps the text.
    """
    command = _find_editor()
    handle, name = tempfile.mkstemp(prefix="ganvas-brief-", suffix=".toml")
    os.close(handle)
    path = Path(name)
    write_text(path, as_toml(brief))
    before = read_text(path)
    try:
        done = subprocess.run([*command, str(path)], check=False)
    except OSError as error:
        path.unlink()  # nothing was written in it
        raise InputError(f"cannot be opened: {error.strerror or error}", where=command[0], do="set VISUAL or EDITOR") from error
    if done.returncode:
        kept = f"the scene is kept in {path}, for --brief"
        raise InputError(f"ended with code {done.returncode}, so nothing is drawn", where=command[0], do=kept)
    try:
        changed = brief if read_text(path) == before else read_brief(path)
        check(changed)
    except InputError as error:
        raise InputError(f"{error}", do=f"your text is kept in {path}: correct it and draw it with --brief") from error
    path.unlink()
    return changed


def _find_editor() -> list[str]:
    """Return the command of the person's editor: VISUAL, else EDITOR, else the one that every such
    system has.
    """
    for variable in ("VISUAL", "EDITOR"):
        if named := os.environ.get(variable, "").strip():
            try:
                return shlex.split(named, posix=os.name != "nt")
            except ValueError as error:
                raise InputError(f"is no command: {error}", where=variable) from error
    name = "notepad" if os.name == "nt" else "vi"
    if shutil.which(name) is None:
        raise InputError("no editor is known", where="--edit", do="set VISUAL or EDITOR")
    return [name]
