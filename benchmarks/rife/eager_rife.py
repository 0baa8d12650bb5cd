"""RIFE 4.7 in eager PyTorch, to compare RifeBenchmark with: same network, weights, sizes and number of threads.

    python eager_rife.py WEIGHTS.safetensors THREADS WIDTH HEIGHT [fp32|bf16] [RUNS]

Needs torch and safetensors. Written from docs/spec/wan22.md, section 10, with plain operators. The faster of channels last and
the default layout is printed.
"""
import sys
import time

import torch
import torch.nn.functional as F
from safetensors.torch import load_file

SCALES = (8, 4, 2, 1)


class EagerRife:
    def __init__(self, path, channels_last, bf16):
        self.w = {key: value.float() for key, value in load_file(path).items()}
        self.layout = torch.channels_last if channels_last else torch.contiguous_format
        self.bf16 = bf16
        for key, value in self.w.items():
            if value.dim() == 4:
                self.w[key] = value.contiguous(memory_format=self.layout)
        self.grids = {}

    def conv(self, x, key, stride=1):
        return F.conv2d(x, self.w[key + ".weight"], self.w[key + ".bias"], stride, 1)

    def doubled(self, x, key):
        return F.conv_transpose2d(x, self.w[key + ".weight"], self.w[key + ".bias"], 2, 1)

    def features(self, image):
        return self.doubled(self.conv(image, "encode.0", 2), "encode.1")

    def block(self, i, x, flow):
        k, p = SCALES[i], f"block{i}."
        x = F.interpolate(x, scale_factor=1 / k, mode="bilinear")
        if flow is not None:
            x = torch.cat([x, F.interpolate(flow, scale_factor=1 / k, mode="bilinear") / k], 1)
        x = x.contiguous(memory_format=self.layout)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.bf16):
            x = F.leaky_relu(self.conv(x, p + "conv0.0.0", 2), 0.2, True)
            x = F.leaky_relu(self.conv(x, p + "conv0.1.0", 2), 0.2, True)
            for j in range(8):
                r = p + f"convblock.{j}"
                x = F.leaky_relu(self.conv(x, r + ".conv") * self.w[r + ".beta"] + x, 0.2, True)
        y = F.pixel_shuffle(self.doubled(x.float(), p + "lastconv.0"), 2)
        y = F.interpolate(y, scale_factor=k, mode="bilinear")
        return y[:, :4] * k, y[:, 4:5]

    def warp(self, image, flow):
        h, w = image.shape[2:]
        if (h, w) not in self.grids:
            x, y = torch.linspace(-1, 1, w), torch.linspace(-1, 1, h)
            self.grids[h, w] = torch.stack(torch.meshgrid(x, y, indexing="xy"), 0)[None]
        moved = torch.cat([flow[:, :1] / ((w - 1) / 2), flow[:, 1:] / ((h - 1) / 2)], 1)
        grid = (self.grids[h, w] + moved).permute(0, 2, 3, 1)
        return F.grid_sample(image, grid, "bilinear", "border", True)

    def between(self, a, b, fa, fb, t):
        plane = torch.full_like(a[:, :1], t)
        flow, mask = self.block(0, torch.cat([a, b, fa, fb, plane], 1), None)
        for i in (1, 2, 3):
            wa, wb = self.warp(a, flow[:, :2]), self.warp(b, flow[:, 2:])
            wfa, wfb = self.warp(fa, flow[:, :2]), self.warp(fb, flow[:, 2:])
            change, mask = self.block(i, torch.cat([wa, wb, wfa, wfb, plane, mask], 1), flow)
            flow = flow + change
        m = torch.sigmoid(mask)
        return self.warp(a, flow[:, :2]) * m + self.warp(b, flow[:, 2:]) * (1 - m)


def picture(width, height, moved):
    y, x = torch.arange(height).view(-1, 1, 1).float(), torch.arange(width).view(1, -1, 1).float() - moved
    channel = torch.arange(3).view(1, 1, 3).float()
    wave = torch.sin(x * 0.05 + y * 0.02) + 0.5 * torch.sin(x * 0.31 - y * 0.17) + torch.sin(x * 0.11 + channel)
    return (128 + 40 * wave).round().to(torch.uint8)


def padded(rgb):
    height, width = rgb.shape[:2]
    return F.pad(rgb.permute(2, 0, 1)[None].float() / 255, (0, -width % 64, 0, -height % 64))


def main():
    path, threads, width, height = sys.argv[1], *map(int, sys.argv[2:5])
    precision = sys.argv[5] if len(sys.argv) > 5 else "fp32"
    runs = int(sys.argv[6]) if len(sys.argv) > 6 else 10
    torch.set_num_threads(threads)
    times = {}
    with torch.inference_mode():
        for channels_last in (False, True):
            rife = EagerRife(path, channels_last, precision == "bf16")
            a, b = padded(picture(width, height, 0)), padded(picture(width, height, 6))
            fa, fb = rife.features(a), rife.features(b)
            best = float("inf")
            for _ in range(runs):
                start = time.perf_counter()
                frame = rife.between(a, b, fa, fb, 0.5)[0, :, :height, :width]
                (frame * 255).clamp_(0, 255).to(torch.uint8).permute(1, 2, 0).contiguous()
                best = min(best, time.perf_counter() - start)
            times["channels last" if channels_last else "default layout"] = best
    layout = min(times, key=times.get)
    text = ", ".join(f"{name} {1e3 * seconds:.1f} ms" for name, seconds in times.items())
    print(f"{width}x{height} {precision}, threads {threads}: {1 / times[layout]:.2f} frames/s ({text})")


if __name__ == "__main__":
    main()
