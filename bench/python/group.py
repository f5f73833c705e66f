"""Two processes on gloo over loopback; rank 0 serves the line protocol and leads rank 1 by a broadcast before each step."""

import os
import socket

import torch
import torch.distributed as dist
import torch.multiprocessing as mp

from contender import serve


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def member(rank, size, port, make_step, threads):
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port), GLOO_SOCKET_IFNAME="lo")
    torch.set_num_threads(threads)
    dist.init_process_group("gloo", rank=rank, world_size=size)
    step, go = make_step(rank), torch.ones(1)
    for _ in range(2):
        step()
    if rank == 0:
        serve(step, warmup=1, before=lambda: dist.broadcast(go, 0))
        dist.broadcast(torch.zeros(1), 0)
        return
    while True:
        dist.broadcast(go, 0)
        if go.item() == 0:
            return
        step()


def run_group(make_step, threads=1):
    """Rank 0 stays in this process, since only it has stdin; rank 1 is forked first."""
    port = free_port()
    peer = mp.get_context("fork").Process(target=member, args=(1, 2, port, make_step, threads), daemon=True)
    peer.start()
    member(0, 2, port, make_step, threads)
    peer.join()
