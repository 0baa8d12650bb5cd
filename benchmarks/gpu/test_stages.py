"""What a measurement does when memory or time runs out. Needs neither PyTorch nor a GPU: python -m unittest test_stages"""
import argparse
import contextlib
import io
import itertools
import math
import sys
import time
import unittest
import weakref
from unittest.mock import MagicMock, patch


class OutOfMemoryError(RuntimeError):
    pass


torch = MagicMock()
torch.OutOfMemoryError = OutOfMemoryError
sys.modules.update({"torch": torch, "torch.utils": torch.utils, "torch.utils.flop_counter": torch.utils.flop_counter,
                    "safetensors": MagicMock(), "safetensors.torch": MagicMock()})

import gpu  # noqa: E402
import workloads  # noqa: E402


class Vae:
    def __init__(self, *_):
        pass

    def encode(self, *_):
        return "encoded"

    def decode(self, *_):
        return iter(["decoded"])


class Dit:
    RELEASED_WINDOWS = (4, 3, 3)
    blocks = ()

    def __init__(self, weights, counts, dtype, device):
        self.device = device

    def velocity(self, *_):
        return "velocity"


class DoesNotFit(Dit):
    def __init__(self, weights, counts, dtype, device):
        super().__init__(weights, counts, dtype, device)
        if device != "meta":
            raise OutOfMemoryError("CUDA out of memory. Tried to allocate 16 GiB\nmore")


class DoesNotEncode(Vae):
    def encode(self, *_):
        raise OutOfMemoryError("CUDA out of memory. Tried to allocate 9 GiB")


class StagesTest(unittest.TestCase):
    def restored(self, until=math.inf, profile=False, **networks):
        """Rows of a clip's stages as STAGE, NOTE and whether it was measured."""
        rows = []
        options = argparse.Namespace(device="cpu", quick=False, what="video", frames=9, model="7b", blocks=None, slice=[4, 8], profile=profile,
                                     runs=1, until=until)
        replaced = dict(SeedVr2Vae=Vae, SeedVr2Dit=Dit, random_weights=lambda *_: {}, operations=lambda run: 0, load=MagicMock(),
                        restore_pixels=lambda *_: None, profiled=lambda device, run: run(), keep=lambda _, added: rows.extend(added))
        with patch.multiple(gpu, **{**replaced, **networks}), contextlib.redirect_stdout(io.StringIO()):
            self.assertEqual(0, gpu.restore(options))
        return [(row["stage"], row["note"], "best" in row) for row in rows]

    def test_a_clip_has_a_row_of_every_stage(self):
        self.assertEqual([("VAE encode", "slices of 4", True), ("VAE encode", "slices of 8", True), ("DiT", "0 blocks", True),
                          ("VAE decode", "slices of 4", True), ("VAE decode", "slices of 8", True)], self.restored())

    def test_an_encoder_without_memory_leaves_the_other_stages(self):
        rows = self.restored(SeedVr2Vae=DoesNotEncode, profile=True)
        lack = "out of memory: CUDA out of memory. Tried to allocate 9 GiB"
        self.assertEqual([("VAE encode", f"slices of 4: {lack}", False), ("VAE encode", f"slices of 8: {lack}", False),
                          ("VAE encode, profiled", f"before its first run: {lack}", False), ("DiT", "0 blocks", True)], rows[:4])
        self.assertEqual(6, len(rows))

    def test_weights_without_memory_are_a_row(self):
        rows = self.restored(SeedVr2Dit=DoesNotFit)
        self.assertIn(("DiT", "before its first run: out of memory: CUDA out of memory. Tried to allocate 16 GiB", False), rows)
        self.assertEqual(2, sum(stage == "VAE decode" and measured for stage, _, measured in rows))

    def test_nothing_is_begun_after_the_end(self):
        self.assertEqual([(stage, "no time left", False) for stage in ("pixels", "VAE encode", "DiT", "VAE decode")],
                         self.restored(until=time.monotonic() - 1))

    def test_runs_end_with_the_time(self):
        """By a clock that goes on by one each time it is looked at."""
        stages, calls = workloads.Stages("cpu", 50, "w", until=3), []
        with patch.object(workloads.time, "monotonic", itertools.count().__next__), contextlib.redirect_stdout(io.StringIO()):
            stages.measure("long", lambda: calls.append("long"))
            stages.measure("next", lambda: calls.append("next"))
        self.assertEqual(3 * ["long"], calls)
        self.assertEqual([True, False], ["best" in row for row in stages.rows])

    def test_memory_is_released_after_the_error_has_let_go_of_it(self):
        class Tensor:
            pass

        made, alive = [], []

        def run():
            tensor = Tensor()
            made.append(weakref.ref(tensor))
            raise OutOfMemoryError("lack")

        stages = workloads.Stages("cpu", 1, "w")
        stages.release = lambda: alive.append(made[-1]() is not None)
        with contextlib.redirect_stdout(io.StringIO()):
            stages.measure("run", run)
            stages.apart("part", run)
        self.assertEqual([False, False], alive)


if __name__ == "__main__":
    unittest.main()
