# The video VAE of Wan 2.1, which Wan2.2 A14B uses too (Team Wan, 2025, arXiv 2503.20314).
# Reference: github.com/Wan-Video/Wan2.2, wan/modules/vae2_1.py. Checkpoint: 194 tensors, 126 892 531 numbers.
#
# T, H, W  frames, height and width where the line stands;  C channels;  L = H * W
# past     what causal layers remember of the frames before, by the key of the layer; empty at the first call, which brings
#          one frame (the first, a latent frame of its own); each later call brings 4 n frames, or n latent frames
#
# Weights and activations are of one type; norms are computed in float32.


# |x| over the channels in float32; the CPU's norm over a dimension that is not the last is slower than all else together.
def channel_length(x: Tensor) -> Tensor:
  if x.is_cpu and x.dtype == 6:
    y = torch.sqrt_(torch.sum(torch.mul(x, x), [1], True))
  else:
    y = torch.linalg_vector_norm(x, 2, [1], True, dtype=6)
  return y                                                                                 # [1, 1, T, H, W]


# x / max(|x|, 1e-12) * sqrt(C) * gamma, the length over the channels; gamma [C, 1, 1] or [C, 1, 1, 1]
def channel_norm(x: Tensor, gamma: Tensor) -> Tensor:
  length = torch.clamp_min(__torch__.channel_length(x), 1e-12)
  return torch.to(torch.mul(torch.mul(torch.div(x, length), x.size(1) ** 0.5), gamma), x.dtype)


# The last n frames, zeros before the first one.
def remember(x: Tensor, n: int, past: Dict[str, Tensor], key: str) -> None:
  past[key] = torch.clone(x[:, :, x.size(2) - n:], memory_format=1)


# Correlation with a kernel of two or three dimensions, stride by stride, zeros around the input as pad says, and the bias.
# On the CPU by oneDNN whatever the size: by default few channels take a path that is many times slower.
def conv(x: Tensor, w: Dict[str, Tensor], key: str, stride: List[int], pad: List[int]) -> Tensor:
  weight = w[key + ".weight"]
  bias = w[key + ".bias"]
  if x.is_cpu and x.dtype == 6:
    y = torch.mkldnn_convolution(x, weight, bias, pad, stride, [1] * len(pad), 1)
  else:
    y = torch.convolution(x, weight, bias, stride, pad, [1] * len(pad), False, [0] * len(pad), 1)
  return y


# 3 x 3 x 3, sees two frames back.
def causal_conv(x: Tensor, w: Dict[str, Tensor], key: str, past: Dict[str, Tensor]) -> Tensor:
  if key in past:
    x = torch.cat([past[key], x], 2)                                                       # [1, C, T + 2, H, W]
  else:
    x = torch.constant_pad_nd(x, [0, 0, 0, 0, 2, 0], 0)
  __torch__.remember(x, 2, past, key)
  return __torch__.conv(x, w, key, [1, 1, 1], [0, 1, 1])


def pointwise(x: Tensor, w: Dict[str, Tensor], key: str) -> Tensor:
  return __torch__.conv(x, w, key, [1, 1, 1], [0, 0, 0])


def residual(x: Tensor, w: Dict[str, Tensor], p: str, past: Dict[str, Tensor]) -> Tensor:
  y = torch.silu(__torch__.channel_norm(x, w[p + ".residual.0.gamma"]))
  y = __torch__.causal_conv(y, w, p + ".residual.2", past)
  y = torch.silu(__torch__.channel_norm(y, w[p + ".residual.3.gamma"]))
  y = __torch__.causal_conv(y, w, p + ".residual.6", past)
  if (p + ".shortcut.weight") in w:
    x = __torch__.pointwise(x, w, p + ".shortcut")
  return torch.add_(y, x)


# [1, C, T, H, W] <-> [T, C, H, W]
def frames(x: Tensor) -> Tensor:
  return torch.transpose(x, 1, 2)[0]


def video(x: Tensor) -> Tensor:
  return torch.transpose(torch.unsqueeze(x, 0), 1, 2)


# One head, over the positions of each frame.
def attention(x: Tensor, w: Dict[str, Tensor], p: str) -> Tensor:
  f = __torch__.frames(x)                                                                  # [T, C, H, W]
  y = __torch__.channel_norm(f, w[p + ".norm.gamma"])
  qkv = __torch__.conv(y, w, p + ".to_qkv", [1, 1], [0, 0])
  qkv = torch.unsqueeze(torch.transpose(torch.flatten(qkv, 2), 1, 2), 1)                   # [T, 1, L, 3 * C]
  q, k, v = torch.chunk(qkv, 3, 3)
  y = torch.scaled_dot_product_attention(torch.contiguous(q), torch.contiguous(k), torch.contiguous(v), None, 0., False)
  y = torch.reshape(torch.transpose(torch.squeeze(y, 1), 1, 2), f.size())                  # [T, C, H, W]
  y = __torch__.conv(y, w, p + ".proj", [1, 1], [0, 0])
  return torch.add(x, __torch__.video(y))


