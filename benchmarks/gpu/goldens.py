"""Reference tensors through the same networks: what GoldenRunner does in Java, for the cases that run a network."""
import fnmatch
import json
import pathlib

import torch
from safetensors.torch import load_file

from networks import Rife, SeedVr2Dit, SeedVr2Vae, Umt5, WanDit, WanVae
from torchscript import BFLOAT16, FLOAT32, ROOT, dictionary, load

FOLDERS = [ROOT / "models" / "src" / "test" / "resources" / "golden"]


class Case:
    """One NAME.json with its NAME.safetensors."""

    def __init__(self, path, device):
        self.path, self.device = path, device
        self.description = json.loads(path.read_text())
        self.name = self.description["name"]
        beside = path.with_suffix(".safetensors")
        self.tensors = load_file(beside) if beside.exists() else {}
        self.config = self.description.get("config", {})

    def __getitem__(self, key):
        tensor = self.tensors[key].to(self.device)
        return tensor.float() if tensor.is_floating_point() else tensor

    def weights(self):
        other = self.description.get("weights", "")
        tensors = load_file(self.path.parent / other) if other.endswith(".safetensors") else self.tensors
        prefix = self.description.get("weights_prefix", "w.")
        return {key[len(prefix):]: value for key, value in tensors.items() if key.startswith(prefix)}

    def tolerance(self, output):
        found = [t for pattern, t in self.description.get("tolerance", {}).items() if fnmatch.fnmatch(output, pattern)]
        return found[0] if found else {"atol": 0, "rtol": 0}

    def within(self, output, got, factor):
        """Largest share of the tolerance that is used, and the relative root mean square error."""
        wanted, got = self[output].double(), got.double().to(self.device).reshape(self.tensors[output].shape)
        tolerance, difference = self.tolerance(output), (got - wanted).abs()
        allowed = factor * (tolerance.get("atol", 0) + tolerance.get("rtol", 0) * wanted.abs())
        share = difference / torch.clamp(allowed, min=1e-12)
        if "fraction_within" in tolerance:
            share = torch.quantile(share.flatten()[:1 << 24], tolerance["fraction_within"])
        rms = torch.sqrt((difference ** 2).mean() / torch.clamp((wanted ** 2).mean(), min=1e-30))
        return float(share.max()), float(rms)


# ---- SeedVR2

def seedvr2_primitives(c, _):
    dit, vae, w = load("seedvr2_dit"), load("seedvr2_vae"), {k: v.to(c.device) for k, v in c.weights().items()}
    rows = c["in.rows"]
    yield "out.rms", dit.rms(rows, torch.ones(rows.size(1), device=c.device))
    yield "out.rms_affine", dit.rms(rows, w["rms_weight"])
    yield "out.groupnorm", vae.group_norm(c["in.video"], w["gn_weight"], w["gn_bias"], 6)
    gelu = [w["gelu." + k] for k in ("proj_in.weight", "proj_in.bias", "proj_out.weight", "proj_out.bias")]
    yield "out.mlp_gelu", dit.mlp_gelu(c["in.mlp"], *gelu)
    swiglu = [w["swiglu." + k] for k in ("proj_in_gate.weight", "proj_in.weight", "proj_out.weight")]
    yield "out.mlp_swiglu", dit.mlp_swiglu(c["in.mlp"], *swiglu)


def seedvr2_time(c, _):
    dit = load("seedvr2_dit")
    yield "out.sinusoid", dit.sinusoid(c["in.timestep"], c.tensors["out.sinusoid"].size(1))
    yield "out.emb", dit.time(dictionary({k: v.float().to(c.device) for k, v in c.weights().items()}), c["in.timestep"])


def seedvr2_rope(c, _):
    dit, q = load("seedvr2_dit"), c["in.q"]
    extents = [n for shape in c.config["window_shapes"] for n in (1, *shape)]
    d, text = q.size(2), c.tensors["in.txt_q"].size(0)
    pixel, mm, mm_text = dit.pixel_rope(extents, d, q), dit.mm_rope(extents, d, text, q), dit.mm_text_rope(d, text, q)
    for name in ("q", "k"):
        yield f"out.rope7.{name}", dit.rotate(c[f"in.{name}"], pixel)
        yield f"out.rope3.{name}", dit.rotate(c[f"in.{name}"], mm)
        yield f"out.rope3.txt_{name}", dit.rotate(c[f"in.txt_{name}"], mm_text)


