"""Random weights of the published shapes, timing of the stages, and FLOPs counted on PyTorch's meta device."""
import math
import statistics
import time

import torch
from torch.utils.flop_counter import FlopCounterMode

from torchscript import ROOT

KEYS = ROOT / "models" / "src" / "test" / "resources" / "golden"

# Assumed to be reachable, in operations a second: docs/performance.md.
BF16_LIMIT, FP8_LIMIT, FP32_LIMIT = 790e12, 1400e12, 55e12


def shapes(keys, blocks=None, narrower=1):
    """NAME [SHAPE] lines of a key list; blocks: only so many, narrower: all sizes of 64 and more divided by it."""
    found = {}
    for line in (KEYS / keys).read_text().splitlines():
        name, _, sizes = line.partition(" ")
        if not sizes or (blocks is not None and name.startswith("blocks.") and int(name.split(".")[1]) >= blocks):
            continue
        found[name] = [int(n) // narrower if int(n) >= 64 and narrower > 1 else int(n) for n in sizes.strip(" []").split(",") if n]
    return found


def random_weights(shapes, device, dtype=torch.bfloat16):
    """Activations keep a deviation near 1."""
    generator = None if device == "meta" else torch.Generator(device).manual_seed(22)
    weights = {}
    for name, shape in shapes.items():
        flat = len(shape) == 1 or "modulation" in name or name.endswith("gamma")
        deviation = 0.02 if flat else 1 / math.sqrt(math.prod(shape[1:]))
        mean = 1.0 if name.endswith(("gamma", "_scale", "beta")) or (flat and name.endswith("weight")) else 0.0
        value = torch.empty(shape, device=device, dtype=dtype)
        weights[name] = value if device == "meta" else value.normal_(mean, deviation, generator=generator)
    return weights


def operations(run):
    """Multiplications and additions, two for each pair, of convolutions, matrix products and attention; `run` works on meta tensors."""
    with FlopCounterMode(display=False) as counter:
        run()
    return counter.get_total_flops()


class Stages:
    """Times of a workload's stages: best and median of some runs, largest memory. `keep` is given each row as it is measured; after
    `until`, of time.monotonic, nothing more is begun."""

    def __init__(self, device, runs, workload, keep=lambda row: None, until=math.inf):
        self.device, self.runs, self.workload, self.rows, self.keep, self.until = device, runs, workload, [], keep, until

    def over(self):
        return time.monotonic() >= self.until

    def apart(self, stage, run):
        """Runs a part by itself: memory that runs out while its weights or inputs are made is a row as well, and others go on."""
        if self.over():
            return self.add(dict(workload=self.workload, stage=stage, note="no time left"))
        try:
            return run()
        except torch.OutOfMemoryError as error:
            lack = reason(error)  # the error holds what was made until here
        return self.ran_out(stage, "before its first run", lack)

    def measure(self, stage, run, flops=0, limit=BF16_LIMIT, times=1, note="", limit_seconds=None):
        """times: how often the workload does it; the figures are of all of them. Answers what the last run answered, None if memory ran out."""
        if self.over():
            return self.add(dict(workload=self.workload, stage=stage, note=f"{note}: no time left"))
        seconds, result, lack = [], None, None
        self.synchronize()
        if self.device == "cuda":
            torch.cuda.reset_peak_memory_stats()
        for _ in range(self.runs + 1):
            if seconds and self.over():
                break
            result = None
            start = time.perf_counter()
            try:
                result = run()
                self.synchronize()
            except torch.OutOfMemoryError as error:
                lack = reason(error)  # the error holds what the run has made
            if lack:
                return self.ran_out(stage, note, lack)
            seconds.append(times * (time.perf_counter() - start))
        warm = seconds[1:] or seconds
        row = dict(workload=self.workload, stage=stage, first=seconds[0], best=min(warm), median=statistics.median(warm), note=note)
        if self.device == "cuda":
            row["peak_gib"] = torch.cuda.max_memory_allocated() / 2**30
            bound = limit_seconds if limit_seconds is not None else times * flops / limit if flops else None
            if bound:
                row.update(limit=bound, of_limit=bound / row["best"])
        if flops:
            row.update(tflop=times * flops / 1e12, tflops=times * flops / 1e12 / row["best"])
        self.add(row)
        return result

    def ran_out(self, stage, note, lack):
        self.release()
        self.add(dict(workload=self.workload, stage=stage, note=f"{note}: out of memory: {lack}"))

    def add(self, row):
        self.rows.append(row)
        self.keep(row)
        print(line(row), flush=True)

    def synchronize(self):
        if self.device == "cuda":
            torch.cuda.synchronize()

    def release(self):
        if self.device == "cuda":
            torch.cuda.empty_cache()

    def total(self, *stages):
        """Of the best of each stage."""
        rows = [row for row in self.rows if "best" in row and (not stages or row["stage"] in stages)]
        best = sum(row["best"] for row in rows)
        limits = [row.get("limit", 0) for row in rows]
        row = dict(workload=self.workload, stage="total", best=best, median=sum(row["median"] for row in rows), note="")
        if any(limits):
            row.update(limit=sum(limits), of_limit=sum(limits) / best)
        self.add(row)


def reason(error):
    return (str(error).splitlines() or [type(error).__name__])[0]


HEADER = "| workload | stage | best s | median s | TFLOP | TFLOP/s | limit s | of limit | peak GiB | note |\n|" + "---|" * 10


def line(row):
    def number(key, form):
        return form.format(row[key]) if key in row else ""

    return "| " + " | ".join([
        row["workload"], row["stage"], number("best", "{:.4f}"), number("median", "{:.4f}"), number("tflop", "{:.3f}"), number("tflops", "{:.2f}"),
        number("limit", "{:.4f}"), number("of_limit", "{:.2f}"), number("peak_gib", "{:.1f}"), row["note"]]) + " |"


def profiled(device, run, largest=15):
    """A table of the operators that take most."""
    from torch.profiler import ProfilerActivity, profile

    kinds = [ProfilerActivity.CPU] + ([ProfilerActivity.CUDA] if device == "cuda" else [])
    with profile(activities=kinds) as found:
        run()
        if device == "cuda":
            torch.cuda.synchronize()
    averages = found.key_averages()
    # The name of the column changed: self_cuda_time_total became self_device_time_total.
    for key in ("self_device_time_total", "self_cuda_time_total") if device == "cuda" else ("self_cpu_time_total",):
        try:
            return averages.table(sort_by=key, row_limit=largest, max_name_column_width=70)
        except (AttributeError, AssertionError, KeyError):
            continue
    return averages.table(row_limit=largest)
