"""All-reduce of one fp32 vector between two processes on gloo. Argument: megabytes."""

import sys

import torch
import torch.distributed as dist

from group import run_group


def make_step(rank):
    vector = torch.zeros(int(float(sys.argv[1]) * 1_000_000 / 4))
    return lambda: dist.all_reduce(vector)


run_group(make_step)