# Frames 4k + 1 to 4k + 4 become two; the very first passes.
def half_time(x: Tensor, w: Dict[str, Tensor], key: str, past: Dict[str, Tensor]) -> Tensor:
  if key in past:
    joined = torch.cat([past[key], x], 2)                                                  # [1, C, T + 1, H, W]
    y = __torch__.conv(joined, w, key, [2, 1, 1], [0, 0, 0])
  else:
    y = x
  __torch__.remember(x, 1, past, key)
  return y                                                                                 # [1, C, T / 2, H, W]


# Each frame becomes two, but for the very first, which passes and is not remembered.
def double_time(x: Tensor, w: Dict[str, Tensor], key: str, past: Dict[str, Tensor]) -> Tensor:
  if key in past:
    joined = torch.cat([past[key], x], 2)                                                  # [1, C, T + 2, H, W]
    z = __torch__.conv(joined, w, key, [1, 1, 1], [0, 0, 0])
    pair = torch.view(z, [1, 2, x.size(1), x.size(2), x.size(3), x.size(4)])               # [1, 2, C, T, H, W]
    y = torch.reshape(torch.permute(pair, [0, 2, 3, 1, 4, 5]), [1, x.size(1), 2 * x.size(2), x.size(3), x.size(4)])
    __torch__.remember(joined, 2, past, key)
  else:
    y = x
    past[key] = torch.zeros_like(torch.cat([x, x], 2))
  return y                                                                                 # [1, C, 2 * T, H, W]


# Halves height and width, then time where the layer does.
def down(x: Tensor, w: Dict[str, Tensor], p: str, past: Dict[str, Tensor]) -> Tensor:
  f = torch.constant_pad_nd(__torch__.frames(x), [0, 1, 0, 1], 0)                          # [T, C, H + 1, W + 1]
  f = __torch__.conv(f, w, p + ".resample.1", [2, 2], [0, 0])
  y = __torch__.video(f)                                                                   # [1, C, T, H / 2, W / 2]
  if (p + ".time_conv.weight") in w:
    y = __torch__.half_time(y, w, p + ".time_conv", past)
  return y


# Doubles time where the layer does, then height and width.
def up(x: Tensor, w: Dict[str, Tensor], p: str, past: Dict[str, Tensor]) -> Tensor:
  if (p + ".time_conv.weight") in w:
    x = __torch__.double_time(x, w, p + ".time_conv", past)
  f = torch.upsample_nearest2d(__torch__.frames(x), [2 * x.size(3), 2 * x.size(4)], None, None)
  f = __torch__.conv(f, w, p + ".resample.1", [1, 1], [1, 1])
  return __torch__.video(f)                                                                # [1, C / 2, T, 2 * H, 2 * W]


