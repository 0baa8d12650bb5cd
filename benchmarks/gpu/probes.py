"""Single kernels at the sizes that the networks use: memory layouts, attention kernels, and the gain of 8 bits."""
import torch
import torch.nn.functional as F

from workloads import BF16_LIMIT, FP8_LIMIT


def run(stages, quick):
    device = stages.device
    kind = torch.bfloat16 if device == "cuda" else torch.float32
    stages.apart("conv3d", lambda: convolutions(stages, device, kind, quick))
    stages.apart("group norm", lambda: norms(stages, device, kind, quick))
    stages.apart("attention", lambda: attention(stages, device, kind, quick))
    if device == "cuda":
        stages.apart("linear", lambda: eight_bits(stages, quick))


def convolutions(stages, device, kind, quick):
    """[1, C, T, H, W] of both VAEs' levels; the result is held against float32, since cuDNN has been silently wrong at large sizes."""
    for c, t, h, w in ((128, 6, 720, 1280), (512, 6, 90, 160), (96, 6, 640, 640), (384, 3, 160, 160)):
        h, w = (h // 10, w // 10) if quick else (h, w)
        flops = 2 * 27 * c * c * (t - 2) * h * w
        x, weight = torch.randn(1, c, t, h, w, device=device, dtype=kind), torch.randn(c, c, 3, 3, 3, device=device, dtype=kind) / (27 * c) ** 0.5
        for layout in (torch.contiguous_format, torch.channels_last_3d):
            a, b = x.contiguous(memory_format=layout), weight.contiguous(memory_format=layout)
            name = "NDHWC" if layout == torch.channels_last_3d else "NCDHW"
            for search in (False, True):
                torch.backends.cudnn.benchmark = search
                y = stages.measure(f"conv3d {c} channels {t}x{h}x{w}", lambda: F.conv3d(a, b, padding=(0, 1, 1)), flops,
                                   note=name + (", kernels searched for" if search else ""))
        torch.backends.cudnn.benchmark = False
        if y is None:
            continue
        rows = slice(0, 18)
        exact = F.conv3d(x[:, :, :, rows].float(), weight.float(), padding=(0, 1, 1))[:, :, :, :16]
        loss = (y[:, :, :, :16].float() - exact).norm() / exact.norm()
        print(f"  relative loss against fp32 {float(loss):.1e}", flush=True)


def norms(stages, device, kind, quick):
    """Group norm as it is, which goes through channels first on CUDA, and by its sums in channels last."""
    c, t, h, w = (128, 4, 72, 128) if quick else (128, 16, 720, 1280)
    x = torch.randn(t, c, h, w, device=device, dtype=kind).contiguous(memory_format=torch.channels_last)
    weight, bias = torch.ones(c, device=device, dtype=kind), torch.zeros(c, device=device, dtype=kind)

    def by_sums():
        groups = x.permute(0, 2, 3, 1).reshape(t, h * w, 32, c // 32)
        n = h * w * (c // 32)
        mean = groups.sum((1, 3), dtype=torch.float32) / n
        variance = torch.linalg.vector_norm(groups, 2, (1, 3), dtype=torch.float32).square() / n - mean.square()
        scale = torch.rsqrt(variance + 1e-6)
        a = scale.repeat_interleave(c // 32, 1) * weight
        b = bias - mean.repeat_interleave(c // 32, 1) * a
        return torch.addcmul(b[:, :, None, None], x, a[:, :, None, None]).to(kind)

    stages.measure(f"group norm {t}x{c}x{h}x{w}", lambda: F.silu(F.group_norm(x, 32, weight, bias, 1e-6), inplace=True), note="group_norm, silu")
    stages.measure(f"group norm {t}x{c}x{h}x{w}", lambda: F.silu(by_sums(), inplace=True), note="sums in channels last, silu")


def attention(stages, device, kind, quick):
    """[windows, heads, tokens, head size]: Wan's, SeedVR2's largest windows, the middle of a VAE."""
    from torch.nn.attention import SDPBackend, sdpa_kernel

    sizes = ((1, 2, 300, 128), (2, 2, 100, 128), (1, 1, 200, 512)) if quick else ((1, 40, 27200, 128), (9, 24, 3298, 128), (1, 1, 14400, 512))
    for n, heads, tokens, d in sizes:
        q, k, v = (torch.randn(n, heads, tokens, d, device=device, dtype=kind) for _ in range(3))
        flops = 4 * n * heads * tokens * tokens * d
        stage = f"attention {n}x{heads}x{tokens}x{d}"
        stages.measure(stage, lambda: F.scaled_dot_product_attention(q, k, v), flops, note="what it chooses")
        for backend in (SDPBackend.CUDNN_ATTENTION, SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION):
            try:
                with sdpa_kernel(backend):
                    stages.measure(stage, lambda: F.scaled_dot_product_attention(q, k, v), flops, note=backend.name.lower())
            except RuntimeError as e:
                print(f"  {stage} {backend.name.lower()}: {str(e).splitlines()[0]}", flush=True)


def eight_bits(stages, quick):
    """Wan's products: bf16, and float8 with a scale a row, quantising included and not."""
    rows = 512 if quick else 27200
    for inputs, outputs in ((5120, 5120), (5120, 13824), (13824, 5120)):
        x = torch.randn(rows, inputs, device="cuda", dtype=torch.bfloat16)
        w = torch.randn(outputs, inputs, device="cuda", dtype=torch.bfloat16) / inputs ** 0.5
        flops, stage = 2 * rows * inputs * outputs, f"linear {rows}x{inputs}x{outputs}"
        stages.measure(stage, lambda: F.linear(x, w), flops, BF16_LIMIT, note="bf16")

        def quantised(m):
            scale = m.abs().amax(1, keepdim=True).float() / 448
            return (m / scale).to(torch.float8_e4m3fn), scale

        wq, ws = quantised(w)
        xq, xs = quantised(x)
        exact = F.linear(x[:256].float(), w.float())

        def product(a, scale):
            return torch._scaled_mm(a, wq.t(), scale_a=scale, scale_b=ws.t(), out_dtype=torch.bfloat16, use_fast_accum=True)

        try:
            y = stages.measure(stage, lambda: product(xq, xs), flops, FP8_LIMIT, note="8 bits, quantised before")
            stages.measure(stage, lambda: product(*quantised(x)), flops, FP8_LIMIT, note="8 bits, quantising included")
            print(f"  relative loss {float((y[:256].float() - exact).norm() / exact.norm()):.1e}", flush=True)
        except RuntimeError as e:
            print(f"  {stage} in 8 bits: {str(e).splitlines()[0]}", flush=True)
