"""The audit of what is installed: licences, bill of materials, advisories, and that none can be asked."""

import importlib.util
import json
import sys
import threading
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

AUDIT = Path(__file__).resolve().parents[1] / ".ci" / "audit.py"


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    """audit.py as a module."""
    spec = importlib.util.spec_from_file_location("ci_audit", AUDIT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Package:
    """As much of a distribution as the audit asks."""

    version = "1.0"

    def __init__(self, **said: str) -> None:
        self.metadata = Message()
        for name, value in said.items():
            self.metadata[name.replace("_", "-")] = value


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"License_Expression": "MIT"}, False),
        ({"License_Expression": "GPL-3.0-or-later"}, True),
        ({"License_Expression": "AGPL-3.0-only"}, True),
        ({"License_Expression": "LGPL-3.0-or-later"}, False),
        ({"Classifier": "License :: OSI Approved :: GNU General Public License v3 (GPLv3)"}, True),
        ({"License": "GNU AFFERO GENERAL PUBLIC LICENSE"}, True),
        ({"License": "BSD 3-Clause"}, False),
        ({}, True),
    ],
)
def test_licences_that_are_not_allowed(
    audit: ModuleType, said: dict[str, str], refused: bool
) -> None:
    assert bool(list(audit.forbidden({"thing": Package(**said)}))) == refused


def test_what_is_installed_passes_and_is_listed(audit: ModuleType) -> None:
    packages = audit.runtime_packages()
    assert {"spacy", "prefect", "pyarrow"} <= packages.keys() and "pytest" not in packages
    assert list(audit.forbidden(packages)) == []
    bill = json.loads(audit.bill_of_materials(packages))
    assert bill["bomFormat"] == "CycloneDX"
    assert {c["name"] for c in bill["components"]} == packages.keys()
    assert all(c["purl"].startswith("pkg:pypi/") and c["licenses"] for c in bill["components"])


@pytest.fixture
def advisories() -> Iterator[str]:
    """A service on loopback that knows of a fault in the first package it is asked about."""

    class Service(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
            found: list[dict[str, Any]] = [{} for _ in asked]
            found[0] = {"vulns": [{"id": "TEST-2026-1"}]}
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"results": found}).encode())

        def log_message(self, *words: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Service)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("reachable", [True, False])
def test_advisories_are_asked_for_and_silence_is_said(
    audit: ModuleType,
    advisories: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    reachable: bool,
) -> None:
    monkeypatch.setattr(audit, "ADVISORIES", advisories if reachable else "http://127.0.0.1:9/")
    monkeypatch.setattr(sys, "argv", ["audit.py"])
    assert audit.main() == (1 if reachable else 0)
    said = capsys.readouterr().out
    if reachable:
        assert "1 known" in said and "TEST-2026-1" in said
    else:
        assert "not checked, http://127.0.0.1:9/ cannot be reached" in said
