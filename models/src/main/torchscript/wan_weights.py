# Weights of Wan's networks as they are brought to the device: types that DJL lacks come as bytes and are looked up in a table.
# dtype: 6 float32, 15 bfloat16, 5 float16, 24 float8 e4m3fn, 23 float8 e5m2.


class M(Module):
  def empty(self: __torch__.M) -> Dict[str, Tensor]:
    return annotate(Dict[str, Tensor], {})

  def put(self: __torch__.M, w: Dict[str, Tensor], key: str, x: Tensor) -> Dict[str, Tensor]:
    w[key] = x
    return w

  def converted(self: __torch__.M, x: Tensor, dtype: int) -> Tensor:
    return torch.to(x, dtype)

  # bytes uint8 [..., 1 or 2], little-endian; values float32 [256 or 65536] of every pattern of bits.
  def looked_up(self: __torch__.M, bytes: Tensor, values: Tensor, dtype: int) -> Tensor:
    patterns = torch.to(torch.select(bytes, -1, 0), 3)
    if bytes.size(-1) == 2:
      patterns = torch.add(patterns, torch.to(torch.select(bytes, -1, 1), 3), alpha=256)
    found = torch.to(torch.index_select(values, 0, torch.reshape(patterns, [-1])), dtype)
    return torch.reshape(found, patterns.size())

  # A scale of one number or of one a row, as it multiplies a product: [] or [out].
  def scale(self: __torch__.M, x: Tensor) -> Tensor:
    flat = torch.reshape(torch.to(x, 6), [-1])
    if flat.size(0) == 1:
      y = flat[0]
    else:
      y = flat
    return y

  # A scale [], [out] as products in float8 take it, float32 [1, out]; weight [out, in].
  def row_scales(self: __torch__.M, weight: Tensor, scale: Tensor) -> Tensor:
    return torch.contiguous(torch.expand(torch.reshape(scale, [1, -1]), [1, weight.size(0)]))

  # weight * scale; scale [] or [out], weight [out, in]; float32
  def scaled(self: __torch__.M, weight: Tensor, scale: Tensor) -> Tensor:
    if scale.dim() == 1:
      y = torch.mul(torch.to(weight, 6), torch.unsqueeze(scale, 1))
    else:
      y = torch.mul(torch.to(weight, 6), scale)
    return y

  # LoRA: weight + factor * up down. down [rank, in...], up [out, rank...]; trailing sizes of a convolution are flattened.
  def with_low_rank(self: __torch__.M, weight: Tensor, down: Tensor, up: Tensor, factor: float) -> Tensor:
    product = torch.mm(torch.flatten(torch.to(up, 6), 1), torch.flatten(torch.to(down, 6), 1))
    return torch.add(torch.to(weight, 6), torch.reshape(product, weight.size()), alpha=factor)

  def with_difference(self: __torch__.M, weight: Tensor, difference: Tensor, factor: float) -> Tensor:
    return torch.add(torch.to(weight, 6), torch.reshape(torch.to(difference, 6), weight.size()), alpha=factor)

  # The scale that makes the largest number 448, which is the largest of float8 e4m3fn.
  def float8_scale(self: __torch__.M, weight: Tensor) -> Tensor:
    return torch.clamp_min(torch.div(torch.max(torch.abs(weight)), 448.), 1e-12)

  def to_float8(self: __torch__.M, weight: Tensor, scale: Tensor) -> Tensor:
    return torch.to(torch.clamp(torch.div(weight, scale), -448., 448.), 24)

  def float32(self: __torch__.M, x: Tensor) -> Tensor:
    return torch.to(x, 6)
