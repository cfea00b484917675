"""Plays a study on a Ray cluster of this machine: a head and two nodes, one of them killed in the middle.

    pip install ray
    unshare --net sh -c 'ip link set lo up; python Scripts/test_ray.py PROGRAM'

In a network of its own, because Ray otherwise binds to the machine's address. The report has to be that of one
machine, to the bit.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

os.environ["RAY_health_check_period_ms"] = "1000"
os.environ["RAY_health_check_failure_threshold"] = "5"
os.environ["RAY_health_check_initial_delay_ms"] = "0"
from ray.cluster_utils import Cluster  # noqa: E402

program = os.path.abspath(sys.argv[1])
shards, episodes = 16, 100
memory = dict(object_store_memory=80 * 1024 * 1024)

with tempfile.TemporaryDirectory() as folder:

    def plan(name):
        subprocess.run(
            [program, "eval", "--episodes", str(episodes), "--candidates", "1", "--plan", f"{folder}/{name}"],
            check=True, stdout=subprocess.DEVNULL)

    plan("one")
    plan("study")
    subprocess.run(
        [program, "eval", "--resume", f"{folder}/one", "--json", f"{folder}/one.json", "--quiet"],
        check=True, stdout=subprocess.DEVNULL)

    start = time.time()
    cluster = Cluster(
        initialize_head=True, head_node_args=dict(num_cpus=0, include_dashboard=False, **memory))
    nodes = [cluster.add_node(num_cpus=1, **memory) for _ in range(2)]
    print(f"Ray is up after {time.time() - start:.0f} s", flush=True)

    start = time.time()
    driver = subprocess.run(
        [program, "launch", "ray", f"{folder}/study", "--shards", str(shards), "--address", cluster.address],
        check=True, capture_output=True, text=True).stdout
    process = subprocess.Popen([sys.executable, "-c", driver])
    parts = pathlib.Path(folder, "study/parts")
    while len(list(parts.glob("*.json"))) < shards // 4 and process.poll() is None:
        time.sleep(0.2)
    cluster.remove_node(nodes[1], allow_graceful=False)
    print(f"a node killed after {time.time() - start:.0f} s, with {len(list(parts.glob('*.json')))} parts", flush=True)
    status = process.wait()
    print(f"Ray, {shards} shards on two nodes, one of them lost: {time.time() - start:.0f} s, status {status}")
    cluster.shutdown()
    same = (
        pathlib.Path(folder, "study/report.json").read_bytes() == pathlib.Path(folder, "one.json").read_bytes())
    print("The report is that of one machine, to the bit." if same else "The report is another one.")
    sys.exit(0 if same and status == 0 else 1)
