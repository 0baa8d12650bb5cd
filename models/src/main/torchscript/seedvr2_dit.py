# SeedVR2: One-Step Video Restoration via Diffusion Adversarial Post-Training (Wang et al., ICLR 2026, arXiv 2506.05301).
# The diffusion transformer (NaDiT) of github.com/ByteDance-Seed/SeedVR. Checkpoints: seedvr2_ema_7b.pth and its sharp twin,
# 1128 tensors; seedvr2_ema_3b.pth, 635 tensors. They differ in MLP, rope and head; the keys of the weights say which it is.
#
# T, H, W  latent frames, height and width; C channels: 16 noisy latent, 16 low-quality latent, 1 mask
# t, h, w  grid of video tokens: t = T, h = H / 2, w = W / 2;  N = t * h * w video tokens;  l text tokens
# D        width of both streams = heads * d;  d  head width
# n, s     windows of one size, and video tokens in each
#
# Video tokens are kept in window order inside the blocks: windows of one size side by side, rows t, y, x in a window. Each block
# brings them from the order of the block before into its own, and attention is one call a window size.
# Streams and linear layers run in the type of the weights; norms, modulation and rotation in float32 (dtype 6).


# x / sqrt(mean(x^2) + eps) over the last dimension, float32.
def rms(x: Tensor, eps: float) -> Tensor:
  norm = torch.linalg_vector_norm(x, 2, [-1], True, dtype=6)                      # [..., 1]
  return torch.mul(x, torch.rsqrt(torch.square(norm) / x.size(-1) + eps))


# Weights of a layer of one stream: its own, or those both streams share.
def of_stream(w: Dict[str, Tensor], layer: str, stream: str, name: str) -> Tensor:
  own = layer + "." + stream + name
  if own in w:
    found = w[own]
  else:
    found = w[layer + ".all" + name]
  return found


# Scale and shift of slot k (0 attention, 1 MLP); the one of "1 + scale" is in the learned part. e [D, 2, 3].
def modulate(x: Tensor, w: Dict[str, Tensor], p: str, stream: str, slot: str, e: Tensor, k: int) -> Tensor:
  shift = torch.select(torch.select(e, 1, k), 1, 0) + __torch__.of_stream(w, p + ".ada", stream, "." + slot + "_shift")  # [D]
  scale = torch.select(torch.select(e, 1, k), 1, 1) + __torch__.of_stream(w, p + ".ada", stream, "." + slot + "_scale")  # [D]
  return torch.addcmul(shift, x, scale)


# x + gate * y for slot k; the gate is float32 as in the reference, and y is changed in place.
def add_gated(x: Tensor, y: Tensor, w: Dict[str, Tensor], p: str, stream: str, slot: str, e: Tensor, k: int) -> Tensor:
  gate = torch.select(torch.select(e, 1, k), 1, 2) + __torch__.of_stream(w, p + ".ada", stream, "." + slot + "_gate")    # [D]
  return x + torch.mul_(y, gate)


# 7B: GELU, with biases.
def mlp_gelu(x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor) -> Tensor:
  return torch.linear(torch.gelu_(torch.linear(x, w1, b1), approximate="tanh"), w2, b2)


# 3B: SwiGLU, without.
def mlp_swiglu(x: Tensor, gate: Tensor, up: Tensor, down: Tensor) -> Tensor:
  return torch.linear(torch.mul_(torch.silu_(torch.linear(x, gate)), torch.linear(x, up)), down)


def mlp(x: Tensor, w: Dict[str, Tensor], p: str, stream: str) -> Tensor:
  layer = p + ".mlp"
  up = __torch__.of_stream(w, layer, stream, ".proj_in.weight")
  down = __torch__.of_stream(w, layer, stream, ".proj_out.weight")
  if __torch__.is_swiglu(w, p):
    y = __torch__.mlp_swiglu(x, __torch__.of_stream(w, layer, stream, ".proj_in_gate.weight"), up, down)
  else:
    y = __torch__.mlp_gelu(x, up, __torch__.of_stream(w, layer, stream, ".proj_in.bias"), down, __torch__.of_stream(w, layer, stream, ".proj_out.bias"))
  return y


def is_swiglu(w: Dict[str, Tensor], p: str) -> bool:
  return (p + ".mlp.vid.proj_in_gate.weight") in w or (p + ".mlp.all.proj_in_gate.weight") in w


