# SeedVR2: pixels to network input and back; correction of colours towards the input.
# Methods wavelet and adain are of the reference; the others of the widely used port (ComfyUI-SeedVR2, 2.5).
#
# T, H, W  frames, height, width. Frames are float32 [T, 3, H, W] in -1 to 1; content: decoded, style: the network's input.


# A blur of 1 2 1 in both directions, r pixels apart, edges repeated.
def blur(x: Tensor, r: int) -> Tensor:
  h, w = x.size(2), x.size(3)
  p = torch.replication_pad2d(x, [r, r, r, r])                                    # [T, 3, H + 2r, W + 2r]
  p = torch.narrow(p, 3, r, w) * 2.0 + torch.narrow(p, 3, 0, w) + torch.narrow(p, 3, 2 * r, w)   # [T, 3, H + 2r, W]
  return (torch.narrow(p, 2, r, h) * 2.0 + torch.narrow(p, 2, 0, h) + torch.narrow(p, 2, 2 * r, h)) / 16.0


# Low frequencies: five blurs, each twice as wide as the one before, but at most so wide.
def low(x: Tensor, widest: int) -> Tensor:
  r = 1
  for i in range(5):
    x = __torch__.blur(x, ops.prim.min(r, widest))
    r = 2 * r
  return x


# Details of the content, everything else of the style.
def wavelet(content: Tensor, style: Tensor, widest: int) -> Tensor:
  return content - __torch__.low(content, widest) + __torch__.low(style, widest)


