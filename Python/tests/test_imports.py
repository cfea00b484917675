"""What is imported when."""

import subprocess
import sys


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_numpy_is_all_that_the_package_needs():
    code = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("gymnasium", "gym", "torch", "pandas", "h5py", "stable_baselines3"):
            raise ImportError(name)
sys.meta_path.insert(0, Absent())
import importlib.util
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "gymnasium" else find(name, package)
import numpy, idql
print(len(idql.evaluate(lambda o: numpy.zeros((len(o), 3)), "hopper-medium-v2", episodes=1).episodes))
try:
    import idql.environments
except ImportError as error:
    print(error)
"""
    assert run(code).splitlines() == [
        "1",
        "idql.environments needs gymnasium 1.1 or later: pip install 'swift-idql[gymnasium]'",
    ]


def test_a_library_that_is_missing_is_named(tmp_path):
    code = f"""
import os
os.environ["IDQL_LIBRARY"] = {str(tmp_path / "libidql.so")!r}
try:
    import idql
except ImportError as error:
    print(error)
"""
    assert "the engine cannot be loaded from" in run(code)


def test_the_locale_changes_no_report():
    code = """
import locale, numpy, idql
for name in ("de_DE.UTF-8", "fr_FR.UTF-8", "C"):
    try:
        locale.setlocale(locale.LC_NUMERIC, name)
        break
    except locale.Error:
        pass
print(idql.evaluate(lambda o: numpy.zeros((len(o), 3)), "hopper-medium-v2", episodes=2))
"""
    assert "return       " in run(code) and "," not in run(code).splitlines()[2].split("±")[0]
