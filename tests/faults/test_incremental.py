"""An incremental build equals a clean one, byte for byte, and annotates what changed alone."""

import hashlib
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.config import Config
from flows.rebuild import build_corpus

ACCEPT = {"build": {"accept_drift": True}}

# What may happen to a folder between two builds: an action, a document, a text.
steps = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(["add", "edit", "rename", "remove", "copy", "notice"]),
            st.integers(0, 9),
            st.integers(0, 200),
        ),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
    max_size=3,
)


def tables(release: str) -> dict[str, str]:
    return {
        p.name: hashlib.sha256(p.read_bytes()).hexdigest()
        for p in sorted(Path(release).glob("*.parquet"))
    }


def change(folder: Path, action: str, n: int, text: int, article: Callable[..., str]) -> None:
    """Do one thing to the folder; it never becomes empty, for `keep.txt` stays."""
    target = folder / f"d{n}.txt"
    if action == "add" or (action == "edit" and target.exists()):
        target.write_text(article(text))
    elif action == "rename" and target.exists():
        target.rename(folder / f"renamed{n}.txt")
    elif action == "remove":
        target.unlink(missing_ok=True)
    elif action == "copy" and target.exists():
        shutil.copyfile(target, folder / f"copy{n}.txt")
    elif action == "notice":
        # A paragraph that comes to recur, and so to be removed from articles already cleaned.
        for k in range(5):
            notice = "Please support our newsroom with a small gift today."
            (folder / f"n{k}.txt").write_text(article(100 + k + text) + f"\n{notice}\n")


@pytest.mark.slow
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=steps)
def test_incremental_equals_clean(
    annotated: list[str], article: Callable[..., str], history: list[list[tuple[str, int, int]]]
) -> None:
    config = Config.model_validate(ACCEPT)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "in"
        folder.mkdir()
        (folder / "keep.txt").write_text(article(300))
        output = Path(scratch) / "out"
        build_corpus([str(folder)], output, config)
        for round_ in history:
            for action, n, text in round_:
                change(folder, action, n, text, article)
            made = build_corpus([str(folder)], output, config)
        clean = build_corpus([str(folder)], Path(scratch) / "clean", config)
        assert tables(made["path"]) == tables(clean["path"])
        assert made["id"] == clean["id"]


@pytest.mark.slow
@pytest.mark.model
def test_incremental_equals_clean_with_the_real_annotation(
    article: Callable[..., str], put: Callable[..., Path], tmp_path: Path
) -> None:
    folder = put(tmp_path / "in", {f"d{n}": article(n) for n in range(6)})
    config = Config.model_validate(ACCEPT)
    build_corpus([str(folder)], tmp_path / "out", config)
    (folder / "d1.txt").write_text(article(1, "“It is over,” he said later."))
    (folder / "d2.txt").rename(folder / "e2.txt")
    (folder / "d3.txt").unlink()
    put(folder, {"f9": article(9)})
    made = build_corpus([str(folder)], tmp_path / "out", config)
    clean = build_corpus([str(folder)], tmp_path / "clean", config)
    assert tables(made["path"]) == tables(clean["path"])


def test_one_new_article_annotates_one_article(
    build: Any, annotated: list[str], articles: Path, article: Callable[..., str]
) -> None:
    build(articles)
    assert sorted(annotated) == [f"a{n}" for n in range(8)]
    annotated.clear()
    (articles / "new.txt").write_text(article(40))
    build(articles)
    assert annotated == ["new"]


def test_a_renamed_article_is_not_annotated_again(
    released: dict[str, Any], build: Any, annotated: list[str], articles: Path
) -> None:
    annotated.clear()
    (articles / "a1.txt").rename(articles / "z1.txt")
    assert build(articles)["new"]
    assert annotated == []


def test_an_interrupted_build_goes_on_where_it_was(
    build: Any, annotated: list[str], articles: Path
) -> None:
    from flows import staging

    with pytest.MonkeyPatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(staging, "check_relations", _interrupt)
        build(articles)
    assert len(annotated) == 8
    annotated.clear()
    assert build(articles)["new"] and annotated == []


def _interrupt(files: Any) -> Any:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("sections", "again"),
    [
        ({"annotate": {"epoch": 1}}, 8),
        ({"publish": {"quote_limit": 20}}, 0),
        ({"build": {"shard_words": 50}}, 0),
        ({"clean": {"duplicate_threshold": 0.75}}, 0),
        ({"annotate": {"seconds_per_document": 7.0}}, 0),
    ],
)
def test_what_a_setting_does_over(
    released: dict[str, Any],
    build: Any,
    annotated: list[str],
    articles: Path,
    sections: dict[str, Any],
    again: int,
) -> None:
    annotated.clear()
    build(articles, **sections)
    assert len(annotated) == again


@pytest.mark.parametrize(("stage", "again"), [("annotate", 8), ("clean", 0)])
def test_what_another_version_of_the_code_does_over(
    released: dict[str, Any],
    build: Any,
    annotated: list[str],
    articles: Path,
    monkeypatch: pytest.MonkeyPatch,
    stage: str,
    again: int,
) -> None:
    """Other code of cleaning cleans anew, and annotates only texts that came out another way."""
    from flows import plan

    annotated.clear()
    usual = plan.code_fingerprint
    monkeypatch.setattr(
        plan, "code_fingerprint", lambda s="all": usual(s) + "x" * (s in (stage, "all"))
    )
    assert build(articles)["new"]
    assert len(annotated) == again


def test_another_model_annotates_everything_and_is_never_mixed(
    released: dict[str, Any],
    build: Any,
    annotated: list[str],
    articles: Path,
    article: Callable[..., str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from flows import plan
    from flows.annotate.engine import ModelIdentity

    annotated.clear()
    monkeypatch.setattr(plan, "model_identity", lambda name: ModelIdentity(name, "9.9", "0" * 64))
    (articles / "new.txt").write_text(article(40))
    manifest = build(articles)
    assert len(annotated) == 9
    assert manifest["made_from"]["model"]["version"] == "9.9"
