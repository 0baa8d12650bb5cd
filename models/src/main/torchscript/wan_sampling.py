# A step of any solver is a weighted sum of latents.


class M(Module):
  # float32 tensors of one shape, weights float64 [n]
  def combined(self: __torch__.M, tensors: List[Tensor], weights: Tensor) -> Tensor:
    y = torch.mul(tensors[0], weights[0])
    for i in range(1, len(tensors)):
      y = torch.add_(y, torch.mul(tensors[i], weights[i]))
    return y

  # For comparison with reference tensors. x, c [C, T, H, W], W [C, C]
  def toy_velocity(self: __torch__.M, x: Tensor, W: Tensor, c: Tensor, t: float) -> Tensor:
    y = torch.reshape(torch.mm(W, torch.flatten(x, 1)), x.size())
    return torch.add(y, c, alpha=0.3 + t / 1000.)
