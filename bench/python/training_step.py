"""One process, a whole training step: forward, backward, optimizer. Arguments: network, variant, threads."""

import sys

import torch
from torch.nn import functional as F

from contender import serve
from models import ResNet18, UNet2D

network, variant, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
torch.set_num_threads(threads)
torch.manual_seed(0)

if network == "resnet18":
    model, images, labels = ResNet18(), torch.randn(128, 3, 28, 28), torch.randint(0, 2, (128,))
else:
    model, images, labels = UNet2D(), torch.randn(8, 1, 128, 128), torch.randint(0, 2, (8, 128, 128))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
if variant != "eager":
    model, images = model.to(memory_format=torch.channels_last), images.to(memory_format=torch.channels_last)
run = torch.compile(model) if variant == "compile" else model


def step():
    optimizer.zero_grad(set_to_none=True)
    F.cross_entropy(run(images), labels).backward()
    optimizer.step()


serve(step, warmup=3)
