"""Gymnasium's registry: every id of the catalogue, as ``idql/…``."""

from __future__ import annotations

import json
import pathlib
from typing import Any


def catalogue(with_specs: bool = False) -> list[dict[str, Any]]:
    """Every id with its suite and physics, and if asked for its reference returns and its step limit."""
    # the wheel has it in a file, since limits and returns are known of environments that are made
    file = pathlib.Path(__file__).with_name("catalogue.json")
    if file.exists():
        return json.loads(file.read_text())
    from . import _library

    return json.loads(_library.text_of(_library.lib.idql_environments, int(with_specs)))


def register_environments() -> None:
    """Registers every id; those that are registered already stay."""
    from gymnasium.envs.registration import register, registry

    for entry in catalogue():
        name = "idql/" + entry["id"]
        if name not in registry:
            register(
                id=name,
                entry_point="idql.environments:Environment",
                vector_entry_point="idql.environments:VectorEnvironment",
                # as the originals state theirs; the environments end their episodes there themselves
                max_episode_steps=entry.get("step_limit"),
                kwargs={"env_id": entry["id"]},
            )