def wavelet_limited(content: Tensor, style: Tensor) -> Tensor:
  widest = ops.prim.max(1, ops.prim.min(content.size(2), content.size(3)) // 8)
  return torch.clamp(__torch__.wavelet(content, style, widest), -1.0, 1.0)


def spread(x: Tensor) -> Tensor:
  return torch.sqrt(torch.var(x, [2, 3], correction=1, keepdim=True) + 1e-5)      # [T, 3, 1, 1]


# The k-th smallest value of the content becomes the k-th smallest of the style; any shape, over all values.
def rank_match(content: Tensor, style: Tensor) -> Tensor:
  order = torch.argsort(torch.flatten(content), dim=0, descending=False)
  ranked, _ = torch.sort(torch.flatten(style), dim=0, descending=False)
  n, m = order.size(0), ranked.size(0)
  if n != m:
    at = torch.linspace(0.0, 1.0, n, dtype=6, layout=None, device=content.device) * (m - 1)
    ranked = torch.index_select(ranked, 0, at.to(4))
  matched = torch.scatter(torch.zeros_like(ranked), 0, order, ranked)
  return torch.view(matched, content.size())


# Mixes channels: m [9] row by row.
def mix(x: Tensor, m: List[float]) -> Tensor:
  weight = torch.view(torch.tensor(m, dtype=6, device=x.device), [3, 3, 1, 1])
  return torch.conv2d(x, weight)


# sRGB 0 to 1 to CIE L*a*b* under D65, and back.
def lab(x: Tensor) -> Tensor:
  linear = torch.where(x > 0.04045, torch.pow((x + 0.055) / 1.055, 2.4), x / 12.92)
  xyz = __torch__.mix(linear, [0.4124564 / 0.95047, 0.3575761 / 0.95047, 0.1804375 / 0.95047, 0.2126729, 0.7151522, 0.0721750, 0.0193339 / 1.08883, 0.1191920 / 1.08883, 0.9503041 / 1.08883])
  f = torch.where(xyz > 0.008856451679035631, torch.pow(xyz, 0.3333333333333333), (xyz * 903.2962962962963 + 16.0) / 116.0)
  fx, fy, fz = torch.unbind(f, 1)
  return torch.stack([fy * 116.0 - 16.0, (fx - fy) * 500.0, (fy - fz) * 200.0], 1)


def srgb_of_lab(x: Tensor) -> Tensor:
  l, a, b = torch.unbind(x, 1)
  fy = (l + 16.0) / 116.0
  f = torch.stack([a / 500.0 + fy, fy, fy - b / 200.0], 1)
  xyz = torch.where(f > 0.20689655172413793, torch.pow(f, 3.0), (f * 116.0 - 16.0) / 903.2962962962963)
  linear = __torch__.mix(xyz, [3.2404542 * 0.95047, -1.5371385, -0.4985314 * 1.08883, -0.9692660 * 0.95047, 1.8760108, 0.0415560 * 1.08883, 0.0556434 * 0.95047, -0.2040259, 1.0572252 * 1.08883])
  x = torch.where(linear > 0.0031308, torch.pow(torch.clamp(linear, 0.0031308), 0.4166666666666667) * 1.055 - 0.055, linear * 12.92)
  return torch.clamp(x, 0.0, 1.0)


# -1 to 1 becomes 0 to 1.
def unit(x: Tensor) -> Tensor:
  return torch.clamp(x * 0.5 + 0.5, 0.0, 1.0)


# Hue 0 to 1, saturation and value of RGB 0 to 1.
def hsv(x: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  r, g, b = torch.unbind(x, 1)                                                    # 3 x [T, H, W]
  v = torch.amax(x, [1])
  range_ = v - torch.amin(x, [1])
  divisor = torch.where(range_ > 0, range_, torch.ones_like(range_))
  h = torch.remainder((g - b) / divisor, 6.0)
  h = torch.where(v == g, (b - r) / divisor + 2.0, h)
  h = torch.where(v == b, (r - g) / divisor + 4.0, h)
  h = torch.where(range_ > 0, h / 6.0, torch.zeros_like(h))
  return h, range_ / torch.where(v > 0, v, torch.ones_like(v)), v


def rgb_of_hsv(h: Tensor, s: Tensor, v: Tensor) -> Tensor:
  channels = annotate(List[Tensor], [])
  for n in [5.0, 3.0, 1.0]:
    k = torch.remainder(h * 6.0 + n, 6.0)
    channels.append(v - v * s * torch.clamp(torch.minimum(k, 4.0 - k), 0.0, 1.0))
  return torch.stack(channels, 1)                                                 # [T, 3, H, W]


# Saturation matched by rank inside each of 12 bins of hue; the last bin counts as red as well.
def saturation_match(h: Tensor, s: Tensor, style_h: Tensor, style_s: Tensor) -> Tensor:
  matched = torch.flatten(torch.clone(s))
  for i in range(12):
    inside = torch.flatten(torch.logical_and(h >= i / 12, h < (i + 1) / 12))
    style_inside = torch.flatten(torch.logical_and(style_h >= i / 12, style_h < (i + 1) / 12))
    if i == 0:
      inside = torch.logical_or(inside, torch.flatten(h >= 11 / 12))
      style_inside = torch.logical_or(style_inside, torch.flatten(style_h >= 11 / 12))
    at = torch.flatten(torch.nonzero(inside))
    style_at = torch.flatten(torch.nonzero(style_inside))
    if at.size(0) > 100 and style_at.size(0) > 100:
      content = torch.index_select(torch.flatten(s), 0, at)
      style = torch.index_select(torch.flatten(style_s), 0, style_at)
      matched = torch.index_copy(matched, 0, at, __torch__.rank_match(content, style))
  return torch.view(matched, s.size())


def hsv_match(content: Tensor, style: Tensor) -> Tensor:
  h, s, v = __torch__.hsv(__torch__.unit(content))
  style_h, style_s, _ = __torch__.hsv(__torch__.unit(style))
  return __torch__.rgb_of_hsv(h, __torch__.saturation_match(h, s, style_h, style_s), v) * 2.0 - 1.0


# Saturation of frames in -1 to 1, [T, 1, H, W].
def saturation(x: Tensor) -> Tensor:
  _, s, _ = __torch__.hsv(__torch__.unit(x))
  return torch.unsqueeze(s, 1)


class M(Module):
  # Frames as the network takes them, from uint8 [T, H0, W0, 3]: resized to height x width, then that part of it.
  def prepare(self: __torch__.M, frames: Tensor, height: int, width: int, top: int, left: int, crop_height: int, crop_width: int) -> Tensor:
    x = torch.contiguous(torch.permute(frames, [0, 3, 1, 2])).to(6) / 255.0       # [T, 3, H0, W0]
    if x.size(2) != height or x.size(3) != width:
      x = torch._upsample_bicubic2d_aa(x, [height, width], False)                 # [T, 3, height, width]
    x = torch.narrow(torch.narrow(x, 2, top, crop_height), 3, left, crop_width)
    return (torch.clamp(x, 0.0, 1.0) - 0.5) / 0.5                                 # [T, 3, H, W]

  # The same, black rows and columns added below and right instead of a part taken.
  def prepare_padded(self: __torch__.M, frames: Tensor, height: int, width: int, padded_height: int, padded_width: int) -> Tensor:
    x = self.prepare(frames, height, width, 0, 0, height, width)
    return torch.constant_pad_nd(x, [0, padded_width - width, 0, padded_height - height], -1.0)

  # Little-endian words as bytes, uint8 [T, H0, W0, 6], on the scale of bytes.
  def of_words(self: __torch__.M, frames: Tensor) -> Tensor:
    low, high = torch.unbind(torch.view(frames, [frames.size(0), frames.size(1), frames.size(2), 3, 2]).to(6), 4)
    return (high * 256.0 + low) / 257.0                                           # [T, H0, W0, 3]

  # Part of frames: without those that padded a clip, or rows and columns that padded a frame.
  def part(self: __torch__.M, x: Tensor, frames: int, height: int, width: int) -> Tensor:
    return torch.narrow(torch.narrow(torch.narrow(x, 0, 0, frames), 2, 0, height), 3, 0, width)

  def frames(self: __torch__.M, x: Tensor, first: int, count: int) -> Tensor:
    return torch.narrow(x, 0, first, count)

  def join(self: __torch__.M, parts: List[Tensor]) -> Tensor:
    return torch.cat(parts)

  def copy(self: __torch__.M, x: Tensor) -> Tensor:
    return torch.clone(x)

  # The last frame repeated until there are so many.
  def repeat_last(self: __torch__.M, x: Tensor, frames: int) -> Tensor:
    more = torch.expand(torch.narrow(x, 0, x.size(0) - 1, 1), [frames - x.size(0), x.size(1), x.size(2), x.size(3)])
    return torch.cat([x, more])

  # Bytes [T, H, W, 3], rounded half to even.
  def bytes(self: __torch__.M, x: Tensor) -> Tensor:
    levels = torch.round((torch.clamp(x, -1.0, 1.0) * 0.5 + 0.5) * 255.0).to(0)
    return torch.contiguous(torch.permute(levels, [0, 2, 3, 1]))

  # Bytes of frames into a host tensor [T, H, W, 3].
  def write(self: __torch__.M, x: Tensor, host: Tensor) -> Tensor:
    return torch.copy_(host, self.bytes(x))

  # Little-endian words of frames into a host tensor of bytes [T, H, W, 6].
  def write_words(self: __torch__.M, x: Tensor, host: Tensor) -> Tensor:
    levels = torch.permute(torch.round((torch.clamp(x, -1.0, 1.0) * 0.5 + 0.5) * 65535.0), [0, 2, 3, 1])
    high = torch.floor(levels / 256.0)
    words = torch.stack([levels - high * 256.0, high], 4).to(0)                   # [T, H, W, 3, 2]
    return torch.copy_(host, torch.view(torch.contiguous(words), host.size()))

  # Frames as they are into a host tensor of their shape.
  def to_host(self: __torch__.M, x: Tensor, host: Tensor) -> Tensor:
    return torch.copy_(host, x)

  # Cross-fade of frames both clips have: share of the earlier one by frame, [T].
  def cross_fade(self: __torch__.M, earlier: Tensor, later: Tensor, share: Tensor) -> Tensor:
    s = torch.view(share, [share.size(0), 1, 1, 1])
    return earlier * s + later * (1.0 - s)

  # From tensors of the goldens, and as the VAE takes clips.
  def frames_of_clip(self: __torch__.M, clip: Tensor) -> Tensor:
    return torch.contiguous(torch.transpose(clip, 0, 1))                                            # [3, T, H, W] to [T, 3, H, W] and back

  def wavelet(self: __torch__.M, content: Tensor, style: Tensor) -> Tensor:
    return __torch__.wavelet(content, style, 16)

  def adain(self: __torch__.M, content: Tensor, style: Tensor) -> Tensor:
    normal = (content - torch.mean(content, [2, 3], True)) / __torch__.spread(content)
    return normal * __torch__.spread(style) + torch.mean(style, [2, 3], True)

  def wavelet_port(self: __torch__.M, content: Tensor, style: Tensor) -> Tensor:
    return __torch__.wavelet_limited(content, style)

  # Lightness moved a fifth of the way, colour all of it, ranks over all frames together.
  def lab(self: __torch__.M, content: Tensor, style: Tensor) -> Tensor:
    l, a, b = torch.unbind(__torch__.lab(__torch__.unit(__torch__.wavelet_limited(content, style))), 1)
    style_l, style_a, style_b = torch.unbind(__torch__.lab(__torch__.unit(style)), 1)
    l = l * 0.8 + __torch__.rank_match(l, style_l) * 0.2
    matched = torch.stack([l, __torch__.rank_match(a, style_a), __torch__.rank_match(b, style_b)], 1)
    return __torch__.srgb_of_lab(matched) * 2.0 - 1.0

  def hsv(self: __torch__.M, content: Tensor, style: Tensor) -> Tensor:
    return __torch__.hsv_match(content, style)

  # Wavelet, but matched saturation where the content is more colourful than the style.
  def wavelet_adaptive(self: __torch__.M, content: Tensor, style: Tensor) -> Tensor:
    fixed = __torch__.wavelet_limited(content, style)
    wanted = __torch__.saturation(style)
    share = torch.sigmoid((__torch__.saturation(content) - wanted - 0.15) * 5.0)
    share = torch.where(__torch__.saturation(fixed) - wanted > 0.075, share, torch.zeros_like(share))
    return fixed * (1.0 - share) + __torch__.hsv_match(content, style) * share
