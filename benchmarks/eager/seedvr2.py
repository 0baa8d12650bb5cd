"""SeedVR2 in eager PyTorch, written straight from the paper's figures: whole clips, a loop over windows, plain operators."""
import math

import torch
import torch.nn.functional as F

SCALE = 0.9152


class EagerVae:
    """channels_last: convolutions in that layout, else in the default one."""

    def __init__(self, weights, groups, channels_last):
        self.groups = groups
        self.layout = torch.channels_last_3d if channels_last else torch.contiguous_format
        self.w = {k: v.float().contiguous(memory_format=self.layout) if v.dim() == 5 else v.float() for k, v in weights.items()}

    def conv(self, x, key, stride=(1, 1, 1), pad=1):
        weight = self.w[key + ".weight"]
        if weight.size(2) > 1:
            x = torch.cat([x[:, :, :1]] * (weight.size(2) - 1) + [x], 2)
        return F.conv3d(x, weight, self.w[key + ".bias"], stride, (0, pad, pad))

    def norm(self, x, key):
        n, c, t, h, w = x.shape
        frames = x.transpose(1, 2).reshape(t, c, h, w)
        return F.group_norm(frames, self.groups, self.w[key + ".weight"], self.w[key + ".bias"], 1e-6).view(n, t, c, h, w).transpose(1, 2)

    def resnet(self, x, key):
        y = self.conv(F.silu(self.norm(x, key + ".norm1")), key + ".conv1")
        y = self.conv(F.silu(self.norm(y, key + ".norm2")), key + ".conv2")
        if key + ".conv_shortcut.weight" in self.w:
            x = self.conv(x, key + ".conv_shortcut", pad=0)
        return x + y

    def resnets(self, x, key):
        i = 0
        while f"{key}.resnets.{i}.norm1.weight" in self.w:
            x = self.resnet(x, f"{key}.resnets.{i}")
            i += 1
        return x

    def linear(self, x, key):
        return F.linear(x, self.w[key + ".weight"], self.w[key + ".bias"])

    def attention(self, x, key):
        n, c, t, h, w = x.shape
        y = self.norm(x, key + ".group_norm")[0].permute(1, 2, 3, 0).reshape(t, h * w, c)
        q, k, v = (self.linear(y, f"{key}.to_{name}").unsqueeze(1) for name in "qkv")
        y = self.linear(F.scaled_dot_product_attention(q, k, v).squeeze(1), key + ".to_out.0")
        return x + y.view(t, h, w, c).permute(3, 0, 1, 2)[None]

    def middle(self, x, key):
        x = self.attention(self.resnet(x, key + ".resnets.0"), key + ".attentions.0")
        return self.resnet(x, key + ".resnets.1")

    def encode(self, frames):
        """[T, 3, H, W] to [T', 32, H / 8, W / 8]."""
        x = self.conv(frames.transpose(0, 1)[None].contiguous(memory_format=self.layout), "encoder.conv_in")
        i = 0
        while f"encoder.down_blocks.{i}.resnets.0.norm1.weight" in self.w:
            key = f"encoder.down_blocks.{i}"
            x, down = self.resnets(x, key), key + ".downsamplers.0.conv"
            if down + ".weight" in self.w:
                temporal = (self.w[down + ".weight"].size(2) + 1) // 2
                x = self.conv(F.pad(x, (0, 1, 0, 1)), down, (temporal, 2, 2), 0)
            i += 1
        x = self.middle(x, "encoder.mid_block")
        x = self.conv(F.silu(self.norm(x, "encoder.conv_norm_out")), "encoder.conv_out")
        return x[0].transpose(0, 1)

    def decode(self, latent):
        """[T, H, W, 16], scaled, to [4 * T - 3, 3, 8 * H, 8 * W]."""
        z = (latent / SCALE).permute(3, 0, 1, 2)[None].contiguous(memory_format=self.layout)
        x = self.middle(self.conv(z, "decoder.conv_in"), "decoder.mid_block")
        i = 0
        while f"decoder.up_blocks.{i}.resnets.0.norm1.weight" in self.w:
            key = f"decoder.up_blocks.{i}"
            x = self.resnets(x, key)
            if key + ".upsamplers.0.conv.weight" in self.w:
                x = self.upsample(x, key + ".upsamplers.0")
            i += 1
        x = self.conv(F.silu(self.norm(x, "decoder.conv_norm_out")), "decoder.conv_out")
        return x[0].transpose(0, 1)

    def upsample(self, x, key):
        c = x.size(1)
        y = self.conv(x, key + ".upscale_conv", pad=0)
        n, _, t, h, w = y.shape
        r = y.size(1) // (4 * c)
        y = y.view(n, 2, 2, r, c, t, h, w).permute(0, 4, 5, 3, 6, 1, 7, 2).reshape(n, c, t * r, 2 * h, 2 * w)
        if r > 1:
            y = torch.cat([y[:, :, :1], y[:, :, 2:]], 2)
        return self.conv(y.contiguous(memory_format=self.layout), key + ".conv")


