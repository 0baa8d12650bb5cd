"""Wan2.2's expert and Wan 2.1's VAE in eager PyTorch, written in the straightforward way: whole tensors, plain operators."""
import torch
import torch.nn.functional as F


class EagerWanDit:
    def __init__(self, weights, head, text_rows):
        self.w = {k: v.float() for k, v in weights.items()}
        self.head, self.text_rows = head, text_rows
        self.layers = 1 + max(int(k.split(".")[1]) for k in weights if k.startswith("blocks."))

    def linear(self, x, key):
        return F.linear(x, self.w[key + ".weight"], self.w[key + ".bias"])

    def normed(self, x, key):
        return F.rms_norm(x, (x.size(-1),), self.w[key + ".weight"], 1e-6)

    def heads(self, x):
        return x.view(*x.shape[:2], -1, self.head).transpose(1, 2)

    def attended(self, q, k, v):
        return F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)

    def rotated(self, x, rope):
        pairs = torch.view_as_complex(x.view(*x.shape[:2], -1, self.head // 2, 2))
        return torch.view_as_real(pairs * rope).flatten(3).transpose(1, 2)

    def block(self, i, x, e0, text, rope):
        p = f"blocks.{i}"
        shift, scale, gate, shift2, scale2, gate2 = (self.w[p + ".modulation"] + e0).chunk(6, 1)
        norm = lambda y: F.layer_norm(y, (y.size(-1),), eps=1e-6)
        a = norm(x) * (1 + scale) + shift
        s = p + ".self_attn"
        q, k = (self.rotated(self.normed(self.linear(a, f"{s}.{n}"), f"{s}.norm_{n}"), rope) for n in "qk")
        x = x + self.linear(self.attended(q, k, self.heads(self.linear(a, s + ".v"))), s + ".o") * gate
        a = F.layer_norm(x, (x.size(-1),), self.w[p + ".norm3.weight"], self.w[p + ".norm3.bias"], 1e-6)
        c = p + ".cross_attn"
        q = self.heads(self.normed(self.linear(a, c + ".q"), c + ".norm_q"))
        k = self.heads(self.normed(self.linear(text, c + ".k"), c + ".norm_k"))
        x = x + self.linear(self.attended(q, k, self.heads(self.linear(text, c + ".v"))), c + ".o")
        y = F.gelu(self.linear(norm(x) * (1 + scale2) + shift2, p + ".ffn.0"), approximate="tanh")
        return x + self.linear(y, p + ".ffn.2") * gate2

    def rope(self, t, h, w):
        third = self.head // 2 // 3
        sizes = (self.head // 2 - 2 * third, third, third)
        angles = [torch.outer(torch.arange(n).double(), 10000.0 ** (-torch.arange(k).double() / k)) for n, k in zip((t, h, w), sizes)]
        angle = torch.cat([a.view([-1 if i == axis else 1 for i in range(3)] + [a.size(1)]).expand(t, h, w, -1) for axis, a in enumerate(angles)], -1)
        return torch.polar(torch.ones_like(angle), angle).flatten(0, 2)[:, None].to(torch.complex64)

    def velocity(self, x, y, timestep, rows):
        """[16, T, H, W] and [20, T, H, W] to [16, T, H, W]."""
        _, t, height, width = x.shape
        stream = F.conv3d(torch.cat([x, y])[None], self.w["patch_embedding.weight"], self.w["patch_embedding.bias"], (1, 2, 2))
        stream = stream.flatten(2).transpose(1, 2)
        half = self.w["time_embedding.0.weight"].size(1) // 2
        angle = timestep * 10000.0 ** (-torch.arange(half).double() / half)
        s = torch.cat([angle.cos(), angle.sin()]).float()[None]
        e = self.linear(F.silu(self.linear(s, "time_embedding.0")), "time_embedding.2")
        e0 = self.linear(F.silu(e), "time_projection.1").view(1, 6, -1)
        text = F.pad(rows, (0, 0, 0, self.text_rows - rows.size(0)))[None]
        text = self.linear(F.gelu(self.linear(text, "text_embedding.0"), approximate="tanh"), "text_embedding.2")
        rope = self.rope(t, height // 2, width // 2)
        for i in range(self.layers):
            stream = self.block(i, stream, e0, text, rope)
        shift, scale = (self.w["head.modulation"] + e[:, None]).chunk(2, 1)
        o = self.linear(F.layer_norm(stream, (stream.size(-1),), eps=1e-6) * (1 + scale) + shift, "head.head")
        return o.view(t, height // 2, width // 2, 2, 2, 16).permute(5, 0, 1, 3, 2, 4).reshape(16, t, height, width)


class EagerWanVae:
    """The decoder, a latent frame at a time, with what it remembers."""

    MEAN = (-0.7571, -0.7089, -0.9113, 0.1075, -0.1745, 0.9653, -0.1517, 1.5508,
            0.4134, -0.0715, 0.5517, -0.3632, -0.1922, -0.9497, 0.2503, -0.2921)
    DEVIATION = (2.8184, 1.4541, 2.3275, 2.6558, 1.2196, 1.7708, 2.6052, 2.0743,
                 3.2687, 2.1526, 2.8652, 1.5579, 1.6382, 1.1253, 2.8251, 1.9160)

    def __init__(self, weights, channels_last):
        self.layout = torch.channels_last_3d if channels_last else torch.contiguous_format
        self.w = {k: v.float().contiguous(memory_format=self.layout) if v.dim() == 5 else v.float() for k, v in weights.items()}
        self.past = {}

    def norm(self, x, key):
        return F.normalize(x, dim=1) * x.size(1) ** 0.5 * self.w[key + ".gamma"]

    def conv(self, x, key, remember=True):
        weight = self.w[key + ".weight"]
        side = weight.size(3) // 2
        if weight.size(2) > 1:
            x = torch.cat([self.past[key], x], 2) if key in self.past else F.pad(x, (0, 0, 0, 0, 2, 0))
            self.past[key] = x[:, :, -2:]
        return F.conv3d(x, weight, self.w[key + ".bias"], padding=(0, side, side))

    def residual(self, x, p):
        y = self.conv(F.silu(self.norm(x, p + ".residual.0")), p + ".residual.2")
        y = self.conv(F.silu(self.norm(y, p + ".residual.3")), p + ".residual.6")
        return y + (self.conv(x, p + ".shortcut") if p + ".shortcut.weight" in self.w else x)

    def attention(self, x, p):
        frames = x[0].transpose(0, 1)
        t, c, h, w = frames.shape
        qkv = F.conv2d(self.norm(frames, p + ".norm"), self.w[p + ".to_qkv.weight"], self.w[p + ".to_qkv.bias"])
        q, k, v = qkv.flatten(2).transpose(1, 2)[:, None].chunk(3, -1)
        y = F.scaled_dot_product_attention(q, k, v)[:, 0].transpose(1, 2).reshape(t, c, h, w)
        return x + F.conv2d(y, self.w[p + ".proj.weight"], self.w[p + ".proj.bias"]).transpose(0, 1)[None]

    def upsampled(self, x, p):
        n, c, t, h, w = x.shape
        key = p + ".time_conv"
        if key + ".weight" in self.w:
            if key in self.past:
                x = self.conv(x, key).view(n, 2, c, t, h, w).permute(0, 2, 3, 1, 4, 5).reshape(n, c, 2 * t, h, w)
            else:
                self.past[key] = x.new_zeros(n, c, 2, h, w)
        frames = F.interpolate(x[0].transpose(0, 1), scale_factor=2, mode="nearest")
        return F.conv2d(frames, self.w[p + ".resample.1.weight"], self.w[p + ".resample.1.bias"], padding=1).transpose(0, 1)[None]

    def decode(self, latent):
        """[16, T, H, W], normalised, to [1, 3, 4 * T - 3, 8 * H, 8 * W]."""
        self.past, frames = {}, []
        z = latent * torch.tensor(self.DEVIATION).view(-1, 1, 1, 1) + torch.tensor(self.MEAN).view(-1, 1, 1, 1)
        z = self.conv(z[None].contiguous(memory_format=self.layout), "conv2")
        for t in range(latent.size(1)):
            x = self.conv(z[:, :, t:t + 1], "decoder.conv1")
            x = self.residual(x, "decoder.middle.0")
            x = self.residual(self.attention(x, "decoder.middle.1"), "decoder.middle.2")
            i = 0
            while any(k.startswith(f"decoder.upsamples.{i}.") for k in (f"decoder.upsamples.{i}.resample.1.weight", f"decoder.upsamples.{i}.residual.2.weight") if k in self.w):
                p = f"decoder.upsamples.{i}"
                x = self.upsampled(x, p) if p + ".resample.1.weight" in self.w else self.residual(x, p)
                i += 1
            frames.append(self.conv(F.silu(self.norm(x, "decoder.head.0")), "decoder.head.2"))
        return torch.cat(frames, 2)
