"""Runs networks in eager PyTorch for RestoreBenchmark and WanBenchmark: reads a command a line, writes a line of reply.

    python peer.py THREADS

    weights NAME FILE          reads a safetensors file               → ok
    input NAME FILE SIZE…      reads float32 numbers                   → ok
    run OPERATION              seconds                                 → SECONDS
    output FILE                writes the last result as float32       → SIZE…

Operations: seedvr2.encode, seedvr2.decode, seedvr2.dit, wan.dit, wan.decode; a VAE uses the faster of two memory layouts, measured at its first run.
Needs torch and safetensors, so it is not part of the build.
"""
import sys
import time

import numpy
import torch
from safetensors.torch import load_file

from seedvr2 import EagerDit, EagerVae
from wan import EagerWanDit, EagerWanVae


class Peer:
    def __init__(self):
        self.weights, self.inputs, self.networks, self.warm, self.result = {}, {}, {}, set(), None

    def network(self, name, make):
        if name not in self.networks:
            self.networks[name] = make()
        return self.networks[name]

    def fastest(self, name, make, run):
        """Of both layouts."""
        if name not in self.networks:
            both = [make(channels_last) for channels_last in (False, True)]
            times = []
            for network in both:
                run(network)
                start = time.perf_counter()
                run(network)
                times.append(time.perf_counter() - start)
            self.networks[name] = both[times.index(min(times))]
        return run(self.networks[name])

    def run(self, operation):
        get, weights = self.inputs.get, self.weights
        groups = int(self.inputs["groups"].item()) if "groups" in self.inputs else 32
        if operation == "seedvr2.encode":
            return self.fastest("vae", lambda last: EagerVae(weights["vae"], groups, last), lambda vae: vae.encode(get("frames")))
        if operation == "seedvr2.decode":
            return self.fastest("vae.decode", lambda last: EagerVae(weights["vae"], groups, last), lambda vae: vae.decode(get("latent")))
        if operation == "seedvr2.dit":
            return self.network("dit", lambda: EagerDit(weights["dit"])).velocity(get("noisy"), get("text"), 1000.0)
        if operation == "wan.dit":
            head = int(self.inputs["head"].item())
            return self.network("dit", lambda: EagerWanDit(weights["dit"], head, 512)).velocity(get("x"), get("y"), 900.0, get("text"))
        if operation == "wan.decode":
            return self.fastest("vae.decode", lambda last: EagerWanVae(weights["vae"], last), lambda vae: vae.decode(get("latent")))
        raise ValueError("unknown operation " + operation)

    def answer(self, command, *arguments):
        if command == "weights":
            self.weights[arguments[0]] = {k.removeprefix("model.diffusion_model."): v for k, v in load_file(arguments[1]).items()}
            self.networks.clear()
            self.warm.clear()
            return "ok"
        if command == "input":
            numbers = numpy.fromfile(arguments[1], dtype="<f4")
            self.inputs[arguments[0]] = torch.from_numpy(numbers).view([int(n) for n in arguments[2:]])
            return "ok"
        if command == "run":
            return f"{self.timed(arguments[0]):.6f}"
        if command == "output":
            self.result.contiguous().numpy().astype("<f4").tofile(arguments[0])
            return " ".join(str(n) for n in self.result.shape)
        raise ValueError("unknown command " + command)

    def timed(self, operation):
        if operation not in self.warm:
            self.run(operation)
            self.warm.add(operation)
        start = time.perf_counter()
        self.result = self.run(operation)
        return time.perf_counter() - start


def main():
    torch.set_num_threads(int(sys.argv[1]))
    peer = Peer()
    with torch.inference_mode():
        for line in sys.stdin:
            print(peer.answer(*line.split()), flush=True)


if __name__ == "__main__":
    main()
