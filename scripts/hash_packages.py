"""Write hashes.txt: every package of every extra, of one version, with the sha256 of each of its wheels.

pip install uv && python scripts/hash_packages.py

The versions are those of constraints.txt. What only torch's CUDA build needs is left out: on Linux the CPU build is installed,
whose wheels the file names by their sha256 too.
"""

import re
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "hashes.txt"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
CPU_WHEELS = {
    "torch-2.13.0+cpu-cp311-cp311-manylinux_2_28_x86_64.whl": "6746dbcbeb526eb61330b76b41ff1b4eb848951103a892eeb080dfa2b264667b",
    "torch-2.13.0+cpu-cp313-cp313-manylinux_2_28_x86_64.whl": "3fbf9c9d1f3c10c2d59d04aca426dee9ccc6ceb32d255c61e93acc3b4f75fae6",
}
"""The wheels of CPU_INDEX that continuous integration installs: change them with the version in constraints.txt."""
OF_CUDA = re.compile(r"(nvidia|cuda)-|triton==")
HEAD = f"""\
# Every package of every extra with the sha256 of its wheels, written by scripts/hash_packages.py. To install nothing else:
#   pip install --require-hashes -r hashes.txt && pip install --no-deps --no-build-isolation -e .
# On Linux this is torch's build for CPUs, for the versions of Python that continuous integration tries.
--only-binary :all:
--extra-index-url {CPU_INDEX}
"""


def resolve() -> list[str]:
    """Return the requirements with hashes, a package each, as uv resolves them for all systems."""
    with tempfile.TemporaryDirectory() as folder:
        build = Path(folder, "build.in")
        # what builds this package, without a second environment: hatchling, and what it makes an editable installation with
        build.write_text("hatchling>=1.26\neditables\n", encoding="utf-8")
        command = [
            "uv", "pip", "compile", "pyproject.toml", str(build), "--all-extras", "--universal", "--python-version", "3.11",
            "--generate-hashes", "--only-binary", ":all:", "--no-annotate", "--no-header", "--quiet", "-c", "constraints.txt",
        ]  # fmt: skip
        found = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True, encoding="utf-8").stdout
    return re.findall(r"^[a-z0-9].*(?:\n    --hash=.*)+", found, re.MULTILINE)


def with_cpu_build(package: str) -> str:
    """Split torch: the CPU build on Linux, and what uv found elsewhere."""
    version = package.partition(" ")[0].removeprefix("torch==")
    assert all(name.startswith(f"torch-{version}+cpu-") for name in CPU_WHEELS), f"torch is {version} now: name its wheels"
    hashes = (f"--hash=sha256:{one}" for one in CPU_WHEELS.values())
    elsewhere = package.replace(version, f"{version} ; sys_platform != 'linux'", 1)
    return " \\\n    ".join((f"torch=={version}+cpu ; sys_platform == 'linux'", *hashes)) + f"\n{elsewhere}"


packages = [one for one in resolve() if not OF_CUDA.match(one)]
lines = [with_cpu_build(one) if one.startswith("torch==") else one for one in packages]
TARGET.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
