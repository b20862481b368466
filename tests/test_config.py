"""The configuration: precedence, unknown keys, ranges, messages."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from flows.config import Config, load_config, origins
from flows.errors import ConfigError


def written(folder: Path, text: str) -> Path:
    path = folder / "onrecord.toml"
    path.write_text(text)
    return path


def test_defaults_alone() -> None:
    assert load_config(environment={}) == Config()


def test_flags_beat_environment_beats_file_beats_defaults(tmp_path: Path) -> None:
    path = written(tmp_path, "[build]\nworkers = 2\nshard_words = 5\nmax_rejects = 0.5\n")
    environment = {"ONRECORD_BUILD__WORKERS": "3", "ONRECORD_BUILD__SHARD_WORDS": "6"}
    flags = {"build.workers": 4, "build.max_rejects": None}
    build = load_config(path, environment=environment, flags=flags).build
    assert (build.workers, build.shard_words, build.max_rejects) == (4, 6, 0.5)
    found = origins(path, environment=environment, flags=flags)
    assert found["build.workers"] == "flag"
    assert found["build.shard_words"] == "environment"
    assert found["build.max_rejects"] == str(path)
    assert found["read.max_files"] == "default"


def test_other_environment_variables_do_not_count() -> None:
    assert load_config(environment={"BUILD__WORKERS": "9", "ONRECORD_HOME": "x"}) == Config()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[build]\nworker = 2\n", "build.worker: no such key. Did you mean build.workers?"),
        ("[biuld]\nworkers = 2\n", "biuld: no such key. Did you mean build?"),
        ("[build]\nworkers = 0\n", "build.workers"),
        ("[build]\nworkers = 'many'\n", "build.workers"),
        ("[clean]\nmin_lang_score = 1.5\n", "clean.min_lang_score"),
        ("[clean]\nduplicates = 'burn'\n", "clean.duplicates"),
        ("workers = 2\n", "keys stand in sections"),
        ("[build\n", "not TOML"),
    ],
)
def test_a_wrong_file_is_explained(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as error:
        load_config(written(tmp_path, text), environment={})
    assert said in str(error.value)


def test_a_missing_file_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "none.toml", environment={})


def test_every_key_is_described_and_frozen() -> None:
    for section in Config.model_fields.values():
        for key in section.annotation.model_fields.values():
            assert key.description
    with pytest.raises(ValidationError):
        Config().build.workers = 2
