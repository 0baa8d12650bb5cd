# SeedVR2: the causal video VAE (github.com/ByteDance-Seed/SeedVR, ema_vae.pth, 250 tensors).
#
# T, H, W  frames, height and width of what a layer takes; C channels: 128, 256, 512, 512 in the checkpoint
# Z        latent channels, 16; the encoder ends with 2 * Z, mean and log-variance
#
# Activations are frames [T, C, H, W] with channels last in memory: norms and attention are per frame, and a clip [1, C, T, H, W] with
# channels last is the same memory. Convolutions over three frames look back only. `memory` holds, by the key of a convolution,
# the frames it needs of the slice before; a clip may be cut into slices anywhere between its groups of four frames. Everything
# runs in the type of the weights.


def clip(frames: Tensor) -> Tensor:
  return torch.unsqueeze(torch.transpose(frames, 0, 1), 0)                        # [1, C, T, H, W]


def frames(clip: Tensor) -> Tensor:
  return torch.transpose(torch.squeeze(clip, 0), 0, 1)                            # [T, C, H, W]


# On the CPU by oneDNN whatever the size: by default small inputs take a path that is 20 times slower.
def convolve(x: Tensor, weight: Tensor, bias: Tensor, stride: List[int], pad: List[int]) -> Tensor:
  if x.is_cpu and x.dtype == 6:
    y = torch.mkldnn_convolution(x, weight, bias, pad, stride, [1] * len(pad), 1)
  elif x.dim() == 4:
    y = torch.conv2d(x, weight, bias, stride, pad, [1, 1], 1)
  else:
    y = torch.conv3d(x, weight, bias, stride, pad, [1, 1, 1], 1)
  return y


