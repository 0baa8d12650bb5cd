"""Thin copies of the loops that Java drives (models/src/main/java): slices, blocks, chunks. No progress, cancellation or memory fallbacks."""
import math
import re

import torch

from torchscript import DTYPES, dictionary, load


def number_of(keys, prefix):
    """How many PREFIX0, PREFIX1, … there are."""
    found = {int(m.group(1)) for key in keys if (m := re.match(re.escape(prefix) + r"(\d+)\.", key))}
    return len(found)


class SeedVr2Vae:
    SCALE = 0.9152
    SCORES = 1 << 28

    def __init__(self, weights, groups, dtype, device):
        self.script = load("seedvr2_vae")
        self.groups = groups
        moved = {key: value.to(device) for key, value in weights.items()}
        self.w = dictionary(self.script.prepare(moved, {}, torch.zeros(256, device=device), dtype))
        self.flat = dictionary(self.script.collapse(self.w))
        levels = number_of(self.w.keys(), "encoder.down_blocks.")
        self.encoder = ["conv_in", *(f"down_blocks.{i}" for i in range(levels)), "mid_block", "conv_out"]
        self.decoder = ["conv_in", "mid_block", *(f"up_blocks.{i}" for i in range(levels)), "conv_out"]

    @staticmethod
    def slices(latent_frames, frames):
        """First latent frame and how many, as VaeSlice: the first slice has one more."""
        groups, first = frames // 4, 0
        while first < latent_frames:
            end = min(first + groups + (first == 0), latent_frames)
            yield first, end - first
            first = end

    def part(self, method, part, x, memory, more, flat):
        run = getattr(self.script, method)
        return run(self.flat if flat else self.w, part, x, memory, more, self.groups, self.SCORES)

    def encode(self, frames, slice_frames=4):
        """[T, 3, H, W] to mean and log variance [T', 32, H / 8, W / 8]."""
        latent_frames = (frames.size(0) - 1) // 4 + 1
        memory, parts = dictionary(), []
        for first, count in self.slices(latent_frames, slice_frames):
            start = 0 if first == 0 else 4 * first - 3
            x = frames[start:4 * (first + count) - 3]
            for part in self.encoder:
                x = self.part("encode", part, x, memory, first + count < latent_frames, latent_frames == 1)
            parts.append(x)
        return self.script.join(parts)

    def sample(self, encoded, noise):
        return self.script.sample(encoded, noise, self.SCALE)

    def decode(self, latent, slice_frames=4):
        """[T, H, W, 16], scaled, to frames [4 * T - 3, 3, 8 * H, 8 * W], a slice at a time."""
        latent_frames = latent.size(0)
        memory = dictionary()
        for first, count in self.slices(latent_frames, slice_frames):
            x = self.script.latent(latent, first, count, self.SCALE)
            for part in self.decoder:
                x = self.part("decode", part, x, memory, first + count < latent_frames, latent_frames == 1)
            yield x


class WindowPlan:
    """Window order, rotation and moves between orders: WindowPartition, WindowOrder, WindowPlan."""

    def __init__(self, script, grid, counts, swiglu, head_width, text_tokens, device):
        like = torch.zeros(1, device=device)
        self.grid, self.orders, self.sizes, self.ropes = grid, [], [], []
        for shifted in (False, True):
            by_size = {}
            for window in windows(grid, counts, shifted):
                extent = tuple(b - a for a, b in window)
                by_size.setdefault(extent, []).append(window)
            rows = [self.rows(window) for all_of_size in by_size.values() for window in all_of_size]
            extents = [n for extent, found in by_size.items() for n in (len(found), *extent)]
            self.orders.append(torch.cat(rows))
            self.sizes.append([n for extent, found in by_size.items() for n in (len(found), math.prod(extent))])
            rope = script.mm_rope(extents, head_width, text_tokens, like) if swiglu else script.pixel_rope(extents, head_width, like)
            self.ropes.append(rope)
        self.text_rope = (script.mm_text_rope if swiglu else script.still_rope)(head_width, text_tokens, like)
        places = [torch.argsort(order) for order in self.orders]
        self.from_grid = [order.to(device) for order in self.orders]
        self.to_grid = [place.to(device) for place in places]
        self.from_other = [places[1 - i][self.orders[i]].to(device) for i in (0, 1)]

    def rows(self, window):
        (t0, t1), (y0, y1), (x0, x1) = window
        _, h, w = self.grid
        t, y, x = (torch.arange(*span) for span in ((t0, t1), (y0, y1), (x0, x1)))
        return ((t[:, None, None] * h + y[None, :, None]) * w + x[None, None, :]).flatten()


