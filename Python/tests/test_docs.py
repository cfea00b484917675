"""The examples of the documentation, each page in order."""

import importlib.util
import pathlib
import re

import pytest

PAGE = pathlib.Path(__file__).resolve().parents[1] / "Docs" / "Python.md"
if not PAGE.exists():
    PAGE = pathlib.Path(__file__).resolve().parents[2] / "Docs" / "Python.md"
EXAMPLES = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(), re.M | re.S)


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_an_example_runs(number, capsys):
    code = EXAMPLES[number]
    needed = re.match(r"# needs: (.*)", code)
    names = needed[1].split(", ") if needed else ["gymnasium"] if "gymnasium" in code else []
    for name in names:
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed")
    import numpy

    exec(compile(code, f"{PAGE.name}, example {number + 1}", "exec"), {"np": numpy})


def test_there_are_examples():
    assert len(EXAMPLES) >= 6
