"""The flow on a real, temporary Prefect server."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from flows.config import Config
from flows.errors import InputsUnusable, ValidationFailed
from flows.publish.swap import latest_release
from flows.validate.verdict import Failure

SEEDS = Path(__file__).resolve().parents[2] / "seeds" / "articles"
pytestmark = [pytest.mark.slow, pytest.mark.model, pytest.mark.usefixtures("harness")]


def run(output: Path, inputs: Path = SEEDS, **build: Any) -> dict[str, Any]:
    from flows.build import build as flow
    from flows.build import runner_for

    config = Config.model_validate({"build": build})
    manifest: dict[str, Any] = flow.with_options(task_runner=runner_for(config))(
        [str(inputs)], str(output), config.model_dump(mode="json")
    )
    return manifest


def hashes(release: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in release.glob("*.parquet")}


def test_a_build_publishes_once_and_leaves_its_traces(tmp_path: Path) -> None:
    from prefect.client.orchestration import get_client

    first = run(tmp_path)
    assert first["new"] and latest_release(tmp_path) == Path(first["path"]).resolve()
    again = run(tmp_path)
    assert not again["new"] and again["id"] == first["id"]
    with get_client(sync_client=True) as client:
        states = {r.state_type.value for r in client.read_flow_runs()}
        artifacts = {a.key for a in client.read_artifacts()}
        done = {r.name.split()[0] for r in client.read_task_runs()}
    assert states == {"COMPLETED"}
    assert {"onrecord-release", "onrecord-rows"} <= artifacts
    assert {"clean", "annotate"} <= done


def test_workers_do_not_show_in_the_bytes(tmp_path: Path, seed_release: Path) -> None:
    manifest = run(tmp_path, workers=2)
    assert hashes(Path(manifest["path"])) == hashes(seed_release)


def test_a_failing_check_publishes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from flows import staging

    broken = Failure("quotes", "kind says which parts stand between marks", 3, ("x.q1",))
    monkeypatch.setattr(staging, "check_relations", lambda files: [broken])
    with pytest.raises(ValidationFailed, match="kind says which parts"):
        run(tmp_path)
    assert latest_release(tmp_path) is None
    assert "3 rows" in (tmp_path / "validation-report.md").read_text()
    monkeypatch.undo()
    assert run(tmp_path)["new"]


def test_unusable_inputs_fail_the_run(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    with pytest.raises(InputsUnusable):
        run(tmp_path / "out", tmp_path / "articles")
