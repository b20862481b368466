"""Audit of what is installed to run the project: licences, a bill of materials, known vulnerabilities.

    python .ci/audit.py [--sbom FILE]

Exits 1 for a licence that is not allowed at run time, or a known vulnerability. Where no advisory
service can be reached it says so, and fails for nothing it could not ask.
"""

import argparse
import json
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from cyclonedx.model import Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot5
from packageurl import PackageURL
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = "onrecord"
FORBIDDEN = re.compile(r"\bA?GPL|GNU (Affero )?General Public", re.I)
# Packages offered under several licences, one of which is not a GPL: the one we take, and where it
# is said. A package is excepted by name and licence text alone; a new one has to be looked at.
CHOSEN: Mapping[str, tuple[str, str]] = {
    "tld": ("MPL-1.1", "MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-or-later: at the user's choice"),
    "text-unidecode": ("Artistic-1.0", "Artistic License or GPL: at the user's choice"),
}
# An advisory service that speaks the protocol of OSV; another one may be named in the environment.
ADVISORIES = os.environ.get("ADVISORY_URL", "https://api.osv.dev/v1/querybatch")
SECONDS = 10


def main() -> int:
    """Run every check and say what came of it."""
    arguments = argparse.ArgumentParser(description="Audit the installed packages.")
    arguments.add_argument("--sbom", type=Path, help="write a CycloneDX bill of materials here")
    asked = arguments.parse_args()
    packages = runtime_packages()
    print(f"{len(packages)} packages are installed to run {PROJECT}")
    failed = list(forbidden(packages))
    for line in failed:
        print(f"licence not allowed at run time: {line}")
    for name, (licence, why) in sorted(CHOSEN.items()):
        if name in packages:
            print(f"taken under {licence}: {name} ({why})")
    if asked.sbom:
        asked.sbom.write_text(bill_of_materials(packages), encoding="utf-8")
        print(f"bill of materials: {asked.sbom}")
    vulnerable = known_vulnerabilities(packages)
    if vulnerable is None:
        print(f"vulnerabilities: not checked, {ADVISORIES} cannot be reached from here")
    else:
        print(f"vulnerabilities: {len(vulnerable)} known")
        for line in vulnerable:
            print(f"  {line}")
    return 1 if failed or vulnerable else 0


def runtime_packages() -> dict[str, Distribution]:
    """What the project needs to run, and what that needs, by name."""
    found: dict[str, Distribution] = {}
    pending = [(PROJECT, frozenset[str]())]
    seen = set()
    while pending:
        name, extras = pending.pop()
        if (name, extras) in seen:
            continue
        seen.add((name, extras))
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue  # of another platform
        found[canonicalize_name(name)] = package
        for text in package.requires or ():
            need = Requirement(text)
            if need.marker is None or any(
                need.marker.evaluate({"extra": e}) for e in extras or {""}
            ):
                pending.append((canonicalize_name(need.name), frozenset(need.extras)))
    del found[PROJECT]
    return dict(sorted(found.items()))


def licences(package: Distribution) -> list[str]:
    """What a package says of its licence: expression, field of few words, classifiers."""
    said = package.metadata
    classifiers = [
        c.removeprefix("License :: ").removeprefix("OSI Approved :: ")
        for c in said.get_all("Classifier") or ()
        if c.startswith("License ::")
    ]
    named = [said.get("License-Expression"), *classifiers]
    if not any(named):
        named = [
            (said.get("License") or "").strip().splitlines()[0] if said.get("License") else None
        ]
    return [n for n in named if n]


def forbidden(packages: Mapping[str, Distribution]) -> Iterator[str]:
    """Packages under a licence that is not allowed, or under none that they name."""
    for name, package in packages.items():
        said = licences(package)
        if name not in CHOSEN and (not said or any(FORBIDDEN.search(text) for text in said)):
            yield f"{name} {package.version}: {'; '.join(said) or 'names none'}"


def bill_of_materials(packages: Mapping[str, Distribution]) -> str:
    """The packages as CycloneDX 1.5."""
    project = distribution(PROJECT)
    components = [_component(name, p) for name, p in packages.items()]
    bom = Bom(components=components)
    bom.metadata.component = Component(
        name=PROJECT, version=project.version, type=ComponentType.APPLICATION, bom_ref=PROJECT
    )
    bom.register_dependency(bom.metadata.component, components)
    return JsonV1Dot5(bom).output_as_string(indent=2) + "\n"


def known_vulnerabilities(packages: Mapping[str, Distribution]) -> list[str] | None:
    """Advisories for the installed versions; None where the service cannot be asked."""
    queries = [
        {"package": {"name": name, "ecosystem": "PyPI"}, "version": package.version}
        for name, package in packages.items()
    ]
    request = urllib.request.Request(
        ADVISORIES,
        data=json.dumps({"queries": queries}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            results = json.load(answer)["results"]
    except (urllib.error.URLError, OSError, ValueError, KeyError):
        return None
    return [
        f"{name} {package.version}: {found['id']}"
        for (name, package), result in zip(packages.items(), results, strict=True)
        for found in result.get("vulns") or ()
    ]


def _component(name: str, package: Distribution) -> Component:
    url = PackageURL("pypi", name=name, version=package.version)
    return Component(
        name=name,
        version=package.version,
        type=ComponentType.LIBRARY,
        purl=url,
        bom_ref=str(url),
        licenses=[DisjunctiveLicense(name=text) for text in licences(package)[:1]],
        properties=[Property(name="taken-under", value=CHOSEN[name][0])] if name in CHOSEN else [],
    )


if __name__ == "__main__":
    sys.exit(main())
