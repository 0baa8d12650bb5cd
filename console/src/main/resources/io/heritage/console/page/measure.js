// How far two pictures are apart, in numbers.

const MOST_PIXELS = 16_000_000;

/** @param {import('./sides.js').Side} side */
function pixelsOf(side, width, height) {
  const pen = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  const seen = side.still.hidden ? side.video : side.still;
  pen.drawImage(seen, 0, 0, width, height);
  return pen.getImageData(0, 0, width, height).data;
}

/**
 * PSNR over red, green and blue of 8 bits, at the size of `b`; the other is scaled to it.
 *
 * @returns {string}
 */
export function psnr(a, b) {
  const { width, height } = b.size;
  if (!width || width * height > MOST_PIXELS) return 'These pictures are too large to be measured here.';
  const [left, right] = [pixelsOf(a, width, height), pixelsOf(b, width, height)];
  let squares = 0;
  for (let i = 0; i < left.length; i += 4) {
    squares += (left[i] - right[i]) ** 2 + (left[i + 1] - right[i + 1]) ** 2 + (left[i + 2] - right[i + 2]) ** 2;
  }
  const at = `at ${width} × ${height}`;
  if (!squares) return `Identical, ${at}`;
  const mean = squares / (width * height * 3);
  return `PSNR ${(10 * Math.log10(255 ** 2 / mean)).toFixed(2)} dB, ${at}`;
}
