#!/usr/bin/env python3
"""Times PyTorch's complete SGD training step on this machine and prints one JSON object.

The step is forward, cross-entropy, backward and the momentum update with weight decay, on one synthetic batch, as
timed by `sambench bench`. Peak memory is the process's maximum resident set.
"""

import argparse
import json
import os
import resource
import time


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True, choices=["resnet", "wide-resnet", "pyramidnet", "mobilenet"])
    for option in ("depth", "width", "widen", "alpha"):
        parser.add_argument(f"--{option}", type=int)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--channels-last", action="store_true", help="use NHWC memory, usually faster in PyTorch")
    parser.add_argument("--compile", action="store_true", help="use torch.compile, which needs a C++ compiler")
    parser.add_argument("--steps", type=int, default=4, help="training steps per repetition")
    parser.add_argument("--repetitions", type=int, default=3)
    parser.add_argument("--warm-up", type=int, default=2, help="training steps before the first repetition")
    return parser.parse_args()


def main():
    options = arguments()
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(options.threads)
    import torch
    import torch.nn.functional as F

    import models

    torch.set_num_threads(options.threads)
    torch.manual_seed(1)
    sizes = {k: getattr(options, k) for k in ("depth", "width", "widen", "alpha") if getattr(options, k) is not None}
    network = models.build(options.model, options.classes, **sizes).train()
    images = torch.randn(options.batch, 3, 32, 32)
    labels = torch.randint(options.classes, (options.batch,))
    if options.channels_last:
        network = network.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-3)

    forward = torch.compile(network) if options.compile else network

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = F.cross_entropy(forward(images), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    for _ in range(options.warm_up):
        step()
    speeds = []
    for _ in range(options.repetitions):
        start = time.perf_counter()
        for _ in range(options.steps):
            step()
        speeds.append(options.steps * options.batch / (time.perf_counter() - start))
    print(
        json.dumps(
            {
                "images_per_second": speeds,
                "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
                "parameters": models.parameter_count(network),
                "threads": options.threads,
                "memory_format": "channels_last" if options.channels_last else "nchw",
                "compiled": options.compile,
                "instructions": torch.backends.cpu.get_cpu_capability(),
                "torch": torch.__version__,
            }
        )
    )


if __name__ == "__main__":
    main()
