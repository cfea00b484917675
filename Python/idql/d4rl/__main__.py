"""``python -m idql.d4rl SCRIPT [ARGUMENTS]``: runs a script in which ``import d4rl`` is this engine's."""

import importlib.util
import os
import runpy
import sys

import idql.d4rl
import idql.d4rl.infos
import idql.d4rl.offline_env

if len(sys.argv) < 2:
    sys.exit("usage: python -m idql.d4rl SCRIPT [ARGUMENTS]")
for name in ("d4rl", "d4rl.infos", "d4rl.offline_env"):
    sys.modules[name] = sys.modules["idql." + name]
# modules that code of the time imports for its side effects: environments that are D4RL's, not these
for name in ("d4rl.gym_mujoco", "d4rl.locomotion", "d4rl.pointmaze"):
    sys.modules[name] = type(sys)(name)
    setattr(idql.d4rl, name.split(".")[1], sys.modules[name])
# which D4RL itself needs, so that whoever has that one can import it
if importlib.util.find_spec("mjrl") is None:
    sys.modules["mjrl"] = type(sys)("mjrl")
sys.argv = sys.argv[1:]
sys.path.insert(0, os.path.dirname(os.path.abspath(sys.argv[0])))
runpy.run_path(sys.argv[0], run_name="__main__")