def seedvr2_dit(c, dtype, weights=None):
    return SeedVr2Dit(weights or c.weights(), tuple(c.config["num_windows"]), dtype, c.device)


def seedvr2_block(c, dtype):
    layer = c.description["block_index"]
    # The one block stands alone: its neighbours are empty.
    weights = c.weights()
    dit = seedvr2_dit(c, dtype, weights)
    w = dit.prepared({k: v for k, v in weights.items() if not k.endswith(".freqs")}, dtype)
    plan = dit.plan(tuple(c.description["token_grid"]), c.tensors["in.txt"].size(0))
    kind = layer % 2
    to = torch.bfloat16 if dtype == BFLOAT16 else torch.float32
    vid, txt = dit.script.block(
        w, f"blocks.{layer}", layer == c.config["num_layers"] - 1, c["in.vid"].to(to), c["in.txt"].to(to), c["in.emb"],
        plan.from_grid[kind], plan.sizes[kind], plan.ropes[kind], plan.text_rope)
    yield "out.vid", vid[plan.to_grid[kind]]
    if "out.txt" in c.tensors:
        yield "out.txt", txt


def seedvr2_network(c, dtype):
    yield "out.vid", seedvr2_dit(c, dtype).velocity(c["in.vid"], c["in.txt"], float(c.tensors["in.timestep"]))


def seedvr2_vae(c, dtype):
    return SeedVr2Vae(c.weights(), c.config["norm_num_groups"], dtype, c.device)


def seedvr2_layers(c, _):
    vae, x = load("seedvr2_vae"), c["in.x"]
    w = dictionary({k: v.float().to(c.device) for k, v in c.weights().items()})
    calls = {
        "conv_s1": lambda x, m: vae.conv(w, "conv_s1", x, m, 1, 1), "conv_s2": lambda x, m: vae.conv(w, "conv_s2", x, m, 2, 1),
        "conv_k1": lambda x, m: vae.conv(w, "conv_k1", x, m, 1, 0),
        "down_spatial": lambda x, m: vae.downsample(w, "down_spatial", x, m), "down_both": lambda x, m: vae.downsample(w, "down_both", x, m),
        "up_spatial": lambda x, m: vae.upsample(w, "up_spatial", x, m), "up_both": lambda x, m: vae.upsample(w, "up_both", x, m),
    }
    for name, layer in calls.items():
        memory = dictionary()
        yield f"out.{name}.slice0", layer(x[:, :, :5], memory)
        yield f"out.{name}.slice1", layer(x[:, :, 5:], memory)


def seedvr2_encode(c, dtype):
    vae = seedvr2_vae(c, dtype)
    encoded = vae.encode(c["in.x"][0].transpose(0, 1), c.config.get("slicing_sample_min_size", 4))
    mean, log_variance = vae.script.moments(encoded)
    yield "out.mean", mean
    yield "out.logvar", log_variance
    yield "out.latent", vae.sample(encoded, c["in.noise"])


def seedvr2_decode(c, dtype):
    vae = seedvr2_vae(c, dtype)
    frames = torch.cat(list(vae.decode(c["in.latent"], c.config.get("slicing_sample_min_size", 4))))
    yield "out.x", frames.transpose(0, 1)[None]


def seedvr2_guidance(c, _):
    script = load("seedvr2_sampling")
    for entry in c.description["cases"]:
        scale, rescale = entry["scale"], entry["rescale"]
        plain = scale == 1 and rescale == 0
        yield entry["out"], c["in.pos"] if plain else script.guided(c["in.pos"], c["in.neg"], scale, rescale)


def seedvr2_colours(c, _):
    script = load("seedvr2_pixels")
    for method in ("wavelet", "wavelet_port", "adain", "lab", "hsv", "wavelet_adaptive"):
        yield f"out.{method}", getattr(script, method)(c["in.content"], c["in.style"])


def seedvr2_pixels(c, _):
    script, d = load("seedvr2_pixels"), c.description
    (height, width), (crop_height, crop_width) = d["resized"], d["cropped"]
    top, left = d.get("crop_top_left", (0, 0))
    x = script.prepare(c["in.frames"], height, width, top, left, crop_height, crop_width)
    yield "out.x", script.frames_of_clip(x)


# ---- Wan2.2

