"""What the ranker knows of the stored calls, kept in one file so that a question is answered at once.

The file belongs to no profile. It holds the weights of each call under its content key; what is new or
changed is weighed alone, and a file that is missing, damaged or of another version is never trusted.
"""

import io
import json
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from matching import features, statistic
from matching.features import FEATURE_VERSION, Features
from matching.text import LANGUAGES, known_language, phrase_features, stemmer_version
from tracker.core.call import Call
from tracker.core.errors import FeatureVersionError, NotFittedError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


@dataclass(frozen=True)
class Index:
    """The weights of all calls in each language, and the content key that each was weighed under."""

    languages: Mapping[str, Features]
    keys: Mapping[int, str]

    @cached_property
    def call_ids(self) -> "npt.NDArray[np.int64]":
        """All calls, whatever their language; rising."""
        import numpy as np

        return np.asarray(sorted(self.keys), dtype=np.int64)

    @cached_property
    def places(self) -> "Mapping[str, npt.NDArray[np.intp]]":
        """Where the calls of each language stand in `call_ids`."""
        return {name: self.call_ids.searchsorted(known.call_ids) for name, known in self.languages.items()}

    @classmethod
    def fit(cls, calls: Sequence[Call], keys: Mapping[int, str] | None = None) -> "Index":
        """Weigh calls. `keys` gives their content keys where the database has them at hand."""
        return cls(
            {language: features.fit(_texts(calls, language), language) for language in LANGUAGES},
            {call.id: keys[call.id] if keys else "" for call in calls},
        )

    def outdated(self, keys: Mapping[int, str]) -> tuple[int, ...]:
        """Give the ids whose call is new, or says something else than when it was weighed."""
        return tuple(call_id for call_id, key in keys.items() if self.keys.get(call_id) != key)

    def updated(self, keys: Mapping[int, str], changed: Sequence[Call]) -> "Index":
        """Give the index of exactly the calls in `keys`, weighing only those in `changed`."""
        fresh = {call.id for call in changed}
        kept = [call_id for call_id in self.keys if call_id in keys and call_id not in fresh]
        return Index(
            {
                language: self.languages[language]
                .keeping(kept)
                .joined(features.fit(_texts(changed, language), language))
                for language in LANGUAGES
            },
            {call_id: self.keys[call_id] for call_id in kept} | {call.id: keys[call.id] for call in changed},
        )

    def says(self, wording: str, language: str = "en") -> bool:
        """Tell whether any call says a wording in a language."""
        asked = phrase_features(wording, language)
        return bool(asked) and all(self.languages[language].says(feature) for feature in asked)

    def save(self, path: Path) -> None:
        """Write one file (npz, no pickles) at once: a reader sees the old file or the new one."""
        import numpy as np

        stream = io.BytesIO()
        np.savez(stream, allow_pickle=False, **self._arrays())
        content = stream.getvalue()
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(sha256(content).digest() + content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise

    def _arrays(self) -> dict[str, "np.ndarray[Any, Any]"]:
        import numpy as np

        about = json.dumps({"version": _version(), "keys": list(self.keys.items())})
        arrays: dict[str, np.ndarray[Any, Any]] = {"about": np.frombuffer(about.encode(), dtype=np.uint8)}
        for language, known in self.languages.items():
            arrays |= {f"{language}_{name}": getattr(known, name) for name in _ARRAYS}
        return arrays

    @classmethod
    def load(cls, path: Path) -> "Index":
        """Read what `save` wrote.

        Raises:
            NotFittedError: there is no such file.
            FeatureVersionError: the file is damaged, or made by another version.
        """
        import numpy as np

        try:
            content = path.read_bytes()
        except FileNotFoundError as error:
            raise NotFittedError(f"{path} does not exist: the calls were never weighed") from error
        except OSError as error:
            raise FeatureVersionError(f"{path} cannot be read ({error}): weigh the calls again") from error
        if sha256(content[_SEAL:]).digest() != content[:_SEAL]:
            raise FeatureVersionError(f"{path} is damaged: weigh the calls again")
        try:
            with np.load(io.BytesIO(content[_SEAL:]), allow_pickle=False) as stored:
                arrays = {name: stored[name] for name in stored.files}
            about = json.loads(arrays["about"].tobytes())
            version = about["version"]
        except (ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
            raise FeatureVersionError(
                f"{path} is of another kind ({error}): weigh the calls again"
            ) from error
        if version != _version():
            raise FeatureVersionError(f"{path} was made by version {version}, this is {_version()}")
        keys = {int(call_id): str(key) for call_id, key in about["keys"]}
        return cls({language: _features(language, arrays) for language in LANGUAGES}, keys)


_SEAL = 32
"""Bytes of the digest in front of the file, by which damage shows."""


def _version() -> str:
    """Name all that weights hang on: this code, the statistic, and the stemmer."""
    return f"{FEATURE_VERSION}.{statistic.version()}.{stemmer_version()}"


def _features(language: str, arrays: Mapping[str, "np.ndarray[Any, Any]"]) -> Features:
    return Features(language, **{name: arrays[f"{language}_{name}"] for name in _ARRAYS})


_ARRAYS = ("call_ids", "hashes", "data", "indices", "indptr")
"""What is kept of the features of a language."""


def _texts(calls: Sequence[Call], language: str) -> list[tuple[int, Any]]:
    return [
        (call.id, text)
        for call in calls
        for text in call.data.texts
        if known_language(text.language) == language
    ]