class M(Module):
  # Kernels with channels last, which activations follow: on CUDA convolutions are faster so, on the CPU slower.
  def laid_out(self: __torch__.M, w: Dict[str, Tensor]) -> Dict[str, Tensor]:
    laid = annotate(Dict[str, Tensor], {})
    for key in w.keys():
      x = w[key]
      if x.dim() == 5:
        x = torch.contiguous(x, memory_format=3)
      elif x.dim() == 4:
        x = torch.contiguous(x, memory_format=2)
      laid[key] = x
    return laid

  def nothing(self: __torch__.M) -> Dict[str, Tensor]:
    return annotate(Dict[str, Tensor], {})

  def remembered(self: __torch__.M, past: Dict[str, Tensor]) -> Dict[str, Tensor]:
    return torch.copy(past)

  # Whether a call of the layer p left what it remembers as it was.
  def same(self: __torch__.M, past: Dict[str, Tensor], before: Dict[str, Tensor], p: str) -> bool:
    equal = True
    for key in past.keys():
      if key == p or ops.aten.startswith(key, p + "."):
        equal = equal and key in before and torch.equal(past[key], before[key])
    return equal

  def itself(self: __torch__.M, x: Tensor) -> Tensor:
    return x

  # count frames of a video of T from the first, [1, 3, count, H, W]: it begins with the first image [3, H, W] and ends with the second
  # if there is one; between them it is grey, 0.
  def conditioning_frames(self: __torch__.M, images: List[Tensor], T: int, first: int, count: int) -> Tensor:
    start = images[0]
    x = torch.zeros([1, 3, count, start.size(1), start.size(2)], dtype=6, layout=None, device=start.device, pin_memory=None)
    if first == 0:
      _0 = torch.copy_(x[0, :, 0], start)
    if len(images) == 2 and first + count == T:
      _1 = torch.copy_(x[0, :, count - 1], images[1])
    return x

  def part(self: __torch__.M, x: Tensor, dimension: int, first: int, count: int) -> Tensor:
    return torch.narrow(x, dimension, first, count)

  def joined(self: __torch__.M, parts: List[Tensor], dimension: int) -> Tensor:
    return torch.cat(parts, dimension)

  def cast(self: __torch__.M, x: Tensor, like: Tensor) -> Tensor:
    return torch.to(x, like.dtype)

  # Any layer by its key, p = "encoder.downsamples.N" and the like.
  def layer(self: __torch__.M, w: Dict[str, Tensor], p: str, x: Tensor, past: Dict[str, Tensor]) -> Tensor:
    if (p + ".residual.0.gamma") in w:
      y = __torch__.residual(x, w, p, past)
    elif (p + ".to_qkv.weight") in w:
      y = __torch__.attention(x, w, p)
    elif (p + ".0.gamma") in w:
      y = __torch__.causal_conv(torch.silu(__torch__.channel_norm(x, w[p + ".0.gamma"])), w, p + ".2", past)
    elif (p + ".resample.1.weight") in w:
      if ops.aten.startswith(p, "encoder."):
        y = __torch__.down(x, w, p, past)
      else:
        y = __torch__.up(x, w, p, past)
    else:
      y = __torch__.causal_conv(torch.to(x, w[p + ".weight"].dtype), w, p, past)
    return y

  # h [1, 32, T, H, W] of the encoder: mean and log variance, each [1, 16, T, H, W]; key conv1
  def moments(self: __torch__.M, w: Dict[str, Tensor], h: Tensor) -> Tuple[Tensor, Tensor]:
    mean, log_variance = torch.chunk(torch.to(__torch__.pointwise(h, w, "conv1"), 6), 2, 1)
    return (mean, log_variance)

  # (mean - m) / s by channel; m, s [16]. [16, T, H, W]
  def normalised(self: __torch__.M, mean: Tensor, m: Tensor, s: Tensor) -> Tensor:
    shape = [1, -1, 1, 1, 1]
    return torch.div(torch.sub(mean, torch.view(m, shape)), torch.view(s, shape))[0]

  # latent [16, T, H, W] to the decoder's input [1, 16, T, H, W]; key conv2
  def decoder_input(self: __torch__.M, w: Dict[str, Tensor], latent: Tensor, m: Tensor, s: Tensor) -> Tensor:
    shape = [1, -1, 1, 1, 1]
    z = torch.add(torch.mul(torch.unsqueeze(latent, 0), torch.view(s, shape)), torch.view(m, shape))
    return __torch__.pointwise(torch.to(z, w["conv2.weight"].dtype), w, "conv2")

  # raw [1, 3, T, H, W] of the decoder, clamped to -1 .. 1, to 0 .. 1; [3, T, H, W] float32
  def pictures(self: __torch__.M, raw: Tensor) -> Tensor:
    return torch.div(torch.add(torch.clamp(torch.to(raw, 6), -1., 1.), 1.), 2.)[0]

  def clamped(self: __torch__.M, raw: Tensor) -> Tensor:
    return torch.clamp(raw, -1., 1.)

  # mask [4, T, H, W] from the pixel frames that are given, known [4 * T]; over conditioning latent [16, T, H, W]
  def mask(self: __torch__.M, known: Tensor, latent: Tensor) -> Tensor:
    T = latent.size(1)
    by_channel = torch.view(torch.transpose(torch.view(known, [T, 4]), 0, 1), [4, T, 1, 1])
    return torch.contiguous(torch.expand(by_channel, [4, T, latent.size(2), latent.size(3)]))

  # pictures [3, T, H, W], 0 .. 1, frame t as bytes [H, W, 3]: cut off, not rounded.
  def frame_bytes(self: __torch__.M, pictures: Tensor, t: int, rgb: Tensor) -> None:
    y = torch.to(torch.clamp(torch.mul(torch.select(pictures, 1, t), 255.), 0., 255.), 0)
    _0 = torch.copy_(rgb, torch.permute(y, [1, 2, 0]))

  # Frame t of pictures, [3, H, W], of its own memory.
  def picture(self: __torch__.M, pictures: Tensor, t: int) -> Tensor:
    return torch.contiguous(torch.select(pictures, 1, t))

  # rgb uint8 [H, W, 3] to [3, H, W], -1 .. 1
  def image(self: __torch__.M, rgb: Tensor) -> Tensor:
    return torch.sub(torch.mul(torch.div(torch.to(torch.permute(rgb, [2, 0, 1]), 6), 255.), 2.), 1.)

  def channel_norm(self: __torch__.M, x: Tensor, gamma: Tensor) -> Tensor:
    return __torch__.channel_norm(x, gamma)
