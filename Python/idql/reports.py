"""Results: reports of evaluations, comparisons by seed, and tables of methods by task."""

from __future__ import annotations

import json
import os
import pathlib
from typing import TYPE_CHECKING, Any, Iterable, Mapping, Union

from . import _library
from ._library import Error, lib

if TYPE_CHECKING:
    import pandas

    Result = Union["Report", str, os.PathLike[str], Iterable["Report"]]


class Report:
    """The result of an evaluation: episodes, their statistics, and all that they depend on.

    ``print(report)`` shows the table of ``idql eval``; ``to_json()`` is the file of ``idql eval --json``.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._fields: dict[str, Any] = json.loads(text)
        self._table = _library.text_of(lib.idql_report_table, text.encode())

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Report:
        """Reads what ``idql eval --json`` or ``save`` has written."""
        return cls(pathlib.Path(path).read_text())

    @property
    def episodes(self) -> list[dict[str, Any]]:
        """The finished episodes by index: ``return``, ``length``, ``score``, ``success``, ``seed``, ``hash`` …"""
        return self._fields["episodes"]

    @property
    def summary(self) -> dict[str, Any]:
        """Statistics with their intervals."""
        return self._fields["summary"]

    @property
    def provenance(self) -> dict[str, Any]:
        """Policy, environment, seeds, program and machine."""
        return self._fields["provenance"]

    @property
    def is_partial(self) -> bool:
        """Whether the evaluation was ended before all episodes had finished."""
        return len(self.episodes) < self.provenance["episodes"]

    def _mean(self, name: str) -> float | None:
        values = [episode[name] for episode in self.episodes]
        if not values or any(value is None for value in values):
            return None
        return sum(values) / len(values)

    @property
    def mean_return(self) -> float | None:
        """Mean of the episodes' returns; None if one broke."""
        return self._mean("return")

    @property
    def mean_score(self) -> float | None:
        """Mean of the normalised scores, x 100; None without reference scores."""
        return self._mean("score")

    @property
    def success_rate(self) -> float | None:
        """Share of episodes that reached the goal; None for a task without one."""
        return self._mean("success")

    def to_json(self) -> str:
        """As ``idql eval --json`` writes it."""
        return self._text if self._text.endswith("\n") else self._text + "\n"

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes ``to_json()`` to a file."""
        pathlib.Path(path).write_text(self.to_json())

    def to_dict(self) -> dict[str, Any]:
        """All fields, as in the JSON."""
        return json.loads(self._text)

    def to_pandas(self) -> pandas.DataFrame:
        """One row an episode."""
        import pandas

        return pandas.json_normalize(self.episodes).set_index("index")

    def __str__(self) -> str:
        return self._table

    def __repr__(self) -> str:
        return f"<idql.Report of {len(self.episodes)} episodes of {self.provenance['environment']}>"

    def _repr_html_(self) -> str:
        import html

        return f"<pre>{html.escape(self._table)}</pre>"


class Comparison:
    """Two results paired by seed; ``print`` shows the table of ``idql compare``."""

    def __init__(self, text: str, table: str) -> None:
        self._fields: dict[str, Any] = json.loads(text)
        self._text = text
        self._table = table

    @property
    def verdict(self) -> str:
        """Of the first result: ``better``, ``worse``, ``equivalent`` or ``undecided``."""
        return self._fields["verdict"]

    @property
    def tasks(self) -> list[dict[str, Any]]:
        """By environment: difference, interval, p-value, pairs."""
        return self._fields["tasks"]

    def to_json(self) -> str:
        """As ``idql compare --json`` writes it."""
        return self._text

    def __str__(self) -> str:
        return self._table

    def __repr__(self) -> str:
        return f"<idql.Comparison: {self.verdict}>"

    def _repr_html_(self) -> str:
        import html

        return f"<pre>{html.escape(self._table)}</pre>"


def _texts(result: Result) -> list[str]:
    """The JSON of one or several reports."""
    if isinstance(result, Report):
        return [result.to_json()]
    if isinstance(result, (str, os.PathLike)):
        return [pathlib.Path(result).read_text()]
    if isinstance(result, Iterable):
        return [text for one in result for text in _texts(one)]
    raise Error(f"a result is a Report, the path of one, or a list of these, not {type(result).__name__}.")


def _joined(result: Result) -> str:
    """One text: a report, or a study of several."""
    texts = _texts(result)
    if len(texts) == 1:
        return texts[0]
    return json.dumps({"plan": "", "cells": [json.loads(text) for text in texts]})


def compare(
    first: Result,
    second: Result,
    *,
    margin: float = 0.0,
    anyway: bool = False,
    listed: int = 3,
    names: tuple[str, str] = ("the first", "the second"),
) -> Comparison:
    """Judges a result beside another one, paired by seed: as ``idql compare``.

    Args:
        first: that is judged; a report, the path of one, or a list of these.
        second: beside which.
        margin: differences up to this are equivalent: points of score, per cent of successes, or return.
        anyway: whether what is not comparable (other physics, other versions …) is compared as well.
        listed: lost and won seeds that the table lists.
        names: of the two, in the table.
    """
    texts = _library.texts_of(
        lib.idql_compare,
        2,
        _joined(first).encode(),
        _joined(second).encode(),
        _library.request(margin=margin, anyway=anyway, listed=listed, names=list(names)),
    )
    return Comparison(*texts)


def table(
    results: Mapping[str, Result], *, format: str = "markdown", published: bool = False, seed: int = 0
) -> str:
    """Scores of methods by task, with intervals over runs: as ``idql table``.

    Args:
        results: of each method its reports, one a run.
        format: ``markdown``, ``latex``, ``csv`` or ``json``.
        published: whether the published scores of IDQL are put beside.
        seed: of the resampling.
    """
    entries = []
    for method, result in results.items():
        for text in _texts(result):
            fields = json.loads(text)
            for report in fields.get("cells", [fields]):
                entries.append({"method": str(method), "report": report})
    return _library.text_of(
        lib.idql_table,
        json.dumps(entries).encode(),
        _library.request(format=format, published=published, seed=str(seed)),
    )
