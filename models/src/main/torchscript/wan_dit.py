# Wan: Open and Advanced Large-Scale Video Generative Models (Team Wan, 2025, arXiv 2503.20314), version 2.2, I2V A14B: one expert.
# Reference: github.com/Wan-Video/Wan2.2, wan/modules/model.py. Checkpoint: 1095 tensors, 14 288 901 184 numbers an expert.
#
# T, H, W  latent frames, height and width;  h = H / 2, w = W / 2;  S = T * h * w video tokens
# D        width of the stream = heads * d;  d  head width (128);  F  width of the feed-forward network
# N        rows of text, 512: those beyond the prompt are zero and take part
# e        time embedding [1, D] for the head; e0 [1, 6, D] for the blocks: shift, scale, gate of attention, then of feed-forward
# rope     complex64 [S, 1, d / 2]
#
# The residual stream, norms, modulation, gates, rotation, time embedding, patches and head are float32; the blocks' matrix
# products and attention run in `dtype`. Float8 weights stay so and are widened for their product; their scale comes after it. With
# KEY_scales beside a weight its products run in float8.


# Rows of x as float8 e4m3 [S, in] and what they are multiplied by to be x again, float32 [S, 1].
def float8_rows(x: Tensor) -> Tuple[Tensor, Tensor]:
  rows = torch.flatten(x, 0, x.dim() - 2)                                              # [S, in]
  largest = torch.clamp_min(torch.linalg_vector_norm(rows, float("inf"), [-1], True, dtype=6), 1e-12)
  factor = torch.to(torch.div(448., largest), x.dtype)                                 # [S, 1]
  return (torch.to(torch.mul(rows, factor), 24), torch.reciprocal(torch.to(factor, 6)))


# x weight^T + bias of rows of x; scales [1, out] are the weight's. Hopper multiplies 8 bits as they are and adds the bias before it
# rounds; elsewhere they are widened, which gives the same numbers and gains nothing.
def product_in_float8(rows: Tuple[Tensor, Tensor], x: Tensor, w: Dict[str, Tensor], layer: str) -> Tensor:
  weight = w[layer + ".weight"]
  scales = w[layer + ".weight_scales"]
  if x.is_cuda:
    bias = torch.to(w[layer + ".bias"], 15)
    y = torch._scaled_mm(rows[0], torch.t(weight), rows[1], scales, bias, None, 15, True)  # [S, out]
  else:
    wide = torch.linear(torch.to(rows[0], 6), torch.to(weight, 6))
    y = torch.add(torch.mul(torch.mul(wide, rows[1]), scales), torch.to(w[layer + ".bias"], 6))
  return torch.view(torch.to(y, x.dtype), x.size()[:-1] + [weight.size(0)])


# Rows of x as the products of a layer take them; x itself where they are not in float8. Layers of one input share them.
def rows_for(x: Tensor, w: Dict[str, Tensor], layer: str) -> Tuple[Tensor, Tensor]:
  if (layer + ".weight_scales") in w:
    rows = __torch__.float8_rows(x)
  else:
    rows = (x, x)
  return rows


# y = x weight^T * scale + bias; the layer's weight may be of a narrower type than x.
def linear_of(rows: Tuple[Tensor, Tensor], x: Tensor, w: Dict[str, Tensor], layer: str) -> Tensor:
  if (layer + ".weight_scales") in w:
    y = __torch__.product_in_float8(rows, x, w, layer)
  else:
    y = __torch__.linear_widened(x, w, layer, torch.to(w[layer + ".bias"], x.dtype))
  return y


def linear(x: Tensor, w: Dict[str, Tensor], layer: str) -> Tensor:
  return __torch__.linear_of(__torch__.rows_for(x, w, layer), x, w, layer)


def linear_widened(x: Tensor, w: Dict[str, Tensor], layer: str, bias: Tensor) -> Tensor:
  weight = torch.to(w[layer + ".weight"], x.dtype)
  if (layer + ".weight_scale") in w:
    product = torch.mul(torch.linear(x, weight), w[layer + ".weight_scale"])
    y = torch.add(torch.to(product, x.dtype), bias)
  else:
    y = torch.linear(x, weight, bias)
  return y


# x / sqrt(mean(x^2) + eps) over the whole last dimension, times the weight; float32.
def rms_norm(x: Tensor, weight: Tensor) -> Tensor:
  length = torch.linalg_vector_norm(x, 2, [-1], True, dtype=6)                         # [..., 1], without a wide copy of x
  mean = torch.div(torch.square(length), float(x.size(-1)))
  return torch.mul(torch.mul(x, torch.rsqrt(torch.add(mean, 1e-6))), weight)


