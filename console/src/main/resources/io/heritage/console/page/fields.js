// The fields of each kind of job, as docs/restore.md and docs/interpolate.md have them. Only what differs from the
// server's default is sent, but for `output` and `format`, which say how the result is written.

/**
 * @typedef {object} Field
 * @property {string} name in `input`; its label
 * @property {'choice' | 'integer' | 'number' | 'text'} type
 * @property {unknown} initial the server's default
 * @property {[value: unknown, label: string][]} [choices]
 * @property {boolean} [advanced] folded away
 */

const choices = (...values) => values.map((value) => (Array.isArray(value) ? value : [value, String(value)]));

/** @type {Record<string, Field[]>} */
export const FIELDS = {
  interpolate: [
    { name: 'resolution', label: 'Shorter side', type: 'choice', initial: 640, choices: choices([480, '480 px'], [640, '640 px'], [720, '720 px'], [1080, '1080 px']) },
    { name: 'frame_length', label: 'Frames to make', type: 'integer', initial: 65, min: 17, max: 129, help: '17 to 129' },
    { name: 'interpolation', label: 'Times', type: 'choice', initial: 2, choices: choices([1, '1: as made'], [2, '2: doubled'], [4, '4: fourfold']) },
    { name: 'output', label: 'Result', type: 'choice', initial: 'mp4', always: true, choices: choices(['mp4', 'Video, mp4'], ['webm', 'Video, WebM'], ['frames', 'Pictures, PNG']) },
    { name: 'positive_prompt', label: 'Prompt', type: 'text', initial: '', wan: true, help: 'What should happen. Only Wan reads it.' },
    { name: 'seed', label: 'Seed', type: 'integer', initial: 0, min: 0, advanced: true, help: '0 draws one' },
    { name: 'steps', label: 'Steps', type: 'integer', initial: 8, min: 4, max: 20, advanced: true, wan: true, help: 'Only Wan: 4 to 20' },
    { name: 'negative_prompt', label: 'Negative prompt', type: 'text', initial: '', advanced: true, wan: true, help: 'Only Wan, with guidance' },
  ],
  restore: [
    { name: 'model', label: 'Model', type: 'choice', initial: '', choices: choices(['', 'as the server has it'], ['seedvr2_3b', 'SeedVR2 3B'], ['seedvr2_7b', 'SeedVR2 7B'], ['seedvr2_7b/sharp', 'SeedVR2 7B sharp']) },
    { name: 'res_w', label: 'Width', type: 'integer', initial: 720, min: 16, max: 16384, help: 'With the height the number of pixels; the aspect ratio is kept' },
    { name: 'res_h', label: 'Height', type: 'integer', initial: 1280, min: 16, max: 16384 },
    { name: 'seed', label: 'Seed', type: 'integer', initial: 666, min: 0 },
    { name: 'format', label: 'Video as', type: 'choice', initial: '', choices: choices(['', 'mp4'], ['webm', 'WebM']) },
    { name: 'fit', label: 'Size', type: 'choice', initial: 'area', advanced: true, choices: choices(['area', 'as many pixels'], ['exact', 'exactly width × height']) },
    { name: 'colour_fix', label: 'Colours', type: 'choice', initial: 'wavelet', advanced: true, choices: choices('wavelet', 'lab', 'adain', 'hsv', 'wavelet_adaptive', 'none') },
    { name: 'sample_steps', label: 'Sampling steps', type: 'integer', initial: 1, min: 1, max: 1000, advanced: true },
    { name: 'cfg_scale', label: 'Guidance', type: 'number', initial: 1, min: 0, max: 100, advanced: true, help: '1 needs no second pass' },
    { name: 'cfg_rescale', label: 'Guidance rescale', type: 'number', initial: 0, min: 0, max: 1, advanced: true },
    { name: 'precision', label: 'Precision', type: 'choice', initial: 'auto', advanced: true, choices: choices('auto', 'fp32', 'bf16', 'fp16') },
    { name: 'deinterlace', label: 'Interlaced video', type: 'choice', initial: 'auto', advanced: true, choices: choices(['auto', 'remove combs'], ['off', 'keep as it is']) },
    { name: 'crf', label: 'Video quality (crf)', type: 'integer', initial: '', min: 0, max: 51, advanced: true, help: '0 is best; empty: 18 for mp4, 24 for WebM' },
    { name: 'bit_depth', label: 'Bits', type: 'choice', initial: 8, advanced: true, choices: choices([8, '8'], [10, '10: few browsers play it as mp4']) },
  ],
};

/** Places for files. */
export const SLOTS = {
  interpolate: [
    { field: 'start_image_base64', label: 'Start picture', accept: 'image/*' },
    { field: 'end_image_base64', label: 'End picture', accept: 'image/*' },
  ],
  restore: [{ field: 'media', label: 'Picture or video', accept: 'image/*,video/*', many: true }],
};

export const initialValues = (kind) => Object.fromEntries(FIELDS[kind].map((field) => [field.name, field.initial]));

/** @returns {string} what is wrong with a value; empty if nothing is */
export function problemOf(field, value) {
  if (field.type !== 'integer' && field.type !== 'number') return '';
  if (value === '' && field.initial === '') return '';
  const n = Number(value);
  if (value === '' || !Number.isFinite(n)) return 'A number is expected.';
  if (field.type === 'integer' && !/^\d+$/.test(String(value))) return 'A whole number is expected.';
  if ((field.min != null && n < field.min) || (field.max != null && n > field.max)) {
    return field.max == null ? `At least ${field.min}.` : `${field.min} to ${field.max}.`;
  }
  return '';
}

/** `input` without its media. */
export function inputOf(kind, values) {
  const input = {};
  for (const field of FIELDS[kind]) {
    const value = values[field.name];
    if (String(value) === String(field.initial) && !field.always) continue;
    if (value === '') continue;
    if (field.name === 'model') {
      const [type, variant] = value.split('/');
      input.model_type = type;
      if (variant) input.model_variant = variant;
    } else {
      // A seed may have 64 bits, which a number of JavaScript has not: it goes as text.
      const isNumber = (field.type === 'integer' || field.type === 'number') && Math.abs(Number(value)) <= Number.MAX_SAFE_INTEGER;
      input[field.name] = isNumber ? Number(value) : value;
    }
  }
  return input;
}

/** The form of an `input` that was sent once. */
export function valuesOf(kind, input) {
  const values = initialValues(kind);
  for (const field of FIELDS[kind]) {
    if (input?.[field.name] != null) values[field.name] = input[field.name];
  }
  if (kind === 'restore' && input?.model_type) values.model = input.model_type + (input.model_variant === 'sharp' ? '/sharp' : '');
  if (kind === 'interpolate' && input && !input.output) values.output = 'frames';
  return values;
}
