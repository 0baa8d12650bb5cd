# SeedVR2: steps from noise to a latent along straight lines (schedule "lerp", velocity prediction).
#
# T, H, W  latent frames, height, width. Latents are float32 [T, H, W, 16]; times run from 1000, noise, to 0, clean.

class M(Module):
  # What the network takes: noisy latent, latent of the input, and a mask that is 1 everywhere.
  def input(self: __torch__.M, x: Tensor, condition: Tensor) -> Tensor:
    mask = torch.ones([x.size(0), x.size(1), x.size(2), 1], dtype=6, layout=None, device=x.device)
    return torch.cat([x, condition, mask], 3)                                     # [T, H, W, 33]

  # x at the earlier time s; at s = 0 the clean latent that v points to.
  def step(self: __torch__.M, x: Tensor, v: Tensor, t: float, s: float) -> Tensor:
    return x - v * ((t - s) / 1000.0)

  # Velocity under guidance; rescaled, its deviation over the channels of a position moves to that of the positive one.
  def guided(self: __torch__.M, positive: Tensor, negative: Tensor, scale: float, rescale: float) -> Tensor:
    v = negative + (positive - negative) * scale
    if rescale != 0.0:
      wanted = torch.std(positive, [-1], correction=1, keepdim=True)              # [..., 1]
      v = v * (wanted / torch.std(v, [-1], correction=1, keepdim=True) * rescale + (1.0 - rescale))
    return v
