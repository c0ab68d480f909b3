"""Write a software bill of materials (CycloneDX 1.5, JSON) of an environment: every installed package with version and licence.

python scripts/sbom.py > sbom.json
"""

import json
import sys
from importlib.metadata import Distribution, distributions


def component(package: Distribution) -> dict[str, object]:
    """Describe a package. Its licence is a name or an expression of SPDX; long texts are left out."""
    about = package.metadata.json
    name, version = str(about["name"]), package.version
    licence = str(about.get("license_expression") or about.get("license") or "").strip()
    named = {"licenses": [{"license": {"name": licence}}]} if licence and len(licence) < 100 and "\n" not in licence else {}
    return {"type": "library", "name": name, "version": version, "purl": f"pkg:pypi/{name.lower()}@{version}", **named}


def bill() -> dict[str, object]:
    """Return the bill, the same for the same environment."""
    found = {str(package.metadata["Name"]).lower(): component(package) for package in distributions()}
    own = found.pop("ganvas", {"type": "application", "name": "ganvas"})
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1,
        "metadata": {"component": {**own, "type": "application"}}, "components": [found[name] for name in sorted(found)],
    }  # fmt: skip


sys.stdout.write(json.dumps(bill(), indent=1, ensure_ascii=False) + "\n")
