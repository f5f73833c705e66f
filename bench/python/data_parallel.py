"""DistributedDataParallel on gloo, two processes of one thread: ResNet-18 at 28x28, global batch 128. Argument: variant."""

import sys

import torch
from torch.nn import functional as F
from torch.nn.parallel import DistributedDataParallel

from group import run_group
from models import ResNet18


def make_step(rank):
    torch.manual_seed(0)
    layout = torch.contiguous_format if sys.argv[1] == "eager" else torch.channels_last
    model = DistributedDataParallel(ResNet18().to(memory_format=layout))
    run = torch.compile(model) if sys.argv[1] == "compile" else model
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    images = torch.randn(64, 3, 28, 28).to(memory_format=layout)
    labels = torch.randint(0, 2, (64,))

    def step():
        optimizer.zero_grad(set_to_none=True)
        F.cross_entropy(run(images), labels).backward()
        optimizer.step()

    return step


run_group(make_step)
