"""Our networks on this machine's own PyTorch: reference tensors, speed at full size, profile. See README.md.

    python gpu.py golden  [--device cuda] [--golden FOLDER…]      reference tensors, fp32 and what bf16 loses
    python gpu.py devices                                         on any machine: does an operator mix tensors of two devices?
    python gpu.py restore --model 7b|3b --what image|video        SeedVR2, random weights of the published shapes
    python gpu.py wan     [--stage text|encode|diffuse|decode…]   Wan2.2 A14B, 640x640, 65 frames, 8 steps
    python gpu.py rife                                            64 new frames of 640x640
    python gpu.py probe                                           kernels by themselves: layouts, attention, fp8

    --quick: small sizes and few blocks, to check on a CPU that everything runs. --profile: the slowest operators of each stage.
    --json FILE: appends one JSON line for each row.
"""
import argparse
import json
import math
import sys
import time

import torch
from safetensors.torch import load_file

import goldens
from networks import Rife, SeedVr2Dit, SeedVr2Vae, Umt5, WanDit, WanVae
from torchscript import BFLOAT16, FLOAT32, ROOT, as_java_runs, load
from workloads import BF16_LIMIT, FP32_LIMIT, FP8_LIMIT, HEADER, Stages, operations, profiled, random_weights, shapes


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=("golden", "devices", "restore", "wan", "rife", "probe"))
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu", choices=("cuda", "cpu"))
    parser.add_argument("--golden", nargs="+", default=goldens.FOLDERS, help="folders, searched whole")
    parser.add_argument("--model", default="7b", choices=("7b", "3b"))
    parser.add_argument("--what", default="image", choices=("image", "video"))
    parser.add_argument("--frames", type=int, default=121, help="of the video that is restored")
    parser.add_argument("--stage", nargs="+", default=("text", "encode", "diffuse", "decode"))
    parser.add_argument("--blocks", type=int, help="of the transformer; default all")
    parser.add_argument("--slice", type=int, nargs="+", default=[4, 8, 16], help="frames of a slice of the restorer's VAE")
    parser.add_argument("--chunk", type=int, nargs="+", default=[1, 4], help="latent frames Wan's VAE decodes together")
    parser.add_argument("--cudnn", action="store_true", help="cuDNN's attention by name")
    parser.add_argument("--float8", choices=("weights", "products"), help="Wan's linear layers: weights in 8 bits, or products too")
    parser.add_argument("--cudnn-benchmark", action="store_true", help="search for the fastest convolution kernels")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--seconds", type=float, default=math.inf, help="after these nothing more is begun")
    parser.add_argument("--json")
    options = parser.parse_args()
    options.until = time.monotonic() + options.seconds
    as_java_runs()
    torch.backends.cudnn.benchmark = options.cudnn_benchmark
    print(machine(options), file=sys.stderr)
    commands = dict(golden=golden, devices=devices, restore=restore, wan=wan, rife=rife, probe=probe)
    sys.exit(commands[options.command](options))


def machine(options):
    name = torch.cuda.get_device_name() if options.device == "cuda" else f"CPU, {torch.get_num_threads()} threads"
    return f"{name}; PyTorch {torch.__version__}; cuDNN {torch.backends.cudnn.version()}"


def keep(options, rows):
    if options.json:
        with open(options.json, "a") as out:
            for row in rows:
                out.write(json.dumps({"machine": machine(options), **row}) + "\n")


def stages_of(options, workload, runs=None):
    """Each row is written as it is measured: what a later stage or a limit of time ends does not take it away."""
    return Stages(options.device, runs or options.runs, workload, lambda row: keep(options, [row]), options.until)


def golden(options):
    def report(row):
        keep(options, [row])
        if "skipped" in row:
            print(f"SKIP {row['case']}: {row['skipped']}")
        else:
            used = f"{100 * row['tolerance_used']:.1f} % of the tolerance, " if row["tolerance_used"] is not None else ""
            text = row["error"] or f"{used}relative rms {row['relative_rms']:.2e}"
            print(f"{'PASS' if row['passed'] else 'FAIL'} {row['case']} {row['dtype']}: {text}", flush=True)

    passed, failed = goldens.run(options.device, options.golden, report)
    print(f"{passed} passed, {failed} failed")
    return failed > 0 or passed == 0