# 3B rope, "mm": integer positions t, y, x times 10000^(-2 i / D'), D' = d / 3, on all three axes.
def mm_angles(at_t: Tensor, at_y: Tensor, at_x: Tensor, d: int) -> Tensor:
  axis = d // 3
  i = torch.arange(0, axis // 2, 1, dtype=6)
  freqs = torch.reciprocal(torch.pow(10000.0, i * 2 / axis))                      # [axis / 2]
  return __torch__.axial_angles(at_t, at_y, at_x, freqs)


# 7B rope, "pixel": positions -1 to 1 across the window times pi times 1 to 128. Angles reach 402: float32, in this order.
def pixel_angles(t: int, h: int, w: int, d: int) -> Tensor:
  freqs = torch.linspace(1.0, 128.0, d // 2 // 3 // 2, dtype=6) * 3.141592653589793
  return __torch__.axial_angles(torch.linspace(-1.0, 1.0, t, dtype=6), torch.linspace(-1.0, 1.0, h, dtype=6), torch.linspace(-1.0, 1.0, w, dtype=6), freqs)


def mm_window_angles(t: int, h: int, w: int, d: int, l: int) -> Tensor:
  at_t = torch.arange(l, l + t, 1, dtype=6)
  return __torch__.mm_angles(at_t, torch.arange(0, h, 1, dtype=6), torch.arange(0, w, 1, dtype=6), d)


def mm_text_angles(d: int, l: int) -> Tensor:
  i = torch.arange(0, l, 1, dtype=6)
  rows = annotate(List[Tensor], [])
  for token in range(l):
    at = torch.narrow(i, 0, token, 1)
    rows.append(__torch__.mm_angles(at, at, at, d))
  return torch.cat(rows)                                                          # [l, pairs]


# Angle of each rotated pair of channels for a grid of positions.
def axial_angles(at_t: Tensor, at_y: Tensor, at_x: Tensor, freqs: Tensor) -> Tensor:
  t, h, w, f = at_t.size(0), at_y.size(0), at_x.size(0), freqs.size(0)
  along_t = torch.expand(torch.view(torch.outer(at_t, freqs), [t, 1, 1, f]), [t, h, w, f])
  along_y = torch.expand(torch.view(torch.outer(at_y, freqs), [1, h, 1, f]), [t, h, w, f])
  along_x = torch.expand(torch.view(torch.outer(at_x, freqs), [1, 1, w, f]), [t, h, w, f])
  return torch.view(torch.cat([along_t, along_y, along_x], 3), [t * h * w, 3 * f])   # [s, pairs]


# Cosine and sine of each pair of a head; pairs without an angle stay as they are.
def rotation(angles: Tensor, d: int) -> Tensor:
  still = d // 2 - angles.size(1)
  cosine = torch.constant_pad_nd(torch.cos(angles), [0, still], 1.0)              # [s, d / 2]
  sine = torch.constant_pad_nd(torch.sin(angles), [0, still], 0.0)                # [s, d / 2]
  return torch.unsqueeze(torch.stack([cosine, sine], 2), 1)                       # [s, 1, d / 2, 2]


# Rotates neighbouring channels as complex numbers. x [N, heads, d] float32, table [N, 1, d / 2, 2].
def rotate(x: Tensor, table: Tensor) -> Tensor:
  n, heads, d = x.size(0), x.size(1), x.size(2)
  pairs = torch.view_as_complex(torch.view(x, [n, heads, d // 2, 2]))
  turned = torch.mul(pairs, torch.view_as_complex(table))                         # [N, heads, d / 2]
  return torch.view(torch.view_as_real(turned), [n, heads, d])


# Queries, keys and values of one stream, [N, heads, d] each; queries and keys normed and rotated.
def qkv(x: Tensor, w: Dict[str, Tensor], p: str, stream: str, table: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  norm_q = __torch__.of_stream(w, p + ".attn.norm_q", stream, ".weight")          # [d]
  norm_k = __torch__.of_stream(w, p + ".attn.norm_k", stream, ".weight")
  weight = __torch__.of_stream(w, p + ".attn.proj_qkv", stream, ".weight")
  d = norm_q.size(0)
  packed = torch.view(torch.linear(x, weight), [x.size(0), 3, weight.size(0) // (3 * d), d])   # [N, 3, heads, d]
  q, k, v = torch.unbind(packed, 1)
  q = __torch__.rotate(__torch__.rms(q, 1e-5) * norm_q, table).to(x.dtype)
  k = __torch__.rotate(__torch__.rms(k, 1e-5) * norm_k, table).to(x.dtype)
  return q, k, v


# The rows of n windows of s tokens from a start, the whole text behind each.
def with_text(x: Tensor, text: Tensor, start: int, n: int, s: int) -> Tensor:
  heads, d = x.size(1), x.size(2)
  video = torch.view(torch.narrow(x, 0, start, n * s), [n, s, heads, d])
  every = torch.expand(torch.unsqueeze(text, 0), [n, text.size(0), heads, d])
  return torch.transpose(torch.cat([video, every], 1), 1, 2)                      # [n, heads, s + l, d]


# Softmax attention in each window together with the text; the text's result is the mean over all windows.
# sizes: n and s of each window size, in window order.
def window_attention(video: Tuple[Tensor, Tensor, Tensor], text: Tuple[Tensor, Tensor, Tensor], sizes: List[int]) -> Tuple[Tensor, Tensor]:
  q, k, v = video
  text_q, text_k, text_v = text
  results = annotate(List[Tensor], [])
  text_sum = torch.zeros_like(text_q, dtype=6)
  start = 0
  windows = 0
  for i in range(len(sizes) // 2):
    n, s = sizes[2 * i], sizes[2 * i + 1]
    y = torch.scaled_dot_product_attention(__torch__.with_text(q, text_q, start, n, s), __torch__.with_text(k, text_k, start, n, s), __torch__.with_text(v, text_v, start, n, s))
    y = torch.transpose(y, 1, 2)                                                  # [n, s + l, heads, d]
    results.append(torch.flatten(torch.narrow(y, 1, 0, s), 0, 1))                 # [n * s, heads, d]
    text_sum = text_sum + torch.sum(torch.narrow(y, 1, s, text_q.size(0)), [0], False, dtype=6)
    start = start + n * s
    windows = windows + n
  return torch.flatten(torch.cat(results), 1), torch.flatten(torch.div(text_sum, windows).to(text_q.dtype), 1)   # [N, D], [l, D]


def project_out(x: Tensor, w: Dict[str, Tensor], p: str, stream: str) -> Tensor:
  layer = p + ".attn.proj_out"
  return torch.linear(x, __torch__.of_stream(w, layer, stream, ".weight"), __torch__.of_stream(w, layer, stream, ".bias"))


# sin and cos of t * 10000^(-i / 128), t from 0 to 1000.
def sinusoid(t: Tensor, width: int) -> Tensor:
  half = width // 2
  i = torch.arange(0, half, 1, dtype=6, layout=None, device=t.device)
  freqs = torch.exp(i * -9.210340371976184 / half)                                # [128]
  angles = torch.outer(t.to(6), freqs)                                            # [n, 128]
  return torch.cat([torch.sin(angles), torch.cos(angles)], 1)                     # [n, 256]


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


class M(Module):
  # Weights in the type they run in; those of norms and modulation in float32.
  def prepare(self: __torch__.M, floats: Dict[str, Tensor], bytes: Dict[str, Tensor], values: Tensor, dtype: int) -> Dict[str, Tensor]:
    w = __torch__.numbers(floats, bytes, values)
    prepared = annotate(Dict[str, Tensor], {})
    for key in w.keys():
      x = w[key]
      if x.dim() == 2 or ops.aten.endswith(key, ".bias"):
        prepared[key] = x.to(dtype)
      else:
        prepared[key] = x.to(6)
    return prepared

  # Time embedding of times [n], each 0 to 1000, read by every block as [D, attention and MLP, shift scale gate]. Keys emb_in.*.
  def time(self: __torch__.M, w: Dict[str, Tensor], t: Tensor) -> Tensor:
    weight = w["emb_in.proj_in.weight"]
    x = __torch__.sinusoid(t, weight.size(1)).to(weight.dtype)                    # [n, 256]
    x = torch.silu(torch.linear(x, weight, w["emb_in.proj_in.bias"]))             # [n, D]
    x = torch.silu(torch.linear(x, w["emb_in.proj_hid.weight"], w["emb_in.proj_hid.bias"]))
    return torch.linear(x, w["emb_in.proj_out.weight"], w["emb_in.proj_out.bias"]).to(6)   # [n, 6 * D]

  def time_at(self: __torch__.M, w: Dict[str, Tensor], t: float) -> Tensor:
    return self.time(w, torch.full([1], t, dtype=6, layout=None, device=w["emb_in.proj_in.weight"].device))   # [1, 6 * D]

  # Both streams: 2x2 latent pixels become a token, text is projected. vid [T, H, W, C], txt [l, 5120].
  def tokens(self: __torch__.M, w: Dict[str, Tensor], vid: Tensor, txt: Tensor) -> Tuple[Tensor, Tensor]:
    t, h, wide, c = vid.size(0), vid.size(1) // 2, vid.size(2) // 2, vid.size(3)
    weight = w["vid_in.proj.weight"]
    assert weight.size(1) == 4 * c, "a token has " + str(4 * c) + " features, vid_in.proj takes " + str(weight.size(1))
    assert txt.size(1) == w["txt_in.weight"].size(1), "text of width " + str(txt.size(1)) + ", txt_in takes " + str(w["txt_in.weight"].size(1))
    x = torch.permute(torch.reshape(vid, [t, h, 2, wide, 2, c]), [0, 1, 3, 2, 4, 5])
    x = torch.reshape(x, [t * h * wide, 4 * c]).to(weight.dtype)                  # [N, 4 * C]
    vid = torch.linear(x, weight, w["vid_in.proj.bias"])                          # [N, D]
    txt = torch.linear(txt.to(weight.dtype), w["txt_in.weight"], w["txt_in.bias"])   # [l, D]
    return vid, txt

  # One block. from_before: the row of vid that each row of this block takes; sizes: see window_attention;
  # table, text_table: see rotate. `last` is the last block, whose text the 3B cuts short.
  def block(self: __torch__.M, w: Dict[str, Tensor], p: str, last: bool, vid: Tensor, txt: Tensor, emb: Tensor, from_before: Tensor, sizes: List[int], table: Tensor, text_table: Tensor) -> Tuple[Tensor, Tensor]:
    e = torch.view(emb, [vid.size(1), 2, 3])
    text_ends = last and __torch__.is_swiglu(w, p)
    vid = torch.index_select(vid, 0, from_before)                                 # [N, D] in this block's order

    a = __torch__.modulate(__torch__.rms(vid, 1e-5), w, p, "vid", "attn", e, 0).to(vid.dtype)
    a_txt = __torch__.rms(txt, 1e-5)
    if not text_ends:
      a_txt = __torch__.modulate(a_txt, w, p, "txt", "attn", e, 0)
    video_qkv = __torch__.qkv(a, w, p, "vid", table)
    text_qkv = __torch__.qkv(a_txt.to(txt.dtype), w, p, "txt", text_table)
    a, a_txt = __torch__.window_attention(video_qkv, text_qkv, sizes)             # [N, D], [l, D]
    vid = __torch__.add_gated(vid, __torch__.project_out(a, w, p, "vid"), w, p, "vid", "attn", e, 0)

    m = __torch__.modulate(__torch__.rms(vid, 1e-5), w, p, "vid", "mlp", e, 1).to(vid.dtype)
    vid = __torch__.add_gated(vid, __torch__.mlp(m, w, p, "vid"), w, p, "vid", "mlp", e, 1)
    if not text_ends:
      txt = __torch__.add_gated(txt, __torch__.project_out(a_txt, w, p, "txt"), w, p, "txt", "attn", e, 0)
      m_txt = __torch__.modulate(__torch__.rms(txt, 1e-5), w, p, "txt", "mlp", e, 1).to(txt.dtype)
      txt = __torch__.add_gated(txt, __torch__.mlp(m_txt, w, p, "txt"), w, p, "txt", "mlp", e, 1)
    return vid, txt

  # The velocity, [T, H, W, 16] float32, for latents of T x H x W. from_before brings tokens back to rows t, y, x.
  # The modulation of the 3B takes the attention slot: an accident of the reference that its weights were trained with.
  def velocity(self: __torch__.M, w: Dict[str, Tensor], vid: Tensor, emb: Tensor, from_before: Tensor, t: int, height: int, width: int) -> Tensor:
    if "vid_out_norm.weight" in w:
      e = torch.view(emb, [vid.size(1), 2, 3])
      shift = torch.select(torch.select(e, 1, 0), 1, 0) + w["vid_out_ada.out_shift"]
      scale = torch.select(torch.select(e, 1, 0), 1, 1) + w["vid_out_ada.out_scale"]
      vid = torch.addcmul(shift, __torch__.rms(vid, 1e-5) * w["vid_out_norm.weight"], scale).to(vid.dtype)
    o = torch.linear(vid, w["vid_out.proj.weight"], w["vid_out.proj.bias"]).to(6)   # [N, 4 * 16]
    o = torch.index_select(o, 0, from_before)
    o = torch.view(o, [t, height // 2, width // 2, 2, 2, o.size(1) // 4])
    return torch.reshape(torch.permute(o, [0, 1, 3, 2, 4, 5]), [t, height, width, o.size(5)])   # [T, H, W, 16]

  # Rope of windows: how often each size comes, then its t, h, w; for the 7B. Computed on the CPU, then where `like` is.
  def pixel_rope(self: __torch__.M, windows: List[int], d: int, like: Tensor) -> Tensor:
    tables = annotate(List[Tensor], [])
    for i in range(len(windows) // 4):
      n, t, h, w = windows[4 * i], windows[4 * i + 1], windows[4 * i + 2], windows[4 * i + 3]
      one = __torch__.rotation(__torch__.pixel_angles(t, h, w, d), d)
      tables.append(torch.repeat(one, [n, 1, 1, 1]))
    return torch.cat(tables).to(like.device)                                      # [N, 1, d / 2, 2]

  # The same for the 3B, whose windows come after the l text tokens in time.
  def mm_rope(self: __torch__.M, windows: List[int], d: int, l: int, like: Tensor) -> Tensor:
    tables = annotate(List[Tensor], [])
    for i in range(len(windows) // 4):
      n, t, h, w = windows[4 * i], windows[4 * i + 1], windows[4 * i + 2], windows[4 * i + 3]
      one = __torch__.rotation(__torch__.mm_window_angles(t, h, w, d, l), d)
      tables.append(torch.repeat(one, [n, 1, 1, 1]))
    return torch.cat(tables).to(like.device)                                      # [N, 1, d / 2, 2]

  # Text of the 3B: token i at i on all axes.
  def mm_text_rope(self: __torch__.M, d: int, l: int, like: Tensor) -> Tensor:
    return __torch__.rotation(__torch__.mm_text_angles(d, l), d).to(like.device)  # [l, 1, d / 2, 2]

  # Text of the 7B is not rotated.
  def still_rope(self: __torch__.M, d: int, l: int, like: Tensor) -> Tensor:
    return __torch__.rotation(torch.zeros([l, 0]), d).to(like.device)             # [l, 1, d / 2, 2]

  # Building blocks by themselves, for comparison with reference values.
  def take(self: __torch__.M, x: Tensor, rows: Tensor) -> Tensor:
    return torch.index_select(x, 0, rows)

  def rms(self: __torch__.M, x: Tensor, weight: Tensor) -> Tensor:
    return __torch__.rms(x, 1e-5) * weight

  # x and y are rounded to dtype, the result comes in float32.
  def add_gated(self: __torch__.M, x: Tensor, y: Tensor, w: Dict[str, Tensor], p: str, stream: str, slot: str, e: Tensor, k: int, dtype: int) -> Tensor:
    return __torch__.add_gated(x.to(dtype), y.to(dtype), w, p, stream, slot, e, k).to(6)

  def mlp_gelu(self: __torch__.M, x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor) -> Tensor:
    return __torch__.mlp_gelu(x, w1, b1, w2, b2)

  def mlp_swiglu(self: __torch__.M, x: Tensor, gate: Tensor, up: Tensor, down: Tensor) -> Tensor:
    return __torch__.mlp_swiglu(x, gate, up, down)

  def sinusoid(self: __torch__.M, t: Tensor, width: int) -> Tensor:
    return __torch__.sinusoid(t, width)

  # A column for each rotated channel; windows as for the ropes.
  def all_pixel_angles(self: __torch__.M, windows: List[int], d: int) -> Tensor:
    angles = annotate(List[Tensor], [])
    for i in range(len(windows) // 4):
      angles.append(__torch__.pixel_angles(windows[4 * i + 1], windows[4 * i + 2], windows[4 * i + 3], d))
    return torch.repeat_interleave(torch.cat(angles), 2, 1)

  def all_mm_angles(self: __torch__.M, windows: List[int], d: int, l: int) -> Tensor:
    angles = annotate(List[Tensor], [])
    for i in range(len(windows) // 4):
      angles.append(__torch__.mm_window_angles(windows[4 * i + 1], windows[4 * i + 2], windows[4 * i + 3], d, l))
    return torch.repeat_interleave(torch.cat(angles), 2, 1)

  def mm_text_angles(self: __torch__.M, d: int, l: int) -> Tensor:
    return torch.repeat_interleave(__torch__.mm_text_angles(d, l), 2, 1)

  def rotate(self: __torch__.M, x: Tensor, table: Tensor) -> Tensor:
    return __torch__.rotate(x, table)
