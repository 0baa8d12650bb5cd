# Transparency of a restored picture, as the widely used port (ComfyUI-SeedVR2, 2.5) enlarges it: along the edges of the picture.
#
# T, H, W  pictures, height, width of the result; alpha [T, 1, h, w] is 0 to 1, RGB [T, 3, H, W] -1 to 1, both float32.


def unit(rgb: Tensor) -> Tensor:
  return torch.clamp(rgb * 0.5 + 0.5, 0.0, 1.0)


# Mean of a square around each pixel. Beyond the picture there are zeros, as in the port, or nothing.
def box(x: Tensor, r: int, zeros: bool) -> Tensor:
  return torch.avg_pool2d(x, [2 * r + 1, 2 * r + 1], [1, 1], [r, r], False, zeros)


# He, Sun, Tang: Guided Image Filtering, ECCV 2010. Both [T, 1, H, W].
def guided_filter(guide: Tensor, x: Tensor, r: int, eps: float, zeros: bool) -> Tensor:
  mean_guide, mean_x = __torch__.box(guide, r, zeros), __torch__.box(x, r, zeros)
  a = (__torch__.box(guide * x, r, zeros) - mean_guide * mean_x) / (__torch__.box(guide * guide, r, zeros) - mean_guide * mean_guide + eps)
  b = mean_x - a * mean_guide
  return __torch__.box(a, r, zeros) * guide + __torch__.box(b, r, zeros)


# Alpha that is nearly all 0 or 1: soft along edges, hard elsewhere. e [T, 1, H, W].
def sharpened(x: Tensor, e: Tensor) -> Tensor:
  z = torch.max_pool2d(e, [3, 3], [1, 1], [1, 1])
  k = torch.clamp(e / 0.25, 0.0, 1.0)
  m = x * (1.0 - k) + torch.sigmoid((x - 0.5) * 12.0) * k
  m = torch.where(z < 0.05, (x > 0.5).to(6), m)
  m = torch.where(z < 0.03, (m > 0.5).to(6), m)
  unsure = torch.logical_and(torch.logical_and(m > 0.3, m < 0.7), e <= 0.15)
  return torch.where(unsure, (m > 0.5).to(6), m)


class M(Module):
  # Edges of RGB, 0 to 1 in steps of a level, [T, 1, H, W]: Sobel of 8-bit grey, by the strongest of the picture.
  def edges(self: __torch__.M, rgb: Tensor) -> Tensor:
    levels = torch.trunc(__torch__.unit(rgb) * 255.0)
    r, g, b = torch.chunk(levels, 3, 1)
    grey = torch.floor((r * 9798.0 + g * 19235.0 + b * 3735.0 + 16384.0) / 32768.0)   # [T, 1, H, W]
    p = torch.reflection_pad2d(grey, [1, 1, 1, 1])
    sobel = torch.tensor([[[[-1.0, 0.0, 1.0], [-2.0, 0.0, 2.0], [-1.0, 0.0, 1.0]]], [[[-1.0, -2.0, -1.0], [0.0, 0.0, 0.0], [1.0, 2.0, 1.0]]]], dtype=6, device=rgb.device)
    slope = torch.sqrt(torch.sum(torch.square(torch.conv2d(p, sobel)), [1], True))
    strongest = torch.amax(slope, [1, 2, 3], True)
    share = torch.where(strongest > 0, slope / torch.where(strongest > 0, strongest, torch.ones_like(strongest)), torch.zeros_like(slope))
    return torch.trunc(share * 255.0) / 255.0                                     # [T, 1, H, W]

  # Alpha of the size of RGB, sharpened where nearly all of the given alpha is 0 or 1.
  def filtered(self: __torch__.M, resized: Tensor, alpha: Tensor, rgb: Tensor, zeros: bool) -> Tensor:
    x = torch.clamp(resized, 0.0, 1.0)                                            # [T, 1, H, W]
    guide = torch.mean(__torch__.unit(rgb), [1], True)
    decided = torch.mean(torch.logical_or(alpha < 0.1, alpha > 0.9).to(6))
    if bool(decided > 0.95):
      x = __torch__.sharpened(__torch__.guided_filter(guide, x, 2, 0.002, zeros), self.edges(rgb))
    else:
      x = __torch__.guided_filter(guide, x, 3, 0.002, zeros)
    return torch.clamp(x, 0.0, 1.0)

  # As the port does it.
  def enlarge(self: __torch__.M, alpha: Tensor, rgb: Tensor) -> Tensor:
    x = alpha
    if alpha.size(2) != rgb.size(2) or alpha.size(3) != rgb.size(3):
      x = torch._upsample_bicubic2d_aa(alpha, [rgb.size(2), rgb.size(3)], False)
    return self.filtered(x, alpha, rgb, True)

  # Alpha of that part of the resized picture that was restored, where a border keeps the alpha it has.
  # Bytes: picture alpha [1, 1, h, w], restored [1, H, W, 3]; host takes [1, 1, H, W].
  def write_part(self: __torch__.M, picture: Tensor, restored: Tensor, height: int, width: int, top: int, left: int, host: Tensor) -> Tensor:
    alpha = picture.to(6) / 255.0
    rgb = torch.contiguous(torch.permute(restored, [0, 3, 1, 2])).to(6) / 127.5 - 1.0   # [1, 3, H, W]
    x = alpha
    if alpha.size(2) != height or alpha.size(3) != width:
      x = torch._upsample_bicubic2d_aa(alpha, [height, width], False)             # [1, 1, height, width]
    x = torch.narrow(torch.narrow(x, 2, top, rgb.size(2)), 3, left, rgb.size(3))
    return torch.copy_(host, torch.round(self.filtered(x, alpha, rgb, False) * 255.0).to(0))