def devices(options):
    passed, failed = goldens.devices(options.golden, lambda row: row["passed"] or print(f"FAIL {row['case']} {row['dtype']}: {row['error']}"))
    print(f"{passed} keep to one device, {failed} do not")
    return failed > 0 or passed == 0


def also_profile(options, stages, stage, run):
    if options.profile:
        stages.apart(f"{stage}, profiled", lambda: print(f"\n{stage}\n{profiled(options.device, run)}", flush=True))


def each_apart(stages, parts):
    """Each part makes its own weights and inputs, so that none needs what another one did."""
    for stage, run in parts.items():
        stages.apart(stage, run)
        stages.release()


def computed_in(options):
    """bf16 as on a GPU; a CPU without bf16 instructions would only measure its emulation."""
    return (BFLOAT16, torch.bfloat16) if options.device == "cuda" else (FLOAT32, torch.float32)


def last_of(parts):
    """Each part is dropped when the next comes, as Java hands slices on."""
    last = None
    for last in parts:
        pass
    return last


# ---- SeedVR2

def restore(options):
    quick = options.quick
    dtype, torch_type = computed_in(options)
    frames = {("image", False): 1, ("video", False): options.frames, ("image", True): 1, ("video", True): 5}[options.what, quick]
    width, height = (96, 64) if quick else (1280, 720) if options.what == "image" else (720, 1280)
    blocks = options.blocks or (2 if quick else None)
    stages = stages_of(options, f"SeedVR2-{options.model} {width}x{height}x{frames}")
    print(HEADER)
    latent = ((frames - 1) // 4 + 1, height // 8, width // 8)
    slices = options.slice if frames > 5 else [4]
    each_apart(stages, {
        "pixels": lambda: restore_pixels(stages, frames, width, height),
        "VAE encode": lambda: restore_encode(options, stages, dtype, torch_type, (frames, 3, height, width), slices),
        "DiT": lambda: restore_diffuse(options, stages, dtype, torch_type, latent, blocks),
        "VAE decode": lambda: restore_decode(options, stages, dtype, torch_type, latent, slices),
    })
    return 0


def restore_pixels(stages, frames, width, height):
    pixels = load("seedvr2_pixels")
    rgb = torch.randint(0, 256, (frames, height, width, 3), dtype=torch.uint8)
    prepared = stages.measure("pixels in", lambda: pixels.prepare(rgb.to(stages.device), height, width, 0, 0, height, width))
    if prepared is None:
        return
    part = prepared[:16]
    stages.measure("colour fix", lambda: pixels.wavelet(part, part), times=frames / part.size(0))
    host = torch.empty(part.size(0), height, width, 3, dtype=torch.uint8)
    stages.measure("pixels out", lambda: pixels.write(part, host), times=frames / part.size(0))


def restore_vae_on(options, where, dtype, torch_type):
    quick = options.quick
    return SeedVr2Vae(random_weights(shapes("seedvr2/keys-vae.txt", narrower=4 if quick else 1), where, torch_type), 8 if quick else 32, dtype, where)


def restore_encode(options, stages, dtype, torch_type, size, slices):
    counted = restore_vae_on(options, "meta", dtype, torch_type)
    flops = operations(lambda: counted.encode(torch.empty(size, device="meta"), 4))
    vae, prepared = restore_vae_on(options, stages.device, dtype, torch_type), torch.rand(size, device=stages.device) * 2 - 1
    for frames in slices:
        stages.measure("VAE encode", lambda: vae.encode(prepared, frames), flops, note=f"slices of {frames}")
    also_profile(options, stages, "VAE encode", lambda: vae.encode(prepared, slices[0]))


def restore_diffuse(options, stages, dtype, torch_type, latent, blocks):
    def on(where):
        weights = random_weights(shapes(f"seedvr2/keys-{options.model}.txt", blocks), where, torch_type)
        return SeedVr2Dit(weights, SeedVr2Dit.RELEASED_WINDOWS, dtype, where)

    counted = on("meta")
    flops = operations(lambda: counted.velocity(torch.empty(*latent, 33, device="meta"), torch.empty(58, 5120, device="meta"), 1000.0))
    sampling, dit = load("seedvr2_sampling"), on(stages.device)
    noise, condition = torch.randn(*latent, 16, device=stages.device), torch.randn(*latent, 16, device=stages.device)
    text = torch.randn(58, 5120, device=stages.device)

    def diffuse():
        velocity = dit.velocity(sampling.input(noise, condition), text, 1000.0)
        return sampling.step(noise, velocity, 1000.0, 0.0)

    stages.measure("DiT", diffuse, flops, note=f"{len(dit.blocks)} blocks")
    also_profile(options, stages, "DiT", diffuse)


def restore_decode(options, stages, dtype, torch_type, latent, slices):
    """Java holds the DiT beside the VAE, as long as there is room; here the decoder's own memory is measured."""
    counted = restore_vae_on(options, "meta", dtype, torch_type)
    flops = operations(lambda: last_of(counted.decode(torch.empty(*latent, 16, device="meta"), 4)))
    vae, decoded = restore_vae_on(options, stages.device, dtype, torch_type), torch.randn(*latent, 16, device=stages.device)
    for frames in slices:
        stages.measure("VAE decode", lambda: last_of(vae.decode(decoded, frames)), flops, note=f"slices of {frames}")
    also_profile(options, stages, "VAE decode", lambda: last_of(vae.decode(decoded, slices[0])))


# ---- Wan2.2

def wan(options):
    quick = options.quick
    dtype, torch_type = computed_in(options)
    frames, side, steps, text_rows = (5, 64, 2, 16) if quick else (65, 640, 8, 512)
    latent_frames, latent_side = (frames - 1) // 4 + 1, side // 8
    stages = stages_of(options, f"Wan2.2 {side}x{side}x{frames}")
    print(HEADER)
    parts = dict(
        text=lambda: wan_text(options, stages, dtype, torch_type),
        encode=lambda: wan_encode(options, stages, frames, side),
        diffuse=lambda: wan_diffuse(options, stages, dtype, torch_type, latent_frames, latent_side, steps, text_rows),
        decode=lambda: wan_decode(options, stages, dtype, torch_type, latent_frames, latent_side),
    )
    each_apart(stages, {stage: parts[stage] for stage in options.stage})
    return 0


def wan_text(options, stages, dtype, torch_type):
    blocks = 1 if options.quick else 24
    wanted = {k: v for k, v in shapes("wan22/keys-umt5.txt").items() if not k.startswith("encoder.block.") or int(k.split(".")[2]) < blocks}
    wanted["shared.weight"] = [1000, wanted["shared.weight"][1]]
    ids = torch.arange(40) + 3

    def on(where):
        network = Umt5({**random_weights({k: v for k, v in wanted.items() if k != "shared.weight"}, where, torch_type),
                        "shared.weight": torch.zeros(wanted["shared.weight"])}, dtype, where)
        return lambda: network.encode(ids)

    run = on(options.device)
    stages.measure("text", run, operations(on("meta")), note=f"40 tokens, {blocks} layers, each prompt once")
    also_profile(options, stages, "text", run)


def wan_vae_on(options, where, dtype, torch_type):
    return WanVae(random_weights(shapes("wan22/keys-vae.txt", narrower=4 if options.quick else 1), where, torch_type), dtype, where)


def wan_encode(options, stages, frames, side):
    """In float32, as Java has it on every device."""
    def on(where):
        vae, image = wan_vae_on(options, where, FLOAT32, torch.float32), torch.zeros(3, side, side, device=where)

        def run(grey):
            def chunk(first, count):
                return vae.script.conditioning_frames([image + 0.5, image - 0.5], frames, first, count)
            count = (frames - 1) // 4 + 1
            return vae.latent(vae.encoded(chunk, count, (lambda i: 0 < i < count - 1) if grey else lambda i: False))
        return run

    flops, run = operations(lambda: on("meta")(False)), on(options.device)
    stages.measure("VAE encode", lambda: run(True), note="grey frames not encoded again, as Java does it")
    stages.measure("VAE encode, every frame", lambda: run(False), flops, FP32_LIMIT)
    also_profile(options, stages, "VAE encode", lambda: run(True))


def wan_diffuse(options, stages, dtype, torch_type, frames, side, steps, text_rows):
    blocks = options.blocks or (1 if options.quick else 40)

    def on(where, **how):
        network = WanDit(random_weights(shapes("wan22/keys-dit.txt", blocks), where, torch_type), 128, text_rows, dtype, where, **how)
        x, y = torch.zeros(16, frames, side, side, device=where), torch.zeros(20, frames, side, side, device=where)
        if where != "meta":
            x, y = x.normal_(), y.normal_()
        text = torch.ones(40, 4096, device=where)
        return lambda: network.velocity(x, y, 900.0, text)

    how = dict(cudnn=options.cudnn, float8=bool(options.float8), scaled_mm=options.float8 == "products")
    run = on(options.device, **how)
    note = f"{blocks} blocks, {steps} passes" + (", cuDNN attention" if options.cudnn else "") + (f", 8-bit {options.float8}" if options.float8 else "")
    stages.measure("diffuse", run, operations(on("meta")), FP8_LIMIT if options.float8 == "products" else BF16_LIMIT, times=steps, note=note)
    also_profile(options, stages, "one pass", run)


def wan_decode(options, stages, dtype, torch_type, frames, side):
    def on(where):
        vae, latent = wan_vae_on(options, where, dtype, torch_type), torch.zeros(16, frames, side, side, device=where)
        return lambda chunk: last_of(vae.decode(latent, chunk))

    flops, run = operations(lambda: on("meta")(1)), on(options.device)
    for chunk in options.chunk:
        stages.measure("VAE decode", lambda: run(chunk), flops, note=f"{chunk} latent frames together")
    also_profile(options, stages, "VAE decode", lambda: run(options.chunk[-1]))


# ---- RIFE

RIFE_WEIGHTS = ROOT / "models" / "src" / "main" / "resources" / "io" / "heritage" / "models" / "rife" / "rife47.safetensors"
RIFE_MEMORY_SECONDS = 0.0086  # 64 frames at 640x640, bound by an H100's memory: docs/performance.md


def rife(options):
    side, pairs = (128, 2) if options.quick else (640, 64)
    print(HEADER)
    stages = stages_of(options, f"RIFE 4.7 {side}x{side}")
    rgb = [torch.randint(0, 256, (side, side, 3), dtype=torch.uint8) for _ in range(3)]

    def on(where, dtype):
        network = Rife({key: value.float() for key, value in load_file(RIFE_WEIGHTS).items()}, dtype, where)

        def run():
            first = network.encode(rgb[0])
            for i in range(pairs):
                second = network.encode(rgb[1 + i % 2])
                last = network.between(first, second, 0.5, side, side)
                first = second
            return last
        return run

    flops = operations(on("meta", FLOAT32))
    def measured(name, dtype):
        run = on(options.device, dtype)
        stages.measure(f"{pairs} new frames", run, flops, note=f"{name}, features of each frame once", limit_seconds=RIFE_MEMORY_SECONDS * pairs / 64)
        also_profile(options, stages, f"RIFE {name}", run)

    kinds = dict(fp32=FLOAT32, bf16=BFLOAT16) if options.device == "cuda" else dict(fp32=FLOAT32)
    each_apart(stages, {name: lambda name=name, dtype=dtype: measured(name, dtype) for name, dtype in kinds.items()})
    return 0


# ---- Kernels by themselves

def probe(options):
    import probes

    print(HEADER)
    stages = stages_of(options, "probe", max(options.runs, 5))
    probes.run(stages, options.quick)
    return 0


if __name__ == "__main__":
    main()
