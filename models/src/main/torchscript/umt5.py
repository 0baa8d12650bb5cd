# UniMax: Fairer and More Effective Language Sampling (Chung et al., ICLR 2023, arXiv 2304.09151): the encoder of UMT5-XXL.
# Reference: github.com/Wan-Video/Wan2.2, wan/modules/t5.py. Checkpoint: 242 tensors, 5 680 910 336 numbers; keys of single files.
#
# n  tokens of the prompt, the end token included: no others are computed, since they would be masked and their rows are zero
# D  width of the stream (4096);  I  inner width of attention = heads * d (4096);  F  width of the feed-forward network (10240)
#
# The stream, norms and softmax are float32, matrix products run in `dtype`: float16 overflows here, bfloat16 does not.


# y = x weight^T * scale; the layer's weight may be of a narrower type than x.
def linear(x: Tensor, w: Dict[str, Tensor], layer: str) -> Tensor:
  y = torch.linear(x, torch.to(w[layer + ".weight"], x.dtype))
  if (layer + ".weight_scale") in w:
    y = torch.to(torch.mul(y, w[layer + ".weight_scale"]), x.dtype)
  return y


# x / sqrt(mean(x^2) + eps), times the weight; float32.
def rms_norm(x: Tensor, weight: Tensor) -> Tensor:
  mean = torch.mean(torch.square(x), [-1], True)                                       # [..., 1]
  return torch.mul(torch.mul(x, torch.rsqrt(torch.add(mean, 1e-6))), weight)


# [n, I] -> [heads, n, d]
def split_heads(x: Tensor, heads: int) -> Tensor:
  return torch.transpose(torch.view(x, [x.size(0), heads, x.size(1) // heads]), 0, 1)


# buckets int64 [n, n], table [buckets, heads] -> [heads, n, n]
def position_bias(table: Tensor, buckets: Tensor) -> Tensor:
  rows = torch.index_select(table, 0, torch.reshape(buckets, [-1]))                    # [n * n, heads]
  return torch.view(torch.transpose(rows, 0, 1), [table.size(1), buckets.size(0), buckets.size(1)])


# Logits are not divided by sqrt(d).
def attention(h: Tensor, w: Dict[str, Tensor], p: str, buckets: Tensor) -> Tensor:
  table = w[p + ".relative_attention_bias.weight"]
  q = __torch__.split_heads(__torch__.linear(h, w, p + ".q"), table.size(1))           # [heads, n, d]
  k = __torch__.split_heads(__torch__.linear(h, w, p + ".k"), table.size(1))
  v = __torch__.split_heads(__torch__.linear(h, w, p + ".v"), table.size(1))
  logits = torch.to(torch.matmul(q, torch.transpose(k, 1, 2)), 6)
  weights = torch.softmax(torch.add(logits, __torch__.position_bias(table, buckets)), -1)
  y = torch.matmul(torch.to(weights, v.dtype), v)                                      # [heads, n, d]
  y = torch.reshape(torch.transpose(y, 0, 1), [h.size(0), y.size(0) * y.size(2)])      # [n, I]
  return __torch__.linear(y, w, p + ".o")


def feed_forward(h: Tensor, w: Dict[str, Tensor], p: str) -> Tensor:
  gate = torch.gelu(__torch__.linear(h, w, p + ".wi_0"), approximate="tanh")           # [n, F]
  return __torch__.linear(torch.mul(gate, __torch__.linear(h, w, p + ".wi_1")), w, p + ".wo")


class M(Module):
  # One layer, p = "encoder.block.N". x [n, D]
  def layer(self: __torch__.M, w: Dict[str, Tensor], p: str, x: Tensor, buckets: Tensor, dtype: int) -> Tensor:
    h = torch.to(__torch__.rms_norm(x, w[p + ".layer.0.layer_norm.weight"]), dtype)
    x = torch.add(x, torch.to(__torch__.attention(h, w, p + ".layer.0.SelfAttention", buckets), 6))
    h = torch.to(__torch__.rms_norm(x, w[p + ".layer.1.layer_norm.weight"]), dtype)
    return torch.add(x, torch.to(__torch__.feed_forward(h, w, p + ".layer.1.DenseReluDense"), 6))

  def last_norm(self: __torch__.M, w: Dict[str, Tensor], x: Tensor) -> Tensor:
    return __torch__.rms_norm(x, w["encoder.final_layer_norm.weight"])

  # (row - e) * weight + e for each row, e the rows of the empty prompt, zero beyond its own; weights [n], empty [m, D]
  def emphasised(self: __torch__.M, x: Tensor, weights: Tensor, empty: Tensor) -> Tensor:
    e = torch.constant_pad_nd(empty, [0, 0, 0, x.size(0) - empty.size(0)], 0)          # [n, D]
    return torch.add(torch.mul(torch.sub(x, e), torch.unsqueeze(weights, 1)), e)

  def rms_norm(self: __torch__.M, x: Tensor, weight: Tensor) -> Tensor:
    return __torch__.rms_norm(x, weight)

  # For comparison with reference tensors.
  def position_bias(self: __torch__.M, w: Dict[str, Tensor], p: str, buckets: Tensor) -> Tensor:
    return __torch__.position_bias(w[p + ".layer.0.SelfAttention.relative_attention_bias.weight"], buckets)

  def padded(self: __torch__.M, x: Tensor, rows: int) -> Tensor:
    return torch.constant_pad_nd(x, [0, 0, 0, rows - x.size(0)], 0)
