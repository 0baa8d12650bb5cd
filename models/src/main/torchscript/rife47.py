# RIFE 4.7: Real-Time Intermediate Flow Estimation for Video Frame Interpolation (Huang et al., ECCV 2022, arXiv 2011.06294).
# Reference: github.com/hzwer/Practical-RIFE, model 4.7. Checkpoint rife47.pth: 124 tensors, 5 325 012 numbers.
#
# H, W   size of a frame; P, Q the same, padded right and bottom to multiples of 64
# K      scale of a block: 8, 4, 2, 1; h = P / K, v = Q / K are its height and width
# C      channels of a block: 192, 128, 96, 64 in the checkpoint
# pair   [2, 7, P, Q]: each frame's image (3 channels, 0 to 1) and features (4)
# flow   [1, 4, P, Q] in pixels: x, y into the first frame, x, y into the second
# pixels [1, 2, P, Q]: x and y of every pixel, -1 to 1; unit [1, 2, 1, 1]: one pixel of x and of y in that measure
#
# Images, flow and warping are float32. The blocks' convolutions run in the type that `prepare` gave their weights, but
# for the last: its output is flow, which would lose a part of a pixel in bfloat16.


def conv(x: Tensor, w: Dict[str, Tensor], key: str, stride: int) -> Tensor:
  weight = w[key + ".weight"]
  bias = w[key + ".bias"]
  if weight.is_mkldnn:
    y = ops.mkldnn._convolution_pointwise(x, weight, bias, [1, 1], [stride, stride], [1, 1], 1, "none", annotate(List[Optional[number]], []), "")
  else:
    y = torch.conv2d(x, weight, bias, [stride, stride], [1, 1], [1, 1], 1)
  return y


# With leaky ReLU, in one pass where oneDNN holds the weights.
def conv_leaky(x: Tensor, w: Dict[str, Tensor], key: str, stride: int) -> Tensor:
  weight = w[key + ".weight"]
  bias = w[key + ".bias"]
  if weight.is_mkldnn:
    y = ops.mkldnn._convolution_pointwise(x, weight, bias, [1, 1], [stride, stride], [1, 1], 1, "leaky_relu", annotate(List[Optional[number]], [0.2]), "")
  else:
    y = torch.leaky_relu_(torch.conv2d(x, weight, bias, [stride, stride], [1, 1], [1, 1], 1), 0.2)
  return y


# Transposed: doubles height and width.
def conv_doubling(x: Tensor, w: Dict[str, Tensor], key: str) -> Tensor:
  weight = w[key + ".weight"]
  bias = w[key + ".bias"]
  if weight.is_mkldnn:
    y = ops.mkldnn._convolution_transpose_pointwise(x, weight, bias, [1, 1], [0, 0], [2, 2], [1, 1], 1, "none", annotate(List[Optional[number]], []), "")
  else:
    y = torch.conv_transpose2d(x, weight, bias, [2, 2], [1, 1], [0, 0], 1, [1, 1])
  return y


# Half-pixel centres, no antialiasing.
def resize(x: Tensor, height: int, width: int) -> Tensor:
  return torch.upsample_bilinear2d(x, [height, width], False, None)


