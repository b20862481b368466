"""The engine: a spaCy pipeline's tokens, tags, trees and names for the paragraphs of an article.

Here belong which pipeline runs, on which device, and what identifies it. What the parse is used
for (sentences, names, quotes) does not. spaCy is imported by `load_engine` alone: the identity of a
model is asked for on the way to "nothing new", where two seconds of import would be the whole run.
"""

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flows.config import AnnotateConfig
from flows.errors import ModelUnavailable

if TYPE_CHECKING:
    from flows.annotate.engine.pipeline import Engine


class ModelMissing(ModelUnavailable):
    """The pipeline is not installed or cannot do what is asked; the message says how to mend it."""


class DeviceMissing(ModelUnavailable):
    """The device asked for is not there; the message says how to mend it."""


@dataclass(frozen=True, slots=True)
class ModelIdentity:
    """What makes two models the same: `sha256` covers every file of the package."""

    name: str
    version: str
    sha256: str


def load_engine(config: AnnotateConfig) -> "Engine":
    """Load the pipeline that the configuration names.

    Raises:
        ModelMissing: when it is not installed, or has no tagger, parser or entity recogniser.
        DeviceMissing: for a GPU where spaCy finds none.
    """
    model_folder(config.model)
    from flows.annotate.engine.pipeline import Engine

    return Engine(config.model, config.device)


def model_identity(name: str) -> ModelIdentity:
    """Identify an installed pipeline by its files, without importing it.

    Args:
        name: of the package, or the path of a folder that `nlp.to_disk` wrote.

    Raises:
        ModelMissing: when there is no such pipeline.
    """
    folder = model_folder(name)
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and _is_content(p, folder)):
        content = path.read_bytes()
        # Name and length part the files, so that no two folders read as the same bytes.
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    return ModelIdentity(name, str(meta.get("version", "")), digest.hexdigest())


def model_folder(name: str) -> Path:
    """Folder of an installed pipeline, or of one given by its path.

    Raises:
        ModelMissing: when there is none.
    """
    # Only a plain name is looked up: find_spec imports the parents of a dotted one.
    spec = importlib.util.find_spec(name) if name.isidentifier() else None
    folders = list(spec.submodule_search_locations or ()) if spec else []
    folder = Path(folders[0]) if folders else Path(name)
    if not (folder / "meta.json").is_file():
        raise ModelMissing(
            f"{name}: no spaCy pipeline of this name is installed and no folder of this name holds "
            f"one. Install it (`pip install {name.replace('_', '-')}`) or set annotate.model to an "
            "installed one."
        )
    return folder


def _is_content(path: Path, folder: Path) -> bool:
    return "__pycache__" not in path.relative_to(folder).parts
