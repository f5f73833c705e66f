"""The line protocol of a benchmark's other side: "measure N" on stdin, a JSON list of milliseconds on stdout."""

import json
import sys
import time


def milliseconds(step, before):
    before()
    start = time.perf_counter()
    step()
    return (time.perf_counter() - start) * 1000.0


def serve(step, warmup, before=lambda: None):
    """`before` runs ahead of each step and is not timed: the lead of a group wakes its peers there."""
    for _ in range(warmup):
        milliseconds(step, before)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        count = int(line.split()[1])
        print(json.dumps({"ms": [milliseconds(step, before) for _ in range(count)]}), flush=True)
