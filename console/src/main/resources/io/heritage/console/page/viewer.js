// What a job has to look at: its inputs, its result, and a thumbnail.
import { html, useEffect, useMemo, useRef, useState } from './ui.js';
import { get, onKey, renewTicket, serves, showable, url } from './api.js';
import './compare.js';

const THUMBNAIL_PIXELS = 96;

/** A server that keeps inputs also makes pictures of frames. */
const hasFrames = () => serves('input');

/** Files that this tab has sent, by job: shown at once, and where the server keeps no inputs. */
const sent = new Map();
const MOST_SENT = 20;
onKey(() => sent.clear());

/** @param {import('./drafts.js').Chosen[]} files in the order of the fields */
export function rememberInputs(job, files) {
  sent.set(job, files);
  if (sent.size > MOST_SENT) sent.delete(sent.keys().next().value);
}

export const sentInputs = (id) => sent.get(id);

const frameUrl = (job, what, n, k, max) =>
  url(job.endpoint, `${what}/${encodeURIComponent(job.id)}/${n}/frame/${k}` + (max ? `?max=${max}` : ''));

/** Two at a time: a page of thumbnails leaves connections for the rest, and the server makes no more of them at once. */
const THUMBNAILS_AT_ONCE = 2;
const thumbnails = { busy: 0, waiting: [] };

/** @returns {Promise<() => void>} gives the turn back */
async function thumbnailTurn() {
  if (thumbnails.busy >= THUMBNAILS_AT_ONCE) await new Promise((resolve) => thumbnails.waiting.push(resolve));
  else thumbnails.busy++;
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    const next = thumbnails.waiting.shift();
    if (next) next();
    else thumbnails.busy--;
  };
}

async function loadThumbnail(address, isWanted) {
  const giveBack = await thumbnailTurn();
  try {
    if (!isWanted()) return '';
    const image = new Image();
    image.src = await showable(address);
    await image.decode();
    return image.src;
  } finally {
    giveBack();
  }
}

/** A small picture of a job, where the server makes one. */
export function Thumbnail({ job }) {
  const [address, setAddress] = useState('');
  const what = job.status === 'COMPLETED' ? 'output' : 'input';
  const there = hasFrames() && !job.error && (what === 'output' ? job.outputs : job.inputs) > 0;
  useEffect(() => {
    if (!there) return;
    let gone = false;
    const load = () => loadThumbnail(frameUrl(job, what, 0, 0, THUMBNAIL_PIXELS), () => !gone);
    load()
      .catch((e) => (!gone && renewTicket() ? load() : Promise.reject(e)))
      .then((found) => gone || setAddress(found), () => {}); // what is no picture has none
    return () => {
      gone = true;
    };
  }, [job.id, what, there]);
  if (!hasFrames()) return null;
  return html`<span class=${there ? 'thumb' : 'thumb none'} aria-hidden="true">${address && html`<img src=${address} alt="" />`}</span>`;
}

/** Facts of media in a job's JSON, in their order. */
function mediaIn(node, found = [], name = '') {
  if (Array.isArray(node)) node.forEach((element) => mediaIn(element, found, name));
  else if (node && typeof node === 'object') {
    if (typeof node.sha256 === 'string' && typeof node.type === 'string' && typeof node.size === 'number') found.push({ ...node, field: name });
    else Object.entries(node).forEach(([key, value]) => mediaIn(value, found, key));
  }
  return found;
}

/**
 * @param job with its `endpoint`
 * @param details answer of `requests/JOB`
 * @returns {Promise<{inputs: import('./sides.js').Source[], result: null | import('./sides.js').Source}>}
 */
export async function sourcesOf(job, details) {
  const inputs = await inputsOf(job, details);
  const result = details.status === 'COMPLETED' ? await resultOf(job, details) : null;
  // A restoration has as many frames as its input, at the same times.
  const same = (source) => (source.kind === 'video' && !source.count && result?.kind === 'video' ? { ...source, count: result.count, fps: result.fps } : source);
  return { inputs: inputs.map(same), result };
}

/** Those of the server, whose frames are exact; the files that this tab has sent where the server has none. */
async function inputsOf(job, details) {
  const served = await servedInputs(job, details);
  const local = sent.get(job.id)?.filter((file) => file.address) ?? [];
  return served.length ? served : local.map(localSource(job));
}

const LABELS = { start_image_base64: 'Start', start_image_url: 'Start', image: 'Start', image_url: 'Start', end_image_base64: 'End', end_image_url: 'End', last_image: 'End' };