def wan_rope(c, _):
    script = load("wan_dit")
    for entry in c.description["cases"]:
        at, x = f"{entry['index']}.", c[f"in.{entry['index']}.x"]
        flat = x.reshape(1, x.size(1), -1)
        rope = script.rope(*entry["grid_fhw"], entry["head_dim"], flat)
        yield f"out.{at}y", script.rotated(flat, rope, entry["heads"])
        yield f"out.{at}cos", rope.real
        yield f"out.{at}sin", rope.imag


def wan_time(c, _):
    script, w = load("wan_dit"), dictionary({k: v.float().to(c.device) for k, v in c.weights().items()})
    times = [script.time(w, float(t)) for t in c.tensors["in.t"]]
    yield "out.e", torch.cat([e for e, _ in times])
    yield "out.e0", torch.cat([e0 for _, e0 in times])


def wan_dit(c, dtype, weights, **options):
    head_size = c.config["dim"] // c.config["num_heads"]
    return WanDit(weights, head_size, c.config["text_len"], dtype, c.device, **options)


def wan_block(c, dtype):
    network = wan_dit(c, dtype, {**c.weights(), "head.modulation": torch.zeros(1, 2, c.config["dim"])})
    x = c["in.x"].clone()
    rope = network.script.rope(*c.config["grid_fhw"], network.head_size, x)
    context = c["in.context"].to(torch.bfloat16 if dtype == BFLOAT16 else torch.float32)
    yield "out.x", network.block(0, network.blocks[0], x, c["in.e0"], context, rope)


def wan_network(c, dtype):
    network = wan_dit(c, dtype, c.weights())
    rows = {}
    for i, t in enumerate(c.tensors["in.t"]):
        x, y, text = c["in.x"][i], c["in.y"][i], c[f"in.context{i}"]
        found = {"out.context": network.context(text), "out.tokens": network.script.tokens(network.ends, x, y)}
        found["out.v"] = network.velocity(
            x, y, float(t), text, lambda block, stream: found.update({f"out.block{block}": stream.clone()}))[None]
        for key, value in found.items():
            rows.setdefault(key, []).append(value)
    for key, values in rows.items():
        yield key, torch.cat(values)