def windows(grid, counts, shifted):
    """Spans of t, y, x, time fastest, then height; of about the same share of a 1280x720 frame whatever the size."""
    t, h, w = grid
    scale = math.sqrt(45 * 80 / (h * w))
    lengths = (min(t, 30), round(h * scale), round(w * scale))
    size = [-(-length // count) for length, count in zip(lengths, counts)]
    all_t, all_y, all_x = (spans(n, s, shifted) for n, s in zip(grid, size))
    return [(a, b, c) for c in all_x for b in all_y for a in all_t]


def spans(length, window, shifted):
    to = window // 2 if shifted and window < length else min(window, length)
    found, start = [], 0
    while start < length:
        if to > start:
            found.append((start, to))
        start, to = to, min(to + window, length)
    return found


class SeedVr2Dit:
    RELEASED_WINDOWS = (4, 3, 3)

    def __init__(self, weights, counts, dtype, device):
        self.script, self.counts, self.device = load("seedvr2_dit"), counts, device
        layers = number_of(weights, "blocks.")
        self.ends = self.prepared({k: v for k, v in weights.items() if not k.startswith("blocks.")}, dtype)
        self.blocks = [
            self.prepared({k: v for k, v in weights.items() if k.startswith(f"blocks.{i}.") and not k.endswith(".freqs")}, dtype)
            for i in range(layers)
        ]
        self.swiglu = any("proj_in_gate" in key for key in weights)
        self.head_width = next(v for k, v in weights.items() if ".norm_q." in k).size(0)
        self.plans = {}

    def prepared(self, weights, dtype):
        moved = {key: value.to(self.device) for key, value in weights.items()}
        return dictionary(self.script.prepare(moved, {}, torch.zeros(256, device=self.device), dtype))

    def plan(self, grid, text_tokens):
        key = (grid, text_tokens)
        if key not in self.plans:
            self.plans[key] = WindowPlan(self.script, grid, self.counts, self.swiglu, self.head_width, text_tokens, self.device)
        return self.plans[key]

    def velocity(self, latent, text, timestep):
        """[T, H, W, 33] to [T, H, W, 16]."""
        t, height, width, _ = latent.shape
        plan = self.plan((t, height // 2, width // 2), text.size(0))
        vid, txt = self.script.tokens(self.ends, latent, text)
        emb = self.script.time_at(self.ends, timestep)
        last = len(self.blocks) - 1
        for i, w in enumerate(self.blocks):
            rows = plan.from_grid[0] if i == 0 else plan.from_other[i % 2]
            vid, txt = self.script.block(
                w, f"blocks.{i}", i == last, vid, txt, emb, rows, plan.sizes[i % 2], plan.ropes[i % 2], plan.text_rope)
        return self.script.velocity(self.ends, vid, emb, plan.to_grid[last % 2], t, height, width)


LINEAR = re.compile(r"blocks\.\d+\.(?:(?:self|cross)_attn\.[qkvo]|ffn\.[02])\.weight")
COMPUTED = re.compile(r"blocks\.\d+\.(?:(?:self|cross)_attn\.[qkvo]|ffn\.[02])\.bias|text_embedding\..+")


class WanDit:
    """One expert. float8: weights of the blocks' linear layers in 8 bits with a scale; scaled_mm: so are their products."""

    def __init__(self, weights, head_size, text_rows, dtype, device, cudnn=False, float8=False, scaled_mm=False):
        self.script, self.loader = load("wan_dit"), load("wan_weights")
        self.head_size, self.text_rows, self.dtype = head_size, text_rows, dtype
        self.cudnn = cudnn
        layers = number_of(weights, "blocks.")
        ends, blocks = {}, [{} for _ in range(layers)]
        for key, value in weights.items():
            to = blocks[int(key.split(".")[1])] if key.startswith("blocks.") else ends
            computed = LINEAR.fullmatch(key) or COMPUTED.fullmatch(key)
            if float8 and LINEAR.fullmatch(key):
                value = value.to(device).float()
                scale = self.loader.float8_scale(value)
                to[key] = self.loader.to_float8(value, scale)
                to[key + ("_scales" if scaled_mm else "_scale")] = self.loader.row_scales(to[key], scale) if scaled_mm else scale
            else:
                to[key] = value.to(device, DTYPES[dtype] if computed else torch.float32)
        self.ends, self.blocks = dictionary(ends), [dictionary(block) for block in blocks]
        self.width = self.ends["head.modulation"].size(2)
        self.ropes = {}

    def context(self, text):
        return self.script.text(self.ends, text, self.text_rows, self.dtype)

    def velocity(self, x, y, timestep, text, each=lambda i, stream: None):
        """[16, T, H, W] and [20, T, H, W] to [16, T, H, W]."""
        _, t, height, width = x.shape
        e, e0 = self.script.time(self.ends, timestep)
        context = self.context(text)
        stream = self.script.tokens(self.ends, x, y)
        grid = (t, height // 2, width // 2)
        if grid not in self.ropes:
            self.ropes[grid] = self.script.rope(*grid, self.head_size, stream)
        for i, w in enumerate(self.blocks):
            self.block(i, w, stream, e0, context, self.ropes[grid])
            each(i, stream)
        return self.script.unpatchified(self.script.head(self.ends, stream, e), t, height, width)

    def block(self, i, w, stream, e0, context, rope):
        heads = self.width // self.head_size
        return self.script.block(w, f"blocks.{i}", stream, e0, context, rope, heads, self.dtype, self.cudnn)


class WanVae:
    MEAN = (-0.7571, -0.7089, -0.9113, 0.1075, -0.1745, 0.9653, -0.1517, 1.5508,
            0.4134, -0.0715, 0.5517, -0.3632, -0.1922, -0.9497, 0.2503, -0.2921)
    DEVIATION = (2.8184, 1.4541, 2.3275, 2.6558, 1.2196, 1.7708, 2.6052, 2.0743,
                 3.2687, 2.1526, 2.8652, 1.5579, 1.6382, 1.1253, 2.8251, 1.9160)

    def __init__(self, weights, dtype, device, channels_last=None):
        self.script = load("wan_vae")
        self.w = dictionary({k: v.to(device, torch.float32 if k.endswith(".gamma") else DTYPES[dtype]) for k, v in weights.items()})
        if channels_last if channels_last is not None else device != "cpu":
            self.w = dictionary(self.script.laid_out(self.w))
        self.mean = torch.tensor(self.MEAN, device=device)
        self.deviation = torch.tensor(self.DEVIATION, device=device)
        downs, ups = number_of(weights, "encoder.downsamples."), number_of(weights, "decoder.upsamples.")
        middle = ["middle.0", "middle.1", "middle.2"]
        encoder = ["conv1", *(f"downsamples.{i}" for i in range(downs)), *middle, "head"]
        decoder = ["conv1", *middle, *(f"upsamples.{i}" for i in range(ups)), "head"]
        self.encoder = ["encoder." + layer for layer in encoder]
        self.decoder = ["decoder." + layer for layer in decoder]

    def run(self, layers, x, past):
        for layer in layers:
            x = self.script.layer(self.w, layer, x, past)
        return x

    def encoded(self, frames, latent_frames, grey=lambda i: False):
        """frames(first, count) answers [1, 3, count, H, W]; grey(i): the chunk is zero, so its first layers may repeat themselves."""
        past, steady, chunks = dictionary(), [], []
        for i in range(latent_frames):
            x = frames(max(4 * i - 3, 0), 1 if i == 0 else 4)
            chunks.append(self.repeated(x, past, steady) if grey(i) else self.run(self.encoder, x, past))
        return self.script.joined(chunks, 2)

    def repeated(self, x, past, steady):
        """Layers that left what they remember as it was are left out from then on; steady holds the output of the last."""
        done = steady[0] if steady else 0
        x, repeats = steady[1] if steady else x, True
        for layer in self.encoder[done:]:
            known = self.script.remembered(past) if repeats else past
            x = self.script.layer(self.w, layer, x, past)
            repeats = repeats and self.script.same(past, dictionary(known), layer)
            if repeats:
                done += 1
                steady[:] = [done, x]
        return x

    def latent(self, encoded):
        mean, _ = self.script.moments(self.w, encoded)
        return self.script.normalised(mean, self.mean, self.deviation)

    def decode(self, latent, chunk=1):
        """[16, T, H, W], normalised; yields [1, 3, 1 or 4 * n, 8 * H, 8 * W]."""
        past, first = dictionary(), 0
        while first < latent.size(1):
            count = 1 if first == 0 else min(chunk, latent.size(1) - first)
            part = self.script.part(latent, 1, first, count)
            x = self.script.decoder_input(self.w, part, self.mean, self.deviation)
            yield self.run(self.decoder, x, past)
            first += count


class Umt5:
    BEGINNINGS = (8, 12, 16, 23, 32, 46, 64, 91)

    def __init__(self, weights, dtype, device):
        self.script, self.dtype, self.device = load("umt5"), dtype, device
        linear = re.compile(r".+\.(?:[qkvo]|wi_0|wi_1|wo)\.weight")
        self.layers = number_of(weights, "encoder.block.")
        self.table = weights["shared.weight"]
        self.w = dictionary({k: v.to(device, DTYPES[dtype] if linear.fullmatch(k) else torch.float32)
                             for k, v in weights.items() if k != "shared.weight"})

    def buckets(self, n):
        distance = torch.arange(n)[None, :] - torch.arange(n)[:, None]
        far = distance.abs()
        beyond = sum((far >= beginning).long() for beginning in self.BEGINNINGS)
        return (16 * (distance > 0) + torch.where(far < 8, far, 7 + beyond)).to(self.device)

    def encode(self, ids, each=lambda i, stream: None):
        x = self.table[ids].float().to(self.device)
        buckets = self.buckets(len(ids))
        for i in range(self.layers):
            x = self.script.layer(self.w, f"encoder.block.{i}", x, buckets, self.dtype)
            each(i, x)
        return self.script.last_norm(self.w, x)


class Rife:
    def __init__(self, weights, dtype, device):
        self.script, self.device = load("rife47"), device
        self.w = dictionary(self.script.prepare({k: v.to(device) for k, v in weights.items()}, dtype))
        self.sizes = {}

    def for_size(self, height, width):
        """Padded size, coordinates, weights laid out for it where that is faster."""
        if (height, width) not in self.sizes:
            p, q = (-(-n // 64) * 64 for n in (height, width))
            like = torch.zeros(1, device=self.device)
            laid = dictionary(self.script.laid_out(self.w, p, q)) if self.device == "cpu" else self.w
            self.sizes[height, width] = (p, q, laid, *self.script.coordinates(p, q, like))
        return self.sizes[height, width]

    def encode(self, rgb):
        """uint8 [H, W, 3] to [1, 7, P, Q]."""
        p, q, w, _, _ = self.for_size(*rgb.shape[:2])
        return self.script.encode(w, rgb.to(self.device), p - rgb.size(0), q - rgb.size(1))

    def between(self, first, second, t, height, width):
        """Encoded frames to [3, H, W], 0 to 1."""
        _, _, w, pixels, unit = self.for_size(height, width)
        pair = self.script.pair(first, second)
        flow, mask = self.script.first_flow(w, pair, t)
        for i in (1, 2, 3):
            flow, mask = self.script.refined_flow(w, i, pair, pixels, unit, flow, mask, t)
        return self.script.frame(pair, pixels, unit, flow, mask, height, width)
