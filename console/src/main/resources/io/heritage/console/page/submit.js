// Uploads what is to be uploaded, then starts one job, or one per file.
import { onKey, post, url } from './api.js';
import { noteJob, state } from './live.js';
import { count } from './format.js';
import { slotsOf } from './fields.js';
import { upload } from './upload.js';
import { rememberInputs } from './viewer.js';

const MOST_TRIES = 2_000;
const NAMED_FAILURES = 5;

/**
 * What has begun and is used again when a batch that was stopped, or a try without an answer, is begun again: uploaded
 * files, and the key that makes the same request the same job. Forgotten when all of a batch is through.
 */
let uploaded = new WeakMap();
let keys = new Map();
onKey(() => {
  uploaded = new WeakMap();
  keys = new Map();
});

/**
 * @param {{kind: string, endpoint: string, input: object, chosen: import('./drafts.js').Chosen[]}} request
 * @param {(progress: {name: string, share: number}[]) => void} onProgress
 * @throws {Error} that says how many jobs were started
 */
export async function submit(request, onProgress, signal) {
  const { endpoint, chosen } = request;
  const groups = slotsOf(request.kind)[0].many ? chosen.map((one) => [one]) : [chosen];
  const shares = new Map(chosen.filter(({ file }) => file).map((one) => [one, 0]));
  const tell = () => onProgress([...shares].map(([{ name }, share]) => ({ name, share })));
  const onShare = (one, share) => {
    shares.set(one, share);
    tell();
  };
  tell();
  const started = [];
  const failures = [];
  for (const group of groups) {
    try {
      signal.throwIfAborted();
      started.push({ group, ...(await submitOne(request, group, onShare, signal)) });
    } catch (e) {
      if (e.name === 'AbortError' && started.length) throw new Error(`Stopped. ${count(started.length)} of ${count(groups.length)} jobs were started and continue. Run starts the others.`);
      if (groups.length === 1 || e.name === 'AbortError') throw e;
      failures.push(`${group[0].name}: ${e.message}`);
    }
  }
  if (failures.length) throw new Error(`${count(started.length)} jobs started, ${count(failures.length)} failed to start. Run tries those again. ${failures.slice(0, NAMED_FAILURES).join(' ')}`);
  started.forEach(({ group, body }) => forgetTry(endpoint, body, group));
  location.hash = started.length === 1 ? `#/jobs/${started[0].id}?endpoint=${encodeURIComponent(endpoint)}` : '#/jobs';
}

/** @returns {Promise<{id: string, body: object}>} */
async function submitOne({ endpoint, input }, group, onShare, signal) {
  const media = await Promise.all(group.map(async (one) => [one.field, await referenceOf(endpoint, one, onShare, signal)]));
  const body = { input: { ...input, ...Object.fromEntries(media) }, policy: { reply: 'links' } };
  const job = await startJob(endpoint, body, signal).catch((e) => {
    // It was refused, so whatever is sent next is another request.
    if (e.status) forgetTry(endpoint, body, group);
    throw e;
  });
  rememberInputs(job.id, group);
  if (!state.jobs.has(job.id)) noteJob(endpoint, { ...job, createdAt: new Date().toISOString() });
  return { id: job.id, body };
}

async function referenceOf(endpoint, one, onShare, signal) {
  if (!one.file) return one.url;
  const known = uploaded.get(one.file);
  const stored = known?.endpoint === endpoint ? known : { ...(await upload(endpoint, one.file, (share) => onShare(one, share), signal)), endpoint };
  uploaded.set(one.file, stored);
  onShare(one, 1);
  return stored.media_ref;
}

const requestId = (endpoint, body) => endpoint + JSON.stringify(body);

/** A second try after a lost answer is made at once. */
async function startJob(endpoint, body, signal) {
  const id = requestId(endpoint, body);
  if (keys.size > MOST_TRIES) keys.delete(keys.keys().next().value);
  if (!keys.has(id)) keys.set(id, Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join(''));
  const send = () => post(url(endpoint, 'run'), body, { 'Idempotency-Key': keys.get(id) }, { signal });
  try {
    return await send();
  } catch (e) {
    if (e.status !== 0) throw e;
    return send();
  }
}

function forgetTry(endpoint, body, group) {
  keys.delete(requestId(endpoint, body));
  group.forEach(({ file }) => file && uploaded.delete(file));
}