const localSource = (job) => (file, i) => {
  const common = { id: `${job.id}-sent-${i}`, label: LABELS[file.field] ?? 'Input', fps: 0 };
  return file.type.startsWith('video/')
    ? { ...common, kind: 'video', count: 0, at: null, video: file.address }
    : { ...common, kind: 'image', count: 1, at: () => file.address };
};

async function servedInputs(job, details) {
  if (!hasFrames()) return [];
  const { inputs } = await get(url(job.endpoint, `input/${encodeURIComponent(job.id)}`));
  const fields = new Map(mediaIn(details.input).map((facts) => [facts.sha256, facts.field]));
  return inputs.map((facts) => {
    const i = facts.index;
    const common = { id: `${job.id}-input-${i}`, label: LABELS[fields.get(facts.sha256)] ?? 'Input', fps: 0, at: (k) => frameUrl(job, 'input', i, k) };
    return facts.type.startsWith('video/')
      ? { ...common, kind: 'video', count: 0, video: url(job.endpoint, `input/${encodeURIComponent(job.id)}/${i}`) }
      : { ...common, kind: 'image', count: 1 };
  });
}

/** The files of a result, each once, though the output names some of them twice. */
export async function outputsOf(job) {
  const { outputs } = await get(url(job.endpoint, `output/${encodeURIComponent(job.id)}`));
  const seen = new Set();
  return outputs.filter((file) => !seen.has(file.sha256 + file.filename) && seen.add(file.sha256 + file.filename));
}

async function resultOf(job, details) {
  const files = await outputsOf(job);
  if (!files.length) return null;
  const address = (file) => url(job.endpoint, `output/${encodeURIComponent(job.id)}/${file.index}`);
  const facts = { ...details.output?.processing_info, ...details.output?.metadata };
  const common = { id: `${job.id}-result`, label: 'Result', fps: facts.fps ?? 0, files };
  const [first] = files;
  if (first.type.startsWith('video/')) {
    const exact = hasFrames() ? (k) => frameUrl(job, 'output', first.index, k) : null;
    return { ...common, kind: 'video', count: facts.frame_count ?? facts.frames ?? 0, at: exact, video: address(first) };
  }
  return { ...common, kind: files.length > 1 ? 'frames' : 'image', count: files.length, at: (k) => address(files[k]) };
}

/** The comparison, with its view in the address. */
export function Compare({ a, b, view, onView }) {
  const ref = useRef(null);
  useEffect(() => {
    const element = ref.current;
    element.setView(view);
    const heard = ({ detail }) => onView(detail);
    element.addEventListener('viewchange', heard);
    return () => element.removeEventListener('viewchange', heard);
  }, []);
  useEffect(() => {
    ref.current.setSources(a, b);
  }, [a?.id, b?.id]);
  return html`<media-compare ref=${ref}></media-compare>`;
}

/** The view that an address names; what is not named is as usual. */
export function viewFrom(query) {
  const view = {};
  if (query.has('mode')) view.mode = query.get('mode');
  for (const name of ['frame', 'zoom', 'x', 'y', 'wipe']) {
    const value = Number(query.get(name));
    if (query.has(name) && Number.isFinite(value)) view[name] = value;
  }
  return view;
}

/** What an address says of a view: only what is not as usual. */
export function viewQuery(view) {
  const zoomed = view.zoom > 1.001;
  const short = (n) => String(Math.round(n * 1e4) / 1e4);
  return {
    mode: view.mode === 'wipe' ? '' : view.mode,
    frame: view.frame ? String(view.frame) : '',
    zoom: zoomed ? short(view.zoom) : '',
    x: zoomed ? short(view.x) : '',
    y: zoomed ? short(view.y) : '',
    wipe: Math.abs(view.wipe - 0.5) > 0.001 ? short(view.wipe) : '',
  };
}

export const useSources = (job, details, stamp) => {
  const [sources, setSources] = useState({ inputs: [], result: null, error: null, of: null });
  useEffect(() => {
    if (!details) return;
    let gone = false;
    sourcesOf(job, details).then(
      (found) => gone || setSources({ ...found, error: null, of: stamp }),
      (error) => gone || setSources((old) => ({ ...old, error, of: stamp })),
    );
    return () => {
      gone = true;
    };
  }, [job?.id, stamp]);
  return useMemo(() => ({ ...sources, loaded: sources.of === stamp }), [sources, stamp]);
};
