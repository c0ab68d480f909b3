"""All commands of "Use it" in the README, and a small training, without a network, every call of the system watched.

No socket is opened, and nothing is written but into the working folder, our cache and settings, and that of temporary files.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CALLS = ("socket,connect,sendto,sendmsg,sendmmsg,open,openat,openat2,creat,mkdir,mkdirat,rename,renameat,renameat2,link,linkat,"
         "symlink,symlinkat,unlink,unlinkat,truncate,chmod,fchmodat")  # fmt: skip
WATCHED = ("unshare", "-rn", "strace", "-f", "-qq", "-y", "-s", "300", "-e", f"trace={CALLS}", "-o")
ON_REQUEST = re.compile(r"ganvas llm (get|ask|translate)")
"""What asks a host by its nature: the model's package, and a server that the person named."""
HARMLESS = re.compile(r"/dev/(null|tty|pts/\d+)$|/proc/")
_LOOKUP = re.compile(r"^AF_UNIX, .*|/nscd/socket")
"""Sockets of this machine alone: the C library asks its own service for the name of a user, where that runs. What else such a
socket is connected to is named.
"""
_CALL = re.compile(r"^\d+ +(\w+)\((.*)")
_PATH = re.compile(r'(?:(?:AT_FDCWD|-?\d+)(?:<([^>]*)>)?, )?"((?:[^"\\]|\\.)*)"')

pytestmark = [pytest.mark.proof]


def can_watch() -> bool:
    if not (shutil.which("unshare") and shutil.which("strace")):
        return False
    return subprocess.run([*WATCHED, "/dev/null", "true"], check=False, capture_output=True).returncode == 0


def commands() -> list[list[str]]:
    """Return the commands of "Use it" that name no server, and others that make what these only use."""
    section = re.split(r"^## ", (ROOT / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    (use,) = [part for part in section if part.startswith("Use it\n")]
    lines = [line for block in re.findall(r"```sh\n(.*?)```", use, re.DOTALL) for line in block.splitlines()]
    shown = [line for line in lines if line.startswith("ganvas ") and not ON_REQUEST.match(line)]
    more = ["ganvas data shapes -n 60 -o set", "ganvas train set --images 32 --size 16 --threads 1 -o runs/set", "ganvas models"]
    return [shlex.split(line)[1:] for line in (*shown, *more)]


def touched(trace: Path, *, cwd: Path) -> Iterator[tuple[str, str]]:
    """Yield the calls that open a socket, or change what is on a disk, each with what it names."""
    for line in trace.read_text(encoding="utf-8", errors="replace").splitlines():
        found = _CALL.match(line)
        if found is None:
            continue
        call, rest = found.groups()
        if call in ("socket", "connect", "sendto", "sendmsg", "sendmmsg"):
            if not _LOOKUP.search(rest):
                yield call, rest
        elif "open" not in call or re.search(r"O_(WRONLY|RDWR|CREAT|TRUNC)", rest):
            for folder, name in _PATH.findall(rest):
                yield call, str(Path(folder or cwd, name))


@pytest.mark.skipif(not can_watch(), reason="needs strace and a network namespace of one's own")
def test_nothing_is_asked_and_nothing_is_written_elsewhere(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    home, here, scratch = (tmp_path / name for name in ("home", "here", "scratch"))
    for folder in (home, here, scratch):
        folder.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GANVAS", "XDG_", "ORT_", "HF_"))}
    environment = {**kept, "HOME": str(home), "TMPDIR": str(scratch), "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1",
                   "EDITOR": "true", "VISUAL": "true"}  # fmt: skip
    allowed = tuple(map(str, (home / ".cache/ganvas", home / ".config/ganvas", here, scratch)))
    parents = {str(folder) for folder in (home / ".cache", home / ".config")}
    wrong: list[str] = []
    asked = commands()
    for given in asked:
        trace = tmp_path / "trace"
        command = [*WATCHED, str(trace), sys.executable, "-P", "-m", "ganvas", *given]
        done = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.returncode == 0, f"{given}: {done.stderr}"
        for call, what in touched(trace, cwd=here):
            if not (what.startswith(allowed) or what in parents or HARMLESS.match(what)):
                wrong.append(f"{' '.join(given)}: {call} {what[:200]}")
    assert not wrong, "\n".join(dict.fromkeys(wrong))
    record_property("commands without a network: sockets opened, writes elsewhere", f"{len(asked)}: 0, 0")
