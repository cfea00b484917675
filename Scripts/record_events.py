#!/usr/bin/env python3
"""Writes the event records that Tests/RunsTests compares with, by TensorBoard's own writer.

    python3 Scripts/record_events.py > Tests/RunsTests/GoldenEvents.swift

Needs tensorboard.
"""
import io

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter


def record(event):
    stream = io.BytesIO()
    RecordWriter(stream).write(event.SerializeToString())
    return stream.getvalue()


def literal(data):
    rows = [", ".join(f"0x{byte:02X}" for byte in data[i : i + 12]) for i in range(0, len(data), 12)]
    return "[\n" + "".join(f"    {row},\n" for row in rows) + "  ]"


time = 1_700_000_000.5
values = [Summary.Value(tag="loss", simple_value=0.25), Summary.Value(tag="score_N64", simple_value=-3.5)]
header = Event(wall_time=time, file_version="brain.Event:2")
scalars = Event(wall_time=time, step=300, summary=Summary(value=values))
print("/// Recorded by Scripts/record_events.py.\nstruct GoldenEvents {")
print(f"  let header: [UInt8] = {literal(record(header))}")
print(f"  let scalars: [UInt8] = {literal(record(scalars))}\n}}")