def wan_encode(c, dtype):
    vae = WanVae(c.weights(), dtype, c.device)
    for entry in c.description["cases"]:
        at, x = f"out.{entry['index']}.", c[f"in.{entry['index']}.x"][None]
        encoded = vae.encoded(lambda first, count: x[:, :, first:first + count], (entry["frames"] - 1) // 4 + 1)
        mean, log_variance = vae.script.moments(vae.w, encoded)
        yield at + "enc", encoded
        yield at + "mean", mean
        yield at + "logvar", log_variance
        yield at + "latent", vae.latent(encoded)


def wan_decode(c, dtype):
    vae = WanVae(c.weights(), dtype, c.device)
    for entry in c.description["cases"]:
        for chunk in (1, entry["latent_frames"]):
            raw = torch.cat(list(vae.decode(c[f"in.{entry['index']}.latent"], chunk)), 2)
            yield f"out.{entry['index']}.raw", raw
        yield f"out.{entry['index']}.video", vae.script.clamped(raw)


def wan_frames(c, _):
    script, video = load("wan_vae"), c["in.video"]
    frames = torch.zeros(c.tensors["out.frames"].shape, dtype=torch.uint8)
    for t in range(video.size(1)):
        script.frame_bytes(video, t, frames[t])
    yield "out.frames", frames


def wan_text(c, dtype):
    network = Umt5(c.weights(), dtype, c.device)
    rows, longest = {}, c.tensors["in.ids"].size(1)
    for ids, length in zip(c.tensors["in.ids"], c.tensors["in.lengths"]):
        padded = lambda x: network.script.padded(x, longest)[None]
        hidden = network.encode(ids[:length].long(), lambda i, x: rows.setdefault(f"out.block{i}", []).append(padded(x)))
        rows.setdefault("out.hidden", []).append(padded(hidden))
    for key, values in rows.items():
        yield key, torch.cat(values)


# ---- RIFE

def rife_warp(c, _):
    script, image = load("rife47"), c["in.image"]
    pixels, unit = script.coordinates(image.size(2), image.size(3), image)
    yield "out.image", script.warped(image, pixels, unit, c["in.flow"])


def rife_frames(c, dtype):
    if dtype == BFLOAT16 and c.device == "cpu" and not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        raise NotImplementedError("this processor has no bfloat16 convolutions")
    network = Rife(c.weights(), dtype, c.device)
    for entry in c.description["cases"]:
        first, second = (network.encode(c[entry[key]]) for key in ("img0", "img1"))
        height, width = c.tensors[entry["img0"]].shape[:2]
        yield f"out.{entry['index']}", network.between(first, second, entry["timestep"], height, width)


CASES = {
    "primitives": seedvr2_primitives, "time_embedding": seedvr2_time, "rope_hd*": seedvr2_rope, "block[37]b_*": seedvr2_block,
    "dit[37]b_tiny_*": seedvr2_network, "vae_layers": seedvr2_layers, "vae_encode_t*": seedvr2_encode, "vae_decode_t*": seedvr2_decode,
    "cfg": seedvr2_guidance, "colorfix": seedvr2_colours, "preprocess_*": seedvr2_pixels,
    "dit_rope": wan_rope, "dit_time": wan_time, "dit_block": wan_block, "dit_tiny": wan_network,
    "vae_encode": wan_encode, "vae_decode": wan_decode, "frames_u8": wan_frames, "umt5_tiny": wan_text,
    "rife_warp": rife_warp, "rife_full": rife_frames, "rife_trained": rife_frames,
}
REDUCED = (seedvr2_block, seedvr2_network, seedvr2_encode, seedvr2_decode, wan_block, wan_network, wan_encode, wan_decode, wan_text, rife_frames)
BFLOAT16_ALLOWED = 0.03  # twice the 0.015 that the reference itself loses, golden/seedvr2/README.md; for Wan the same


class MetaCase(Case):
    """Tensors without numbers, on a device that mixes with no other: finds on any machine what CUDA would refuse."""

    def __init__(self, path, device):
        super().__init__(path, device)
        self.held = super().weights()

    def __getitem__(self, key):
        return super().__getitem__(key).to("meta")

    def weights(self):
        return {key: value.to("meta") for key, value in self.held.items()}


# They look at numbers, or write into the host's memory on purpose.
NOT_ON_META = (seedvr2_colours, wan_frames)


def devices(folders, report):
    """Answers how many cases keep all their tensors on one device, and how many do not."""
    passed, failed = 0, 0
    for path in found(folders):
        function = next((f for pattern, f in CASES.items() if fnmatch.fnmatch(path.stem, pattern)), None)
        if function is None or function in NOT_ON_META:
            continue
        for dtype in (FLOAT32, BFLOAT16) if function in REDUCED else (FLOAT32,):
            error = ""
            try:
                elsewhere = [output for output, got in function(MetaCase(path, "meta"), dtype) if got.device.type != "meta"]
                error = f"on the CPU: {elsewhere}" if elsewhere else ""
            except FileNotFoundError:
                continue
            except Exception as e:
                error = f"{type(e).__name__}: {str(e).strip().splitlines()[-1]}"
            passed, failed = passed + (not error), failed + bool(error)
            report(dict(case=path.stem, dtype="fp32" if dtype == FLOAT32 else "bf16", passed=not error, error=error))
    return passed, failed


def found(folders):
    """The first file of each name."""
    paths = {}
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*.json")):
            paths.setdefault((path.parent.name, path.stem), path)
    return paths.values()


def run(device, folders, report):
    """Answers whether all passed; on CUDA ten times the tolerance is allowed, as the goldens' READMEs say."""
    factor, failed, passed = 10 if device == "cuda" else 1, 0, 0
    for path in found(folders):
        function = next((f for pattern, f in CASES.items() if fnmatch.fnmatch(path.stem, pattern)), None)
        if function is None:
            continue
        for dtype in (FLOAT32, BFLOAT16) if function in REDUCED else (FLOAT32,):
            case, share, rms, error = Case(path, device), 0.0, 0.0, ""
            try:
                for output, got in function(case, dtype):
                    one, loss = case.within(output, got, factor)
                    share, rms = max(share, one), max(rms, loss)
            except (FileNotFoundError, NotImplementedError) as e:
                report(dict(case=case.name, skipped=str(e)))
                continue
            except Exception as e:  # a case that cannot run fails, and the others still run
                error = f"{type(e).__name__}: {str(e).strip().splitlines()[-1]}"
            good = not error and (share <= 1 if dtype == FLOAT32 else rms <= BFLOAT16_ALLOWED)
            passed, failed = passed + good, failed + (not good)
            report(dict(case=case.name, dtype="fp32" if dtype == FLOAT32 else "bf16", passed=good,
                        tolerance_used=share if dtype == FLOAT32 else None, relative_rms=rms, error=error))
    return passed, failed