# The 2x2 pixels in the middle of each K x K square: bilinear reduction by K is their mean, so it needs no others.
def centres(x: Tensor, K: int) -> Tensor:
  if K > 2:
    squares = torch.view(x, [x.size(0), x.size(1), x.size(2) // K, K, x.size(3) // K, K])
    first = K // 2 - 1
    middle = squares[:, :, :, first:first + 2, :, first:first + 2]                            # [N, C, h, 2, v, 2]
    y = torch.reshape(middle, [x.size(0), x.size(1), 2 * (x.size(2) // K), 2 * (x.size(3) // K)])
  else:
    y = x
  return y


# Samples images [2, C, P, Q] at pixels moved by the flow; coordinates are clamped to the border. The result has the flow's size.
def warp(images: Tensor, pixels: Tensor, unit: Tensor, flow: Tensor) -> Tensor:
  moves = torch.reshape(flow, [flow.size(0) * flow.size(1) // 2, 2, flow.size(2), flow.size(3)])
  grid = torch.permute(torch.addcmul(pixels, moves, unit), [0, 2, 3, 1])                      # [2, p, q, 2]
  return torch.grid_sampler(images, grid, 0, 1, True)                                          # [2, C, p, q]


def plane(value: float, like: Tensor) -> Tensor:
  return torch.full([1, 1, like.size(2), like.size(3)], value, dtype=6, layout=None, device=like.device, pin_memory=None)


# x [1, 15 or 20, h, v] at the block's scale. Result [1, 5, h, v]: 4 of flow in pixels / K, 1 of mask.
def block(w: Dict[str, Tensor], i: int, x: Tensor) -> Tensor:
  b = "block" + str(i)
  x = torch.to(torch.contiguous(x, memory_format=2), w[b + ".conv0.0.0.bias"].dtype)           # channels last
  x = __torch__.conv_leaky(x, w, b + ".conv0.0.0", 2)                                          # [1, C / 2, h / 2, v / 2]
  x = __torch__.conv_leaky(x, w, b + ".conv0.1.0", 2)                                          # [1, C, h / 4, v / 4]
  for j in range(8):
    x = __torch__.conv_leaky(x, w, b + ".convblock." + str(j) + ".conv", 1)                    # residual: see prepare
  x = torch.to(x, w[b + ".lastconv.0.bias"].dtype)
  y = __torch__.conv_doubling(x, w, b + ".lastconv.0")                                         # [1, 20, h / 2, v / 2]
  return torch.pixel_shuffle(y, 2)                                                             # [1, 5, h, v]


# image [1, 3, P, Q]
def features(w: Dict[str, Tensor], image: Tensor) -> Tensor:
  x = __torch__.conv(torch.contiguous(image, memory_format=2), w, "encode.0", 2)               # [1, 16, P / 2, Q / 2]
  return __torch__.conv_doubling(x, w, "encode.1")                                             # [1, 4, P, Q]


# The whole network but for the blend's 8 bits: [3, H, W], 0 to 1.
def blend(pair: Tensor, pixels: Tensor, unit: Tensor, flow: Tensor, mask: Tensor, height: int, width: int) -> Tensor:
  warped = __torch__.warp(pair[:, 0:3], pixels[:, :, 0:height, 0:width], unit, flow[:, :, 0:height, 0:width])
  m = torch.sigmoid(mask[0, :, 0:height, 0:width])                                             # [1, H, W]
  return torch.add(torch.mul(warped[0], m), torch.mul(warped[1], torch.rsub(m, 1)))            # [3, H, W]


# oneDNN's own layout of a 3x3 kernel for inputs [1, C, height, width]; for another size it would convert it at every call.
def packed(weight: Tensor, stride: int, height: int, width: int) -> Tensor:
  return ops.mkldnn._reorder_convolution_weight(weight, [1, 1], [stride, stride], [1, 1], 1, [1, weight.size(1), height, width])


def packed_doubling(weight: Tensor, height: int, width: int) -> Tensor:
  return ops.mkldnn._reorder_convolution_transpose_weight(weight, [1, 1], [0, 0], [2, 2], [1, 1], 1, [1, weight.size(0), height, width])


class M(Module):
  # Weights by checkpoint key, ready to run: the blocks' convolutions in `dtype`, but for the last.
  # leaky(conv(x) * beta + x) becomes leaky(conv(x)), its kernel scaled by beta, with 1 added where a channel meets itself.
  # The last convolutions lose the sixth channel of their shuffled output, which the network does not use.
  def prepare(self: __torch__.M, w: Dict[str, Tensor], dtype: int) -> Dict[str, Tensor]:
    p = annotate(Dict[str, Tensor], {})
    for k in ["encode.0.weight", "encode.0.bias", "encode.1.weight", "encode.1.bias"]:
      p[k] = torch.to(w[k], 6, False, True)
    for i in range(4):
      b = "block" + str(i)
      for k in [".conv0.0.0.weight", ".conv0.0.0.bias", ".conv0.1.0.weight", ".conv0.1.0.bias"]:
        p[b + k] = torch.to(w[b + k], dtype, False, True)
      for j in range(8):
        r = b + ".convblock." + str(j)
        beta = torch.reshape(torch.to(w[r + ".beta"], 6), [-1])                                # [C]
        weight = torch.mul(torch.to(w[r + ".conv.weight"], 6), torch.view(beta, [-1, 1, 1, 1]))
        identity = torch.eye(beta.size(0), dtype=6, layout=None, device=beta.device, pin_memory=None)
        centre = torch.constant_pad_nd(torch.view(identity, [beta.size(0), beta.size(0), 1, 1]), [1, 1, 1, 1], 0)
        p[r + ".conv.weight"] = torch.to(torch.add(weight, centre), dtype)                     # [C, C, 3, 3]
        p[r + ".conv.bias"] = torch.to(torch.mul(torch.to(w[r + ".conv.bias"], 6), beta), dtype)
      last = b + ".lastconv.0"
      p[last + ".weight"] = torch.to(w[last + ".weight"][:, 0:20], 6, False, True)             # [C, 20, 4, 4]
      p[last + ".bias"] = torch.to(w[last + ".bias"][0:20], 6, False, True)
    for k in torch.keys(p):
      if p[k].is_cuda and p[k].dim() == 4:
        p[k] = torch.contiguous(p[k], memory_format=2)                                         # cuDNN would convert them at every frame
    return p

  # The prepared weights as oneDNN wants them for frames of this padded size.
  def laid_out(self: __torch__.M, w: Dict[str, Tensor], P: int, Q: int) -> Dict[str, Tensor]:
    p = torch.copy(w)
    p["encode.0.weight"] = __torch__.packed(w["encode.0.weight"], 2, P, Q)
    p["encode.1.weight"] = __torch__.packed_doubling(w["encode.1.weight"], P // 2, Q // 2)
    for i in range(4):
      b = "block" + str(i)
      h = P // [8, 4, 2, 1][i]
      v = Q // [8, 4, 2, 1][i]
      p[b + ".conv0.0.0.weight"] = __torch__.packed(w[b + ".conv0.0.0.weight"], 2, h, v)
      p[b + ".conv0.1.0.weight"] = __torch__.packed(w[b + ".conv0.1.0.weight"], 2, h // 2, v // 2)
      for j in range(8):
        k = b + ".convblock." + str(j) + ".conv.weight"
        p[k] = __torch__.packed(w[k], 1, h // 4, v // 4)
      p[b + ".lastconv.0.weight"] = __torch__.packed_doubling(w[b + ".lastconv.0.weight"], h // 4, v // 4)
    return p

  # What does not depend on the frames: pixels and unit.
  def coordinates(self: __torch__.M, height: int, width: int, like: Tensor) -> Tuple[Tensor, Tensor]:
    y = torch.linspace(-1., 1., height, dtype=6, layout=None, device=like.device, pin_memory=None)
    x = torch.linspace(-1., 1., width, dtype=6, layout=None, device=like.device, pin_memory=None)
    rows = torch.expand(torch.view(y, [height, 1]), [height, width])
    columns = torch.expand(torch.view(x, [1, width]), [height, width])
    pixels = torch.unsqueeze(torch.stack([columns, rows], 0), 0)                               # [1, 2, P, Q]
    one = torch.ones([1, 1, 1, 1], dtype=6, layout=None, device=like.device, pin_memory=None)
    unit = torch.cat([torch.mul(one, 2. / (width - 1)), torch.mul(one, 2. / (height - 1))], 1) # [1, 2, 1, 1]
    return (pixels, unit)

  # rgb uint8 [H, W, 3]. Result [1, 7, P, Q]: half of a pair.
  def encode(self: __torch__.M, w: Dict[str, Tensor], rgb: Tensor, pad_height: int, pad_width: int) -> Tensor:
    planes = torch.to(torch.contiguous(torch.permute(rgb, [2, 0, 1])), 6)                      # [3, H, W]
    return self.encode_picture(w, torch.div(planes, 255.), pad_height, pad_width)

  # The same of a frame that is not cut to 8 bits, float32 [3, H, W], 0 to 1.
  def encode_picture(self: __torch__.M, w: Dict[str, Tensor], picture: Tensor, pad_height: int, pad_width: int) -> Tensor:
    image = torch.unsqueeze(torch.constant_pad_nd(picture, [0, pad_width, 0, pad_height], 0), 0)
    return torch.cat([image, __torch__.features(w, image)], 1)                                 # [1, 7, P, Q]

  def pair(self: __torch__.M, first: Tensor, second: Tensor) -> Tensor:
    return torch.cat([first, second], 0)                                                       # [2, 7, P, Q]

  # Block 0, K = 8: the first flow, and mask [1, 1, P, Q].
  def first_flow(self: __torch__.M, w: Dict[str, Tensor], pair: Tensor, t: float) -> Tuple[Tensor, Tensor]:
    P = pair.size(2)
    Q = pair.size(3)
    x = __torch__.resize(__torch__.centres(pair, 8), P // 8, Q // 8)                           # [2, 7, h, v]
    tau = __torch__.plane(t, x)
    x = torch.cat([x[0:1, 0:3], x[1:2, 0:3], x[0:1, 3:7], x[1:2, 3:7], tau], 1)                # [1, 15, h, v]
    y = __torch__.resize(__torch__.block(w, 0, x), P, Q)                                       # [1, 5, P, Q]
    return (torch.mul(y[:, 0:4], 8), y[:, 4:5])

  # Blocks 1, 2, 3, K = 4, 2, 1: adds to the flow, replaces the mask.
  def refined_flow(self: __torch__.M, w: Dict[str, Tensor], i: int, pair: Tensor, pixels: Tensor, unit: Tensor, flow: Tensor, mask: Tensor, t: float) -> Tuple[Tensor, Tensor]:
    K = [8, 4, 2, 1][i]
    P = pair.size(2)
    Q = pair.size(3)
    F = __torch__.centres(flow, K)
    x = __torch__.warp(pair, __torch__.centres(pixels, K), unit, F)                            # [2, 7, 2 h, 2 v]
    F = torch.div(F, float(K))
    tau = __torch__.plane(t, F)
    x = torch.cat([x[0:1, 0:3], x[1:2, 0:3], x[0:1, 3:7], x[1:2, 3:7], tau, __torch__.centres(mask, K), F], 1)
    if K > 1:
      x = __torch__.resize(x, P // K, Q // K)                                                  # [1, 20, h, v]
    y = __torch__.block(w, i, x)
    if K > 1:
      y = __torch__.resize(y, P, Q)                                                            # [1, 5, P, Q]
    return (torch.add(flow, y[:, 0:4], alpha=K), y[:, 4:5])

  # Writes the frame into rgb, uint8 [H, W, 3], cut off at 8 bits and not rounded, as the reference does.
  def write_frame(self: __torch__.M, pair: Tensor, pixels: Tensor, unit: Tensor, flow: Tensor, mask: Tensor, rgb: Tensor) -> None:
    y = __torch__.blend(pair, pixels, unit, flow, mask, rgb.size(0), rgb.size(1))
    y = torch.to(torch.clamp_(torch.mul_(y, 255), 0, 255), 0)
    _0 = torch.copy_(rgb, torch.permute(y, [1, 2, 0]))

  def frame(self: __torch__.M, pair: Tensor, pixels: Tensor, unit: Tensor, flow: Tensor, mask: Tensor, height: int, width: int) -> Tensor:
    return __torch__.blend(pair, pixels, unit, flow, mask, height, width)

  # For comparison with reference tensors: blocks between full-size input and output, as the paper draws them.
  def whole_first_block(self: __torch__.M, w: Dict[str, Tensor], x: Tensor) -> Tuple[Tensor, Tensor]:
    y = __torch__.block(w, 0, __torch__.resize(x, x.size(2) // 8, x.size(3) // 8))
    y = __torch__.resize(y, x.size(2), x.size(3))
    return (torch.mul(y[:, 0:4], 8), y[:, 4:5])

  def whole_block(self: __torch__.M, w: Dict[str, Tensor], i: int, x: Tensor, flow: Tensor) -> Tuple[Tensor, Tensor]:
    K = [8, 4, 2, 1][i]
    F = torch.div(flow, float(K))
    small = __torch__.resize(torch.cat([x, F], 1), x.size(2) // K, x.size(3) // K)             # [1, 20, h, v]
    y = __torch__.resize(__torch__.block(w, i, small), x.size(2), x.size(3))
    return (torch.mul(y[:, 0:4], K), y[:, 4:5])

  def image_features(self: __torch__.M, w: Dict[str, Tensor], image: Tensor) -> Tensor:
    return __torch__.features(w, image)

  def warped(self: __torch__.M, image: Tensor, pixels: Tensor, unit: Tensor, flow: Tensor) -> Tensor:
    return __torch__.warp(image, pixels, unit, flow)

  # The network's largest convolution n times in a row: what is reached here is the limit for the whole.
  def largest_convolutions(self: __torch__.M, w: Dict[str, Tensor], P: int, Q: int, n: int) -> Tensor:
    k = "block3.convblock.0.conv"
    bias = w[k + ".bias"]
    x = torch.expand(torch.view(bias, [1, -1, 1, 1]), [1, bias.size(0), P // 4, Q // 4])
    x = torch.contiguous(x, memory_format=2)                                                   # [1, C, P / 4, Q / 4]
    for i in range(n):
      x = __torch__.conv_leaky(x, w, k, 1)
    return x
