"""The pipeline at work: Docs of paragraphs, joined into the Parse of an article.

Every batch holds the paragraphs of one article alone: the last bits of a matrix product change with
the number of its rows, and an annotation must not change with the article's neighbours.
"""

import os

# One thread a process: the parallelism is that of the workers. OpenBLAS reads this when numpy loads.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from collections.abc import Iterable, Iterator, Sequence

import spacy
from thinc.api import NumpyOps, set_current_ops

from flows.annotate.engine import DeviceMissing, ModelMissing
from flows.parse import Parse, join_docs
from flows.records import Paragraph

NEEDED = ("tagger", "parser", "ner")
# Neither tags, trees nor names come from these.
UNUSED = ("attribute_ruler", "lemmatizer", "senter")
BATCH_PARAGRAPHS = 64


class Engine:
    """A loaded pipeline; see `load_engine`."""

    def __init__(self, model: str, device: str = "cpu") -> None:
        if device == "gpu":
            _require_gpu()
        else:
            set_current_ops(NumpyOps(use_blis=False))
        try:
            self._nlp = spacy.load(model, exclude=list(UNUSED))
        except (OSError, ImportError, ValueError) as error:
            raise ModelMissing(f"{model}: cannot be loaded ({error}).") from error
        lacking = [name for name in NEEDED if name not in self._nlp.pipe_names]
        if lacking:
            raise ModelMissing(
                f"{model}: has no {', '.join(lacking)}. Set annotate.model to a pipeline with "
                f"{', '.join(NEEDED)}, as en_core_web_sm."
            )

    def parse(self, text: str, paragraphs: Sequence[Paragraph]) -> Parse:
        """Parse the paragraphs of an article, each apart.

        Args:
            text: the article's text.
            paragraphs: its paragraphs, in order.
        """
        with self._nlp.memory_zone():
            texts = [text[p.start : p.end] for p in paragraphs]
            docs = list(self._nlp.pipe(texts, batch_size=BATCH_PARAGRAPHS))
            return join_docs(text, paragraphs, docs)

    def parse_many(self, items: Iterable[tuple[str, Sequence[Paragraph]]]) -> Iterator[Parse]:
        """Parse articles one after the other, in order."""
        for text, paragraphs in items:
            yield self.parse(text, paragraphs)


def _require_gpu() -> None:
    try:
        spacy.require_gpu()
    except (ValueError, ImportError) as error:
        raise DeviceMissing(
            f"device gpu: spaCy finds none ({error}). Install cupy for the CUDA of this machine "
            "(`pip install cupy-cuda12x`), or set annotate.device to cpu."
        ) from error
