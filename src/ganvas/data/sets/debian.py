"""Debian packages as data: the folder of an installed package, or the package downloaded and unpacked without root."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from ganvas.ground.errors import InputError
from ganvas.ground.files import user_cache

MAX_SECONDS = 300


def find_package(package: str, folder: Path, *, by_hand: str) -> Path:
    """Return `folder`, absolute, of a package: where it is installed, else in the user cache, downloaded once by apt-get.

    by_hand: advice where there is no apt-get. Raises InputError where the package cannot be obtained.
    """
    if folder.is_dir():
        return folder
    cached = user_cache("debian") / package
    if not cached.is_dir():
        _fetch(package, cached, by_hand=by_hand)
    found = cached / folder.relative_to(folder.anchor)
    if not found.is_dir():
        raise InputError(f"the package {package} has no {folder}", where=cached, do=by_hand)
    return found


def _fetch(package: str, out: Path, *, by_hand: str) -> None:
    """Download a package and unpack it into a folder, whole or not at all."""
    apt, unpack = shutil.which("apt-get"), shutil.which("dpkg-deb")
    if apt is None or unpack is None:
        raise InputError("apt-get is not installed, and the pictures come from a Debian package", where=package, do=by_hand)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".part-", ignore_cleanup_errors=True) as scratch:
        work = Path(scratch)
        _run([apt, "download", package], work, package, by_hand=by_hand)
        files = list(work.glob("*.deb"))
        if len(files) != 1:
            raise InputError("apt-get downloaded no package", where=package, do=by_hand)
        _run([unpack, "-x", str(files[0]), str(work / "whole")], work, package, by_hand=by_hand)
        (work / "whole").replace(out)


def _run(command: list[str], folder: Path, package: str, *, by_hand: str) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, timeout=MAX_SECONDS, check=False, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InputError(f"{Path(command[0]).name} did not finish: {error}", where=package, do=by_hand) from error
    if done.returncode:
        output = done.stderr.decode("utf-8", "replace").strip()[:300] or f"exit {done.returncode}"
        raise InputError(f"{Path(command[0]).name} failed: {output}", where=package, do=by_hand)