def layer_norm(x: Tensor, weight: Optional[Tensor], bias: Optional[Tensor]) -> Tensor:
  return torch.layer_norm(x, [x.size(-1)], weight, bias, 1e-6)


# LN(x) * (1 + scale) + shift, rows shift and scale of the modulation m [1, 6 or 2, D].
def modulated(x: Tensor, m: Tensor, shift: int, scale: int) -> Tensor:
  weight = torch.flatten(torch.add(m[:, scale:scale + 1], 1))                          # [D]
  return __torch__.layer_norm(x, weight, torch.flatten(m[:, shift:shift + 1]))


# [1, S, D] -> [1, heads, S, d]
def split_heads(x: Tensor, heads: int) -> Tensor:
  return torch.transpose(torch.view(x, [1, x.size(1), heads, x.size(2) // heads]), 1, 2)


# Turns neighbouring pairs of each head by the angles of their token; float32.
def rotated(x: Tensor, rope: Tensor, heads: int) -> Tensor:
  pairs = torch.view(x, [x.size(1), heads, x.size(2) // heads // 2, 2])                # [S, heads, d / 2, 2]
  turned = torch.view_as_real(torch.mul(torch.view_as_complex(pairs), rope))
  return torch.view(turned, [1, x.size(1), x.size(2)])                                 # [1, S, D]


# No mask. cudnn asks for that kernel by name, which fails where there is none: attention_difference tells beforehand.
def attention(q: Tensor, k: Tensor, v: Tensor, heads: int, cudnn: bool) -> Tensor:
  q = __torch__.split_heads(q, heads)                                                  # [1, heads, S, d]
  k = __torch__.split_heads(k, heads)
  v = __torch__.split_heads(v, heads)
  if cudnn:
    y = (ops.aten._scaled_dot_product_cudnn_attention(q, k, v, None, False, 0., False, False))[0]
  else:
    y = torch.scaled_dot_product_attention(q, k, v, None, 0., False)
  return torch.reshape(torch.transpose(y, 1, 2), [1, q.size(2), q.size(1) * q.size(3)])  # [1, S, D]


# a [1, S, D] in the type of the products
def self_attention(a: Tensor, w: Dict[str, Tensor], p: str, rope: Tensor, heads: int, cudnn: bool) -> Tensor:
  rows = __torch__.rows_for(a, w, p + ".q")
  q = __torch__.rms_norm(__torch__.linear_of(rows, a, w, p + ".q"), w[p + ".norm_q.weight"])
  q = torch.to(__torch__.rotated(q, rope, heads), a.dtype)
  k = __torch__.rms_norm(__torch__.linear_of(rows, a, w, p + ".k"), w[p + ".norm_k.weight"])
  k = torch.to(__torch__.rotated(k, rope, heads), a.dtype)
  v = __torch__.linear_of(rows, a, w, p + ".v")
  return __torch__.linear(__torch__.attention(q, k, v, heads, cudnn), w, p + ".o")


# text [1, N, D]
def cross_attention(a: Tensor, w: Dict[str, Tensor], p: str, text: Tensor, heads: int, cudnn: bool) -> Tensor:
  q = torch.to(__torch__.rms_norm(__torch__.linear(a, w, p + ".q"), w[p + ".norm_q.weight"]), a.dtype)
  rows = __torch__.rows_for(text, w, p + ".k")
  k = torch.to(__torch__.rms_norm(__torch__.linear_of(rows, text, w, p + ".k"), w[p + ".norm_k.weight"]), a.dtype)
  v = __torch__.linear_of(rows, text, w, p + ".v")
  return __torch__.linear(__torch__.attention(q, k, v, heads, cudnn), w, p + ".o")


def feed_forward(b: Tensor, w: Dict[str, Tensor], p: str) -> Tensor:
  hidden = torch.gelu_(__torch__.linear(b, w, p + ".ffn.0"), approximate="tanh")       # [1, S, F]
  return __torch__.linear(hidden, w, p + ".ffn.2")


# x + y * gate, in place
def add_gated(x: Tensor, y: Tensor, m: Tensor, gate: int) -> Tensor:
  return torch.addcmul_(x, y, m[:, gate:gate + 1])                                     # y is widened as it is read


# Angles of n pairs along one axis: position * 10000^(-k / n); float64.
def angles(positions: int, n: int) -> Tensor:
  omega = torch.pow(10000., torch.div(torch.arange(0, n, 1, dtype=7), -float(n)))      # [n]
  return torch.outer(torch.arange(0, positions, 1, dtype=7), omega)                    # [positions, n]


class M(Module):
  # Rotation of every token in the order frame, row, column; of a head's pairs a third each is for row and column.
  def rope(self: __torch__.M, T: int, h: int, w: int, d: int, like: Tensor) -> Tensor:
    third = d // 2 // 3
    first = d // 2 - 2 * third
    at_t = torch.expand(torch.view(__torch__.angles(T, first), [T, 1, 1, first]), [T, h, w, first])
    at_h = torch.expand(torch.view(__torch__.angles(h, third), [1, h, 1, third]), [T, h, w, third])
    at_w = torch.expand(torch.view(__torch__.angles(w, third), [1, 1, w, third]), [T, h, w, third])
    angle = torch.reshape(torch.cat([at_t, at_h, at_w], 3), [T * h * w, 1, d // 2])
    return torch.to(torch.complex(torch.to(torch.cos(angle), 6), torch.to(torch.sin(angle), 6)), like.device)

  # cos and sin of t * 10000^(-j / half), cos first. float64: angles reach 1000. [1, width], float32
  def sinusoid(self: __torch__.M, t: float, width: int) -> Tensor:
    half = width // 2
    omega = torch.pow(10000., torch.div(torch.arange(0, half, 1, dtype=7), -float(half)))
    angle = torch.unsqueeze(torch.mul(omega, t), 0)
    return torch.to(torch.cat([torch.cos(angle), torch.sin(angle)], 1), 6)

  # e [1, D] and e0 [1, 6, D]; keys time_embedding.*, time_projection.1
  def time(self: __torch__.M, w: Dict[str, Tensor], t: float) -> Tuple[Tensor, Tensor]:
    first = w["time_embedding.0.weight"]
    s = torch.to(self.sinusoid(t, first.size(1)), first.device)
    e = __torch__.linear(torch.silu(__torch__.linear(s, w, "time_embedding.0")), w, "time_embedding.2")
    e0 = __torch__.linear(torch.silu(e), w, "time_projection.1")                       # [1, 6 * D]
    return (e, torch.view(e0, [1, 6, e.size(1)]))

  # rows [n, width of text], n <= N; the zero rows up to N meet the biases and become others. Keys text_embedding.*
  def text(self: __torch__.M, w: Dict[str, Tensor], rows: Tensor, N: int, dtype: int) -> Tensor:
    c = torch.unsqueeze(torch.to(torch.constant_pad_nd(rows, [0, 0, 0, N - rows.size(0)], 0), dtype), 0)
    return __torch__.linear(torch.gelu(__torch__.linear(c, w, "text_embedding.0"), approximate="tanh"), w, "text_embedding.2")

  # x [16, T, H, W] noisy latent, y [20, T, H, W] mask and conditioning latent. Key patch_embedding; [1, S, D], float32
  def tokens(self: __torch__.M, w: Dict[str, Tensor], x: Tensor, y: Tensor) -> Tensor:
    weight = w["patch_embedding.weight"]                                               # [D, 36, 1, 2, 2]
    latent = torch.unsqueeze(torch.to(torch.cat([x, y], 0), 6), 0)                     # [1, 36, T, H, W]
    grid = torch.conv3d(latent, weight, w["patch_embedding.bias"], [1, 2, 2], [0, 0, 0], [1, 1, 1], 1)
    return torch.contiguous(torch.transpose(torch.flatten(grid, 2), 1, 2))             # [1, S, D]

  # One block, p = "blocks.N". x [1, S, D] is changed in place.
  def block(self: __torch__.M, w: Dict[str, Tensor], p: str, x: Tensor, e0: Tensor, text: Tensor, rope: Tensor, heads: int, dtype: int, cudnn: bool) -> Tensor:
    m = torch.add(w[p + ".modulation"], e0)                                            # [1, 6, D]
    a = torch.to(__torch__.modulated(x, m, 0, 1), dtype)
    x = __torch__.add_gated(x, __torch__.self_attention(a, w, p + ".self_attn", rope, heads, cudnn), m, 2)
    a = torch.to(__torch__.layer_norm(x, w[p + ".norm3.weight"], w[p + ".norm3.bias"]), dtype)
    x = torch.add_(x, __torch__.cross_attention(a, w, p + ".cross_attn", text, heads, cudnn))
    b = torch.to(__torch__.modulated(x, m, 3, 4), dtype)
    return __torch__.add_gated(x, __torch__.feed_forward(b, w, p), m, 5)

  # [1, S, 4 * 16]: patch row, patch column, channel. Keys head.*; float32
  def head(self: __torch__.M, w: Dict[str, Tensor], x: Tensor, e: Tensor) -> Tensor:
    m = torch.add(w["head.modulation"], torch.unsqueeze(e, 1))                         # [1, 2, D]
    return __torch__.linear(__torch__.modulated(x, m, 0, 1), w, "head.head")

  def unpatchified(self: __torch__.M, o: Tensor, T: int, H: int, W: int) -> Tensor:
    patches = torch.view(o, [T, H // 2, W // 2, 2, 2, o.size(2) // 4])
    return torch.reshape(torch.permute(patches, [5, 0, 1, 3, 2, 4]), [o.size(2) // 4, T, H, W])  # [16, T, H, W]

  # negative + guidance * (positive - negative)
  def guided(self: __torch__.M, negative: Tensor, positive: Tensor, guidance: float) -> Tensor:
    return torch.add(negative, torch.sub(positive, negative), alpha=guidance)

  # How far cuDNN's attention is from libtorch's own choice: largest difference by largest number, for waves between -1 and 1. The
  # number of tokens is no multiple of a kernel's tile.
  def attention_difference(self: __torch__.M, like: Tensor, d: int, dtype: int) -> Tensor:
    heads = 2
    at = torch.to(torch.arange(0, 333 * heads * d, 1, dtype=6), like.device)
    q = torch.view(torch.to(torch.sin(torch.mul(at, 0.7)), dtype), [1, 333, heads * d])
    k = torch.view(torch.to(torch.cos(torch.mul(at, 0.3)), dtype), [1, 333, heads * d])
    v = torch.flip(q, [1])
    plain = torch.to(__torch__.attention(q, k, v, heads, False), 6)
    other = torch.to(__torch__.attention(q, k, v, heads, True), 6)
    return torch.div(torch.max(torch.abs(torch.sub(other, plain))), torch.max(torch.abs(plain)))

  # For comparison with reference tensors: parts of a block and of its norms.
  def rotated(self: __torch__.M, x: Tensor, rope: Tensor, heads: int) -> Tensor:
    return __torch__.rotated(x, rope, heads)

  def real(self: __torch__.M, rope: Tensor) -> Tensor:
    return torch.squeeze(torch.view_as_real(rope), 1)                                  # [S, d / 2, 2]

  def layer_norm(self: __torch__.M, x: Tensor) -> Tensor:
    return __torch__.layer_norm(x, None, None)

  def affine_norm(self: __torch__.M, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
    return __torch__.layer_norm(x, weight, bias)

  def rms_norm(self: __torch__.M, x: Tensor, weight: Tensor) -> Tensor:
    return __torch__.rms_norm(x, weight)

  def self_attention_input(self: __torch__.M, w: Dict[str, Tensor], p: str, x: Tensor, e0: Tensor) -> Tensor:
    return __torch__.modulated(x, torch.add(w[p + ".modulation"], e0), 0, 1)

  def self_attention(self: __torch__.M, w: Dict[str, Tensor], p: str, a: Tensor, rope: Tensor, heads: int) -> Tensor:
    return __torch__.self_attention(a, w, p + ".self_attn", rope, heads, False)

  # x + y * gate of self-attention, in a new tensor
  def after_self_attention(self: __torch__.M, w: Dict[str, Tensor], p: str, x: Tensor, y: Tensor, e0: Tensor) -> Tensor:
    return __torch__.add_gated(torch.clone(x), y, torch.add(w[p + ".modulation"], e0), 2)

  def cross_attention(self: __torch__.M, w: Dict[str, Tensor], p: str, x: Tensor, text: Tensor, heads: int) -> Tensor:
    a = __torch__.layer_norm(x, w[p + ".norm3.weight"], w[p + ".norm3.bias"])
    return __torch__.cross_attention(a, w, p + ".cross_attn", text, heads, False)

  def copied(self: __torch__.M, x: Tensor) -> Tensor:
    return torch.clone(x)

  def sum(self: __torch__.M, x: Tensor, y: Tensor) -> Tensor:
    return torch.add(x, y)

  def feed_forward(self: __torch__.M, w: Dict[str, Tensor], p: str, x: Tensor, e0: Tensor) -> Tensor:
    return __torch__.feed_forward(__torch__.modulated(x, torch.add(w[p + ".modulation"], e0), 3, 4), w, p)
