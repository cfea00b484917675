"""Simulations in Python."""

import gc

import numpy as np
import pytest

import idql

FALLING = """
<mujoco>
  <worldbody>
    <geom type="plane" size="1 1 1"/>
    <body name="ball" pos="0 0 2"><freejoint/><geom name="skin" size="0.1"/></body>
  </worldbody>
  <keyframe><key name="low" qpos="0 0 0.05 1 0 0 0"/></keyframe>
</mujoco>
"""


def test_a_body_falls_and_touches():
    simulation = idql.Simulation(FALLING)
    step = simulation.about["timestep"]
    simulation.step(100)
    # semi-implicit Euler from rest: -g h² n (n + 1) / 2
    assert simulation.position[2] == pytest.approx(2 - 9.81 * step**2 * 100 * 101 / 2, abs=1e-12)
    assert simulation.time == pytest.approx(100 * step)
    assert simulation.contact_distance.shape == (0,) and simulation.contact_position.shape == (0, 3)
    simulation.reset("low")
    simulation.refresh()
    assert simulation.contact_distance == pytest.approx([-0.05])
    assert simulation.contact_geoms.tolist() == [[0, 1]]
    assert np.allclose(np.abs(simulation.contact_normal), [[0, 0, 1]])
    assert simulation.mass_matrix.shape == (6, 6) and (np.diag(simulation.mass_matrix) > 0).all()
    assert simulation.body_position.shape == (2, 3) and simulation.body_orientation[1, 0] == 1


def test_views_are_the_simulations_own_memory():
    simulation = idql.Simulation(FALLING)
    simulation.velocity[0] = 1
    simulation.step()
    assert simulation.position[0] == pytest.approx(simulation.about["timestep"])
    with pytest.raises(ValueError, match="read-only"):
        simulation.acceleration[0] = 1
    position = simulation.position
    expected = position.copy()
    del simulation
    gc.collect()
    assert (position == expected).all()


def test_a_state_is_restored_to_the_bit():
    first, second = idql.Simulation(FALLING), idql.Simulation(FALLING)
    first.velocity[:] = 0.3
    first.step(700)
    second.state = first.state
    for _ in range(50):
        first.step(), second.step()
        assert (first.position == second.position).all()
    with pytest.raises(idql.Error, match="position must have the shape"):
        second.state = {**first.state, "position": np.zeros(3)}
    with pytest.raises(idql.Error, match="number 0 of velocity is nan"):
        second.state = {**first.state, "velocity": np.full(6, np.nan)}
    with pytest.raises(idql.Error, match="lacks 'time'"):
        second.state = {k: v for k, v in first.state.items() if k != "time"}


def test_a_keyframe_sets_states_of_actuators():
    simulation = idql.Simulation("""
      <mujoco><worldbody><body><joint name="x" type="slide" axis="1 0 0"/>
        <inertial pos="0 0 0" mass="2" diaginertia="1 1 1"/></body></worldbody>
      <actuator><general joint="x" dyntype="integrator"/></actuator>
      <keyframe><key name="pushed" time="3" act="5"/></keyframe></mujoco>""")
    simulation.reset("pushed")
    assert simulation.time == 3
    simulation.step()
    # force over mass, for a step
    assert simulation.velocity == pytest.approx([5 / 2 * simulation.about["timestep"]])


def test_a_file_is_read(tmp_path):
    path = tmp_path / "model.xml"
    path.write_text(FALLING)
    assert idql.Simulation(path, physics="mujoco3").about["bodies"] == ["world", "ball"]


def test_a_state_that_is_no_number_ends_the_steps():
    simulation = idql.Simulation(FALLING)
    simulation.velocity[:] = np.nan
    assert simulation.step(10) is False
    simulation.reset()
    assert simulation.step(10) is True


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: idql.Simulation("<mujoco>"), "."),
        (lambda: idql.Simulation("<mujoco><worldbody><geom type='torus'/></worldbody></mujoco>"), "model.xml:1"),
        (lambda: idql.Simulation("nowhere.xml"), "nowhere.xml"),
        (lambda: idql.Simulation(FALLING, physics="mujoco1"), "no physics is named 'mujoco1'"),
        (lambda: idql.Simulation(FALLING).step(-1), "a whole number from 0"),
        (lambda: idql.Simulation(FALLING).step(1.5), "a whole number"),
        (lambda: idql.Simulation(FALLING).reset("high"), "no keyframe is named 'high'; there are low"),
        (lambda: idql.Simulation(FALLING).reset(3), "keyframe 3 is none"),
        (lambda: idql.Simulation(FALLING).compute("weight"), "no quantity is named 'weight'"),
    ],
)
def test_a_wrong_call_is_refused(call, words):
    with pytest.raises(idql.Error, match=words):
        call()