class EagerDit:
    WINDOWS = (4, 3, 3)

    def __init__(self, weights):
        self.w = {k: v.float() for k, v in weights.items()}
        self.layers = 1 + max(int(k.split(".")[1]) for k in weights if k.startswith("blocks."))
        self.swiglu = "vid_out_norm.weight" in weights
        self.head = next(v for k, v in weights.items() if ".norm_q." in k).size(0)

    def of(self, layer, stream, name):
        own = f"{layer}.{stream}{name}"
        return self.w[own] if own in self.w else self.w[f"{layer}.all{name}"]

    def rms(self, x):
        return F.rms_norm(x, (x.size(-1),), eps=1e-5)

    def modulated(self, x, p, stream, slot, e, k):
        shift, scale = (e[:, k, i] + self.of(p + ".ada", stream, f".{slot}_{name}") for i, name in ((0, "shift"), (1, "scale")))
        return x * scale + shift

    def gate(self, p, stream, slot, e, k):
        return e[:, k, 2] + self.of(p + ".ada", stream, f".{slot}_gate")

    def mlp(self, x, p, stream):
        weight = lambda name: self.of(p + ".mlp", stream, name)
        if self.swiglu:
            return F.linear(F.silu(F.linear(x, weight(".proj_in_gate.weight"))) * F.linear(x, weight(".proj_in.weight")), weight(".proj_out.weight"))
        y = F.gelu(F.linear(x, weight(".proj_in.weight"), weight(".proj_in.bias")), approximate="tanh")
        return F.linear(y, weight(".proj_out.weight"), weight(".proj_out.bias"))

    def qkv(self, x, p, stream):
        q, k, v = F.linear(x, self.of(p + ".attn.proj_qkv", stream, ".weight")).view(x.size(0), 3, -1, self.head).unbind(1)
        norm = lambda y, name: self.rms(y) * self.of(f"{p}.attn.norm_{name}", stream, ".weight")
        return norm(q, "q"), norm(k, "k"), v

    def rotated(self, x, angles):
        cos, sin = angles.cos().repeat_interleave(2, 1)[:, None], angles.sin().repeat_interleave(2, 1)[:, None]
        turning, still = x[..., :cos.size(2)], x[..., cos.size(2):]
        half = torch.stack([-turning[..., 1::2], turning[..., ::2]], -1).flatten(-2)
        return torch.cat([turning * cos + half * sin, still], -1)

    def angles(self, shape, text):
        """[tokens, pairs] of a window."""
        if self.swiglu:
            n = self.head // 3
            omega = 1 / 10000 ** (torch.arange(0, n, 2)[: n // 2].float() / n)
            positions = [torch.arange(text, text + shape[0]).float(), torch.arange(shape[1]).float(), torch.arange(shape[2]).float()]
        else:
            omega = torch.linspace(1, 128, self.head // 2 // 3 // 2) * math.pi
            positions = [torch.linspace(-1, 1, size) for size in shape]
        parts = [(p[:, None] * omega).view([-1 if i == axis else 1 for i in range(3)] + [omega.numel()]).expand(*shape, -1) for axis, p in enumerate(positions)]
        return torch.cat(parts, -1).flatten(0, 2)

    def block(self, i, vid, txt, e, grid):
        p, last = f"blocks.{i}", i == self.layers - 1 and self.swiglu
        a = self.modulated(self.rms(vid), p, "vid", "attn", e, 0)
        b = self.rms(txt) if last else self.modulated(self.rms(txt), p, "txt", "attn", e, 0)
        q, k, v = (x.view(*grid, *x.shape[1:]) for x in self.qkv(a, p, "vid"))
        text_q, text_k, text_v = self.qkv(b, p, "txt")
        if self.swiglu:
            omega = 1 / 10000 ** (torch.arange(0, self.head // 3, 2)[: self.head // 3 // 2].float() / (self.head // 3))
            angles = (torch.arange(txt.size(0)).float()[:, None] * omega).repeat(1, 3)
            text_q, text_k = self.rotated(text_q, angles), self.rotated(text_k, angles)
        out, texts = torch.empty_like(q), []
        for (t0, t1), (y0, y1), (x0, x1) in windows(grid, self.WINDOWS, i % 2 == 1):
            at = (slice(t0, t1), slice(y0, y1), slice(x0, x1))
            shape = (t1 - t0, y1 - y0, x1 - x0)
            angles = self.angles(shape, txt.size(0))
            window_q, window_k = (self.rotated(x[at].flatten(0, 2), angles) for x in (q, k))
            heads = [torch.cat(pair).transpose(0, 1)[None] for pair in ((window_q, text_q), (window_k, text_k), (v[at].flatten(0, 2), text_v))]
            y = F.scaled_dot_product_attention(*heads)[0].transpose(0, 1)
            out[at] = y[:window_q.size(0)].view(*shape, *y.shape[1:])
            texts.append(y[window_q.size(0):])
        project = lambda x, stream: F.linear(x.flatten(1), self.of(p + ".attn.proj_out", stream, ".weight"), self.of(p + ".attn.proj_out", stream, ".bias"))
        vid = vid + project(out.flatten(0, 2), "vid") * self.gate(p, "vid", "attn", e, 0)
        vid = vid + self.mlp(self.modulated(self.rms(vid), p, "vid", "mlp", e, 1), p, "vid") * self.gate(p, "vid", "mlp", e, 1)
        if not last:
            txt = txt + project(torch.stack(texts).mean(0), "txt") * self.gate(p, "txt", "attn", e, 0)
            txt = txt + self.mlp(self.modulated(self.rms(txt), p, "txt", "mlp", e, 1), p, "txt") * self.gate(p, "txt", "mlp", e, 1)
        return vid, txt

    def linear(self, x, key):
        return F.linear(x, self.w[key + ".weight"], self.w[key + ".bias"])

    def velocity(self, latent, text, timestep):
        """[T, H, W, 33] to [T, H, W, 16]."""
        t, height, width, c = latent.shape
        grid = (t, height // 2, width // 2)
        x = latent.view(t, height // 2, 2, width // 2, 2, c).permute(0, 1, 3, 2, 4, 5).reshape(-1, 4 * c)
        vid, txt = self.linear(x, "vid_in.proj"), self.linear(text, "txt_in")
        angle = timestep * torch.exp(torch.arange(128).float() * -math.log(10000) / 128)
        e = F.silu(self.linear(torch.cat([angle.sin(), angle.cos()])[None], "emb_in.proj_in"))
        e = self.linear(F.silu(self.linear(e, "emb_in.proj_hid")), "emb_in.proj_out").view(-1, 2, 3)
        for i in range(self.layers):
            vid, txt = self.block(i, vid, txt, e, grid)
        if self.swiglu:
            shift, scale = e[:, 0, 0] + self.w["vid_out_ada.out_shift"], e[:, 0, 1] + self.w["vid_out_ada.out_scale"]
            vid = self.rms(vid) * self.w["vid_out_norm.weight"] * scale + shift
        y = self.linear(vid, "vid_out.proj").view(t, height // 2, width // 2, 2, 2, 16)
        return y.permute(0, 1, 3, 2, 4, 5).reshape(t, height, width, 16)


def windows(grid, counts, shifted):
    t, h, w = grid
    scale = math.sqrt(45 * 80 / (h * w))
    size = [math.ceil(n / count) for n, count in zip((min(t, 30), round(h * scale), round(w * scale)), counts)]
    cut = [edges(n, s, shifted) for n, s in zip(grid, size)]
    return [(a, b, c) for c in cut[2] for b in cut[1] for a in cut[0]]


def edges(n, size, shifted):
    first = size // 2 if shifted and size < n else 0
    points = sorted({0, n, *range(first, n, size)})
    return list(zip(points, points[1:]))