# The frames that a kernel of several makes of those it has seen. cuDNN before 9.10 computes wrong, or refuses, where its input or
# result has more than `most` = 2^31 - 1 elements: pieces in time give the same numbers.
def convolve_frames(seen: Tensor, weight: Tensor, bias: Tensor, stride_t: int, stride: int, pad: int, most: int) -> Tensor:
  taps = weight.size(2)
  steps = (seen.size(0) - taps) // stride_t + 1
  pixels = seen.size(2) * seen.size(3)
  widest = ops.prim.max(seen.size(1) * stride_t, weight.size(0)) * pixels            # elements a step adds
  at_once = ops.prim.max(1, most // widest - taps)
  if at_once >= steps:
    y = __torch__.frames(__torch__.convolve(__torch__.clip(seen), weight, bias, [stride_t, stride, stride], [0, pad, pad]))
  else:
    pieces = annotate(List[Tensor], [])
    first = 0
    while first < steps:
      n = ops.prim.min(at_once, steps - first)
      piece = torch.narrow(seen, 0, first * stride_t, (n - 1) * stride_t + taps)
      pieces.append(__torch__.frames(__torch__.convolve(__torch__.clip(piece), weight, bias, [stride_t, stride, stride], [0, pad, pad])))
      first = first + n
    y = torch.cat(pieces)
  return y                                                                        # [T', C', H', W']


# Causal convolution: a kernel of three frames takes the two before, at the start of a clip copies of the first frame.
# more: another slice of the clip will follow.
def conv(x: Tensor, w: Dict[str, Tensor], p: str, memory: Dict[str, Tensor], more: bool, stride_t: int, stride: int, pad: int) -> Tensor:
  weight = w[p + ".weight"]                                                       # [C', C, 1 or 3, 1 or 3, 1 or 3]
  bias = w[p + ".bias"]
  if weight.size(2) == 1:
    y = __torch__.convolve(x, torch.squeeze(weight, 2), bias, [stride, stride], [pad, pad])
  else:
    if p in memory:
      before = memory[p]
    else:
      first = torch.expand(torch.narrow(x, 0, 0, 1), [weight.size(2) - 1, x.size(1), x.size(2), x.size(3)])
      before = torch.contiguous(first, memory_format=2)                           # without it the result would not be channels last
    seen = torch.cat([before, x])                                                 # [1 or 2 + T, C, H, W]
    if more:
      keep = weight.size(2) - stride_t
      memory[p] = torch.clone(torch.narrow(seen, 0, seen.size(0) - keep, keep))
    y = __torch__.convolve_frames(seen, weight, bias, stride_t, stride, pad, 2147483647)
  return y


# The reference norms in float32. In narrower types CUDA's group_norm rounds mean and deviation to them (pytorch#183946) and copies its
# input out of channels last: there the sums are taken in float32 and one product and sum maps x, which rounds the result alone.
# weight and bias [C] in float32.
def group_norm(x: Tensor, weight: Tensor, bias: Tensor, groups: int) -> Tensor:
  if x.dtype == 6:
    y = torch.group_norm(x, groups, weight, bias, 1e-6)
  else:
    t, c = x.size(0), x.size(1)
    n = float(c // groups * x.size(2) * x.size(3))
    squares = torch.square(torch.linalg_vector_norm(x, 2, [2, 3], False, dtype=6))                          # [T, C]
    sums = torch.sum(x, [2, 3], False, dtype=6)
    mean = torch.div(torch.sum(torch.view(sums, [t, groups, c // groups]), [2]), n)                         # [T, groups]
    square = torch.div(torch.sum(torch.view(squares, [t, groups, c // groups]), [2]), n)
    deviation = torch.rsqrt(torch.add(torch.clamp_min(torch.sub(square, torch.square(mean)), 0.), 1e-6))
    scale = torch.mul(torch.repeat_interleave(deviation, c // groups, 1), weight)                           # [T, C]
    shift = torch.sub(bias, torch.mul(torch.repeat_interleave(mean, c // groups, 1), scale))
    y = torch.addcmul(torch.view(shift, [t, c, 1, 1]), x, torch.view(scale, [t, c, 1, 1]), value=1, out=torch.empty_like(x))
  return y


def norm(x: Tensor, w: Dict[str, Tensor], p: str, groups: int) -> Tensor:
  return __torch__.group_norm(x, w[p + ".weight"], w[p + ".bias"], groups)


def resnet(x: Tensor, w: Dict[str, Tensor], p: str, memory: Dict[str, Tensor], more: bool, groups: int) -> Tensor:
  y = torch.silu_(__torch__.norm(x, w, p + ".norm1", groups))
  y = __torch__.conv(y, w, p + ".conv1", memory, more, 1, 1, 1)
  y = torch.silu_(__torch__.norm(y, w, p + ".norm2", groups))
  y = __torch__.conv(y, w, p + ".conv2", memory, more, 1, 1, 1)
  if (p + ".conv_shortcut.weight") in w:
    x = __torch__.conv(x, w, p + ".conv_shortcut", memory, more, 1, 1, 0)
  return torch.add_(y, x)                                                         # [T, C', H, W]


def resnets(x: Tensor, w: Dict[str, Tensor], p: str, memory: Dict[str, Tensor], more: bool, groups: int) -> Tensor:
  i = 0
  while (p + ".resnets." + str(i) + ".norm1.weight") in w:
    x = __torch__.resnet(x, w, p + ".resnets." + str(i), memory, more, groups)
    i = i + 1
  return x


# One head over the positions of each frame; at most `scores` products of queries and keys at once.
def attention(x: Tensor, w: Dict[str, Tensor], p: str, groups: int, scores: int) -> Tensor:
  t, c, h, wide = x.size(0), x.size(1), x.size(2), x.size(3)
  n = torch.flatten(torch.permute(__torch__.norm(x, w, p + ".group_norm", groups), [0, 2, 3, 1]), 1, 2)   # [T, H * W, C]
  q = torch.linear(n, w[p + ".to_q.weight"], w[p + ".to_q.bias"])
  k = torch.linear(n, w[p + ".to_k.weight"], w[p + ".to_k.bias"])
  v = torch.linear(n, w[p + ".to_v.weight"], w[p + ".to_v.bias"])
  rows = ops.prim.max(1, scores // (h * wide))
  results = annotate(List[Tensor], [])
  for frame in range(t):
    key = torch.view(torch.select(k, 0, frame), [1, 1, h * wide, c])
    value = torch.view(torch.select(v, 0, frame), [1, 1, h * wide, c])
    for query in torch.split(torch.view(torch.select(q, 0, frame), [1, 1, h * wide, c]), rows, 2):
      results.append(torch.scaled_dot_product_attention(query, key, value))      # [1, 1, rows, C]
  y = torch.view(torch.cat(results, 2), [t, h, wide, c])
  y = torch.linear(y, w[p + ".to_out.0.weight"], w[p + ".to_out.0.bias"])
  return torch.permute(y, [0, 3, 1, 2]) + x                                       # [T, C, H, W]


def middle(x: Tensor, w: Dict[str, Tensor], p: str, memory: Dict[str, Tensor], more: bool, groups: int, scores: int) -> Tensor:
  x = __torch__.resnet(x, w, p + ".resnets.0", memory, more, groups)
  x = __torch__.attention(x, w, p + ".attentions.0", groups, scores)
  return __torch__.resnet(x, w, p + ".resnets.1", memory, more, groups)


# Halves height and width, and time where its kernel has three frames: T = 2n + 1 -> n + 1, in later slices 2n -> n.
def downsample(x: Tensor, w: Dict[str, Tensor], p: str, memory: Dict[str, Tensor], more: bool) -> Tensor:
  stride_t = (w[p + ".weight"].size(2) + 1) // 2
  x = torch.constant_pad_nd(x, [0, 1, 0, 1])                                      # [T, C, H + 1, W + 1]
  return __torch__.conv(x, w, p, memory, more, stride_t, 2, 0)                    # [T', C, H / 2, W / 2]


# Doubles height and width, and time where upscale_conv has r = 2 sets of channels; the first frame of a clip stays one.
def upsample(x: Tensor, w: Dict[str, Tensor], p: str, memory: Dict[str, Tensor], more: bool) -> Tensor:
  starts = not (p + ".conv") in memory
  y = __torch__.conv(x, w, p + ".upscale_conv", memory, more, 1, 1, 0)            # [T, 4 * r * C, H, W]
  t, c, h, wide = x.size(0), x.size(1), x.size(2), x.size(3)
  r = y.size(1) // (4 * c)
  y = torch.view(torch.permute(y, [0, 2, 3, 1]), [t, h, wide, 2, 2, r, c])
  y = torch.permute(y, [0, 5, 1, 3, 2, 4, 6])                                     # [T, r, H, 2, W, 2, C]
  kept = annotate(List[Tensor], [])
  for frame in range(t):
    for k in range(r):
      if not (starts and frame == 0 and k == 1):
        kept.append(torch.select(torch.select(y, 0, frame), 0, k))
  y = torch.view(torch.stack(kept), [len(kept), 2 * h, 2 * wide, c])
  return __torch__.conv(torch.permute(y, [0, 3, 1, 2]), w, p + ".conv", memory, more, 1, 1, 1)   # [T', C, 2 * H, 2 * W]


def last(x: Tensor, w: Dict[str, Tensor], p: str, memory: Dict[str, Tensor], more: bool, groups: int) -> Tensor:
  y = torch.silu_(__torch__.norm(x, w, p + ".conv_norm_out", groups))
  return __torch__.conv(y, w, p + ".conv_out", memory, more, 1, 1, 1)


# Weights of a checkpoint, of which bfloat16 and 8-bit floats come as bytes [..., 2] and [..., 1], lower byte first: `values` are
# the float32 that each pattern of bits stands for.
def numbers(floats: Dict[str, Tensor], bytes: Dict[str, Tensor], values: Tensor) -> Dict[str, Tensor]:
  w = annotate(Dict[str, Tensor], {})
  for key in floats.keys():
    w[key] = floats[key]
  for key in bytes.keys():
    x = bytes[key].to(3)
    bits = torch.select(x, -1, 0)
    if x.size(-1) == 2:
      bits = bits + torch.select(x, -1, 1) * 256
    w[key] = torch.view(torch.index_select(values, 0, torch.flatten(bits)), bits.size())
  return w


# How much a tile counts along one axis: ramps up where another lies before it and down where one follows.
def ramps(size: int, overlap: int, first: bool, last: bool, like: Tensor) -> Tensor:
  weight = torch.ones([size], dtype=6, layout=None, device=like.device)
  n = overlap if size > overlap else size - 1
  up = torch.linspace(0.0, 1.0, overlap, dtype=6, layout=None, device=like.device)
  up = torch.narrow((1.0 - torch.cos(up * 3.141592653589793)) * 0.5, 0, 0, n)
  if not first:
    torch.copy_(torch.narrow(weight, 0, 0, n), up)
  if not last:
    torch.copy_(torch.narrow(weight, 0, size - n, n), 1.0 - up)
  return weight


class M(Module):
  # An empty memory, for a clip.
  def memory(self: __torch__.M) -> Dict[str, Tensor]:
    return annotate(Dict[str, Tensor], {})

  # Weights in the type they run in, those of norms in float32, convolutions with channels last; flat kernels of older files get their time axis.
  def prepare(self: __torch__.M, floats: Dict[str, Tensor], bytes: Dict[str, Tensor], values: Tensor, dtype: int) -> Dict[str, Tensor]:
    w = __torch__.numbers(floats, bytes, values)
    prepared = annotate(Dict[str, Tensor], {})
    for key in w.keys():
      x = w[key].to(6 if ops.aten.find(key, "norm", 0, -1) >= 0 else dtype)
      if x.dim() == 4:
        x = torch.unsqueeze(x, 2)
      if x.dim() == 5:
        x = torch.contiguous(x, memory_format=3)
      prepared[key] = x
    return prepared

  # For one frame: it is its own past, so the taps of a kernel add up, and of two frames upsampled only the first is kept.
  def collapse(self: __torch__.M, w: Dict[str, Tensor]) -> Dict[str, Tensor]:
    flat = annotate(Dict[str, Tensor], {})
    for key in w.keys():
      x = w[key]
      if x.dim() == 5 and x.size(2) > 1:
        x = torch.contiguous(torch.sum(x, [2], True, dtype=6).to(x.dtype), memory_format=3)
      flat[key] = x
    for key in w.keys():
      if ops.aten.endswith(key, ".upscale_conv.weight"):
        x, bias = w[key], ops.aten.replace(key, ".weight", ".bias", -1)
        c = x.size(1)
        r = x.size(0) // (4 * c)
        flat[key] = torch.flatten(torch.select(torch.reshape(x, [4, r, c, c, 1, 1, 1]), 1, 0), 0, 1)
        flat[bias] = torch.flatten(torch.select(torch.view(w[bias], [4, r, c]), 1, 0))
    return flat

  # One part of the encoder: conv_in, down_blocks.0 and on, mid_block, conv_out. Frames [T, 3, H, W] in -1 to 1 become [T', 2 * Z, H / 8, W / 8].
  def encode(self: __torch__.M, w: Dict[str, Tensor], part: str, x: Tensor, memory: Dict[str, Tensor], more: bool, groups: int, scores: int) -> Tensor:
    p = "encoder." + part
    if part == "conv_in":
      x = torch.contiguous(x.to(w[p + ".weight"].dtype), memory_format=2)
      y = __torch__.conv(x, w, p, memory, more, 1, 1, 1)
    elif part == "mid_block":
      y = __torch__.middle(x, w, p, memory, more, groups, scores)
    elif part == "conv_out":
      y = __torch__.last(x, w, "encoder", memory, more, groups)
    else:
      y = __torch__.resnets(x, w, p, memory, more, groups)
      if (p + ".downsamplers.0.conv.weight") in w:
        y = __torch__.downsample(y, w, p + ".downsamplers.0.conv", memory, more)
    return y

  # One part of the decoder: conv_in, mid_block, up_blocks.0 and on, conv_out. Frames [T, Z, H, W] become [T', 3, 8 * H, 8 * W].
  def decode(self: __torch__.M, w: Dict[str, Tensor], part: str, x: Tensor, memory: Dict[str, Tensor], more: bool, groups: int, scores: int) -> Tensor:
    p = "decoder." + part
    if part == "conv_in":
      x = torch.contiguous(x.to(w[p + ".weight"].dtype), memory_format=2)
      y = __torch__.conv(x, w, p, memory, more, 1, 1, 1)
    elif part == "mid_block":
      y = __torch__.middle(x, w, p, memory, more, groups, scores)
    elif part == "conv_out":
      y = __torch__.last(x, w, "decoder", memory, more, groups).to(6)
    else:
      y = __torch__.resnets(x, w, p, memory, more, groups)
      if (p + ".upsamplers.0.conv.weight") in w:
        y = __torch__.upsample(y, w, p + ".upsamplers.0", memory, more)
    return y

  # The latent of a clip from encoder outputs [T, 2 * Z, H, W] and a standard normal draw [1, Z, T, H, W]; scaled, channels last.
  def sample(self: __torch__.M, encoded: Tensor, noise: Tensor, scale: float) -> Tensor:
    mean, logvar = torch.chunk(encoded.to(6), 2, 1)
    deviation = torch.exp(torch.clamp(logvar, -30.0, 20.0) * 0.5)
    z = mean + deviation * __torch__.frames(noise)                                # [T, Z, H, W]
    return torch.contiguous(torch.permute(z, [0, 2, 3, 1])) * scale               # [T, H, W, Z]

  def scaled(self: __torch__.M, z: Tensor, scale: float) -> Tensor:
    return torch.permute(__torch__.frames(z), [0, 2, 3, 1]) * scale               # [1, Z, T, H, W] to [T, H, W, Z]

  # Latent frames for the decoder: n of [T, H, W, Z] from a first one.
  def latent(self: __torch__.M, z: Tensor, first: int, n: int, scale: float) -> Tensor:
    return torch.permute(torch.narrow(z, 0, first, n) / scale, [0, 3, 1, 2])      # [n, Z, H, W]

  def join(self: __torch__.M, parts: List[Tensor]) -> Tensor:
    return torch.cat(parts)                                                       # [T, ...]

  # Part of x along two neighbouring axes from `axis`: where each begins and how long it is.
  def cut(self: __torch__.M, x: Tensor, rows: List[int], columns: List[int], axis: int) -> Tensor:
    return torch.narrow(torch.narrow(x, axis, rows[0], rows[1]), axis + 1, columns[0], columns[1])

  # Sums for tiles like x.
  def canvas(self: __torch__.M, x: Tensor, height: int, width: int) -> Tensor:
    return torch.zeros([x.size(0), x.size(1), height, width], dtype=6, layout=None, device=x.device)

  def canvas_weight(self: __torch__.M, x: Tensor, height: int, width: int) -> Tensor:
    return torch.zeros([1, 1, height, width], dtype=6, layout=None, device=x.device)

  # Adds a tile [T, C, h, w]; rows and columns: where it begins, whether it is the first, the last; overlaps along both.
  def add_tile(self: __torch__.M, sum: Tensor, weight: Tensor, tile: Tensor, rows: List[int], columns: List[int], overlaps: List[int]) -> Tensor:
    h, w = tile.size(2), tile.size(3)
    along_y = __torch__.ramps(h, overlaps[0], rows[1] == 1, rows[2] == 1, tile)
    along_x = __torch__.ramps(w, overlaps[1], columns[1] == 1, columns[2] == 1, tile)
    share = torch.view(torch.outer(along_y, along_x), [1, 1, h, w])
    torch.add_(torch.narrow(torch.narrow(sum, 2, rows[0], h), 3, columns[0], w), tile * share)
    return torch.add_(torch.narrow(torch.narrow(weight, 2, rows[0], h), 3, columns[0], w), share)

  def blended(self: __torch__.M, sum: Tensor, weight: Tensor) -> Tensor:
    return sum / torch.clamp(weight, 1e-6)

  # Building blocks by themselves, for comparison with reference values; clips [1, C, T, H, W].
  def group_norm(self: __torch__.M, clip: Tensor, weight: Tensor, bias: Tensor, groups: int) -> Tensor:
    return __torch__.clip(__torch__.group_norm(__torch__.frames(clip), weight, bias, groups))

  # Whether the norm of frames [T, C, H, W] that lie with channels last lies so too: a convolution on a GPU would copy it otherwise.
  def norm_keeps_channels_last(self: __torch__.M, frames: Tensor, weight: Tensor, bias: Tensor, groups: int) -> bool:
    y = __torch__.group_norm(torch.contiguous(frames, memory_format=2), weight, bias, groups)
    return torch.is_contiguous(y, memory_format=2)

  def conv(self: __torch__.M, w: Dict[str, Tensor], p: str, clip: Tensor, memory: Dict[str, Tensor], stride_t: int, pad: int) -> Tensor:
    return __torch__.clip(__torch__.conv(__torch__.frames(clip), w, p, memory, True, stride_t, 1, pad))

  def in_type(self: __torch__.M, x: Tensor, dtype: int) -> Tensor:
    return x.to(dtype)

  def convolve_frames(self: __torch__.M, seen: Tensor, weight: Tensor, bias: Tensor, stride_t: int, stride: int, pad: int, most: int) -> Tensor:
    return __torch__.convolve_frames(seen, weight, bias, stride_t, stride, pad, most)

  def downsample(self: __torch__.M, w: Dict[str, Tensor], p: str, clip: Tensor, memory: Dict[str, Tensor]) -> Tensor:
    return __torch__.clip(__torch__.downsample(__torch__.frames(clip), w, p + ".conv", memory, True))

  def upsample(self: __torch__.M, w: Dict[str, Tensor], p: str, clip: Tensor, memory: Dict[str, Tensor]) -> Tensor:
    return __torch__.clip(__torch__.upsample(__torch__.frames(clip), w, p, memory, True))

  def frames_of(self: __torch__.M, clip: Tensor) -> Tensor:
    return __torch__.frames(clip)

  # Frames first, first to last.
  def clip_of(self: __torch__.M, frames: Tensor) -> Tensor:
    return torch.contiguous(__torch__.clip(frames))

  # Mean and log-variance of clips.
  def moments(self: __torch__.M, encoded: Tensor) -> Tuple[Tensor, Tensor]:
    mean, logvar = torch.chunk(encoded, 2, 1)
    return torch.contiguous(__torch__.clip(mean)), torch.contiguous(torch.clamp(__torch__.clip(logvar), -30.0, 20.0))

  def narrow(self: __torch__.M, x: Tensor, axis: int, first: int, count: int) -> Tensor:
    return torch.narrow(x, axis, first, count)

  def plain(self: __torch__.M, x: Tensor) -> Tensor:
    return torch.contiguous(x)
