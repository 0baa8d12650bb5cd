// One job: what it does now, what came of it, and why.
import { html, useEffect, useRef, useState, Confirm, Copy, Notice, State, Title, isEnded, replaceQuery, stateLabel } from './ui.js';
import { ApiError, download, get, isPassing, url, useLoaded } from './api.js';
import { noteJob, state, useLive, useNoWorker } from './live.js';
import { bytes, count, duration, range, shortWhen, when } from './format.js';
import { Compare, outputsOf, useSources, viewFrom, viewQuery } from './viewer.js';
import { ProgressLine, batchOf, canRetry, cancelling, retrying } from './jobs.js';
import { editAsNew } from './drafts.js';
import { Timeline } from './timeline.js';
import { Webhook } from './webhook.js';

const DETAILS_EVERY_MILLIS = 1000;
const MOST_TRIES = 10;
const AGAIN_MILLIS = 5000;
const MOST_JSON = 60_000;
const TAB_LABELS = { compare: 'Result', timeline: 'Timeline', settings: 'Settings', webhook: 'Webhook', json: 'JSON' };
const TABS = Object.keys(TAB_LABELS);

export function Job({ id, route }) {
  const endpoints = useLive((s) => s.endpoints);
  useLive((s) => s.jobsVersion);
  const resyncs = useLive((s) => s.resyncs);
  const live = state.jobs.get(id);
  const [details, setDetails] = useState(null);
  const [error, setError] = useState(null);
  const [confirm, setConfirm] = useState(null);
  const lastAsked = useRef(0);
  const [tries, setTries] = useState(0);
  const endpoint = live?.endpoint ?? details?.endpoint ?? route.query.get('endpoint');

  // Events tell that something changed; what exactly is asked for once a second at most.
  const stamp = `${live?.status}|${live?.startedAt}|${live?.progress?.stage}|${live?.retries}|${resyncs}`;
  useEffect(() => {
    let gone = false;
    let timer = 0;
    const load = async () => {
      lastAsked.current = Date.now();
      try {
        const found = await find(id, endpoint, endpoints);
        if (gone) return;
        setDetails(found);
        setError(null);
        noteJob(found.endpoint, summary(found));
      } catch (e) {
        if (gone) return;
        // One that this tab has just begun may not be known yet.
        if (e.status === 404 && live && tries < MOST_TRIES) setTries(tries + 1);
        else setError(e);
        if (isPassing(e)) timer = setTimeout(load, AGAIN_MILLIS);
      }
    };
    timer = setTimeout(load, Math.max(0, lastAsked.current + DETAILS_EVERY_MILLIS - Date.now()));
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [id, stamp, tries]);

  if (!details) {
    return html`<${Title}>Job</${Title}>
      ${error
        ? html`<${Notice} kind="error" title=${error.status === 404 ? 'No such job' : 'Cannot load the job'}>
            ${error.status === 404 ? 'It may have expired, or it may belong to another key.' : error.message}</${Notice}>
            <p><a href="#/jobs">All jobs</a></p>`
        : html`<p class="quiet" role="status">Loading …</p>`}`;
  }
  const job = { ...details, ...(live ?? {}), endpoint: details.endpoint };
  return html`
    <${Title} actions=${html`<${Actions} job=${job} details=${details} setConfirm=${setConfirm} setError=${setError} />`}>
      <span class="quiet">Job</span> <span class="id">${id}</span>
    </${Title}>
    <p class="row state-line"><${State} status=${job.status} /><span class="quiet">${details.endpoint}, submitted <time datetime=${details.createdAt} title=${when(details.createdAt)}>${shortWhen(details.createdAt)}</time></span></p>
    <p class="visually-hidden" aria-live="polite">${stateLabel(job.status)}</p>
    ${error && html`<${Notice} kind="error">${error.message}</${Notice}>`}
    <${Now} job=${job} details=${details} />
    <${Tabs} job=${job} details=${details} route=${route} />
    ${confirm && html`<${Confirm} ...${confirm} onClose=${() => setConfirm(null)} />`}`;
}

const MOST_PAGES = 20;

/** At the endpoint that is known, otherwise at the one whose list has it: each other would answer with an error. */
async function find(id, endpoint, endpoints) {
  const at = endpoint ?? (await endpointOf(id, endpoints));
  return { ...(await get(url(at, `requests/${encodeURIComponent(id)}`))), endpoint: at };
}

/** @throws {ApiError} 404 */
async function endpointOf(id, endpoints) {
  for (const { id: candidate } of endpoints) {
    let cursor = '';
    for (let page = 0; page < MOST_PAGES && cursor !== undefined; page++) {
      const query = new URLSearchParams({ q: id, limit: 1, ...(cursor && { cursor }) });
      const answer = await get(url(candidate, `requests?${query}`));
      if (answer.requests.some((job) => job.id === id)) return candidate;
      ({ cursor } = answer);
    }
  }
  throw new ApiError(404, 'job not found');
}

function summary({ id, status, createdAt, inputs, outputs, startedAt, completedAt, delayTime, executionTime, workerId, retries, progress, partsReady, error }) {
  const all = { id, status, createdAt, inputs, outputs, startedAt, completedAt, delayTime, executionTime, workerId, retries, progress, partsReady, error };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function Actions({ job, details, setConfirm, setError }) {
  const path = `output/${encodeURIComponent(job.id)}`;
  const done = details.status === 'COMPLETED';
  const { value: files = [] } = useLoaded(async () => (done && !batchOf(details.output) ? outputsOf(job) : []), [job.id, done]);
  const [file] = files;
  const save = () => (files.length > 1 ? download(url(job.endpoint, `${path}/zip`), `${job.id}.zip`) : download(url(job.endpoint, `${path}/${file.index}`), file.filename)).catch(setError);
  // What would fail again is better edited.
  const edit = job.status === 'FAILED' && NEEDS_EDITING.includes(details.output?.error_code);
  return html`
    ${!isEnded(job.status) && html`<button type="button" onClick=${() => setConfirm(cancelling([job]))}>Cancel</button>`}
    ${canRetry(job) && html`<button type="button" onClick=${() => setConfirm(retrying([job]))}>Run again</button>`}
    <button type="button" class=${edit ? 'primary' : ''} onClick=${() => editAsNew(job.endpoint, details)}>Edit as new</button>
    <${Copy} text=${() => location.href} large label="Copy link to this view">Copy link</${Copy}>
    ${files.length > 0 && html`<button type="button" class="primary" onClick=${save}>Download${files.length > 1 ? ` ${count(files.length)} files` : html`<span class="wide">(${bytes(file.size)})</span>`}</button>`}`;
}

/** What a job that has not ended does, and what went wrong with one that failed. */
function Now({ job, details }) {
  const batch = [job.progress, details.output].find(batchOf);
  if (batch) return html`<${Batch} id=${job.id} counts=${batch} error=${details.error} />`;
  if (job.status === 'IN_QUEUE') return html`<${Waiting} endpoint=${job.endpoint} outlook=${details.outlook} />`;
  if (job.status === 'IN_PROGRESS') return html`<${Running} job=${job} details=${details} />`;
  if (job.error || details.error) {
    return html`<${Notice} kind="error" title=${job.status === 'TIMED_OUT' ? 'Timed out' : 'The job failed'}>
      <p class="error-full">${details.error ?? job.error}</p>
      <p>${ADVICE[details.output?.error_code] ?? ''}</p>
    </${Notice}>`;
  }
  return null;
}

const BATCH_STATES = { in_queue: 'queued', in_progress: 'running', completed: 'completed', failed: 'failed', cancelled: 'cancelled', timed_out: 'timed out' };

/** Many jobs that were queued with one request. */
function Batch({ id, counts, error }) {
  const some = Object.entries(BATCH_STATES).filter(([state]) => counts[state] > 0);
  return html`<section class="card now"><h2>Batch</h2>
    <${ProgressLine} progress=${counts} />
    <p class="row quiet">${some.map(([state, label]) => html`<span>${count(counts[state])} ${label}</span>`)}</p>
    ${error && html`<p class="error-full">${error}</p>`}
    <p><a href=${`#/jobs?q=${encodeURIComponent(`${id}-b`)}`}>Its jobs</a></p>
  </section>`;
}

const NEEDS_EDITING = ['BAD_INPUT', 'BAD_MEDIA', 'NOT_POSSIBLE'];

const ADVICE = {
  BAD_INPUT: 'The input has to change: edit it as a new job.',
  BAD_MEDIA: 'The file cannot be used: edit it as a new job with another file.',
  NOT_POSSIBLE: 'The message says what to change: edit it as a new job.',
  OUT_OF_MEMORY: 'A smaller size or fewer frames need less memory.',
  EXECUTION_TIMEOUT: 'It ran longer than the executionTimeout of its policy.',
  WORKER_LOST: 'Its worker was lost. Run it again.',
  EXPIRED: 'It waited longer than the ttl of its policy. Check that workers are connected.',
  INTERNAL: 'See the log of the worker.',
};

function Waiting({ endpoint, outlook }) {
  const noWorker = useNoWorker(endpoint);
  return html`<section class="card now"><h2>Waiting</h2>
    <p>${placeOf(outlook)} ${outlook?.wait?.p50 != null ? `It begins in ${range(outlook.wait.p50, outlook.wait.p90)}.` : ''}</p>
    ${outlook?.paused && html`<p>The endpoint is <a href="#/workers">paused</a>: workers start no jobs.</p>`}
    ${noWorker && html`<p>No worker is connected. <a href="#/workers">How to start one</a></p>`}
  </section>`;
}

function placeOf(outlook) {
  if (outlook?.ahead == null) return 'Waiting for a worker.';
  return outlook.ahead === 0 ? 'Next in the queue.' : `Place ${count(outlook.position)} in the queue, ${count(outlook.ahead)} ahead.`;
}

function Running({ job, details }) {
  const left = details.outlook?.left;
  const speed = useSpeed(job);
  return html`<section class="card now"><h2>Running</h2>
    <${ProgressLine} progress=${job.progress} />
    <p class="row quiet">
      ${speed > 0 && html`<span>${speed.toFixed(speed < 10 ? 1 : 0)} frames a second</span>`}
      ${left?.p50 != null && html`<span>${range(left.p50, left.p90)} left</span>`}
      ${job.workerId && html`<span>on <span class="id">${job.workerId}</span></span>`}
    </p>
    <${NewestFrame} job=${job} />
  </section>`;
}

/** Frames a second since the page looks. */
function useSpeed(job) {
  const first = useRef(null);
  const done = job.progress?.frames_done;
  if (done == null) return 0;
  first.current ??= { done, at: performance.now() };
  const seconds = (performance.now() - first.current.at) / 1000;
  return seconds > 1 ? (done - first.current.done) / seconds : 0;
}

/** The last finished frame of a result that comes in parts, one question at a time. */
function NewestFrame({ job }) {
  const [picture, setPicture] = useState(null);
  const shown = useRef(0);
  const busy = useRef(false);
  const ready = job.partsReady ?? 0;
  useEffect(() => {
    if (ready <= shown.current || busy.current || document.hidden) return;
    busy.current = true;
    lastFrame(job, ready - 1)
      .then((found) => {
        shown.current = ready;
        if (!found) return;
        setPicture((old) => {
          if (old) URL.revokeObjectURL(old.address);
          return found;
        });
      }, () => {})
      .finally(() => {
        busy.current = false;
      });
  }, [ready]);
  return picture && html`<figure class="newest"><img src=${picture.address} alt=${`Frame ${picture.frame + 1}`} /><figcaption>Newest frame: ${picture.frame + 1}</figcaption></figure>`;
}

async function lastFrame(job, part) {
  const answer = await get(url(job.endpoint, `stream/${encodeURIComponent(job.id)}?from=${part}&wait=1000`));
  const output = answer.stream.at(-1)?.output;
  if (!output?.frames?.length) return null;
  const bytesOf = Uint8Array.from(atob(output.frames.at(-1)), (c) => c.charCodeAt(0));
  return { address: URL.createObjectURL(new Blob([bytesOf], { type: 'image/png' })), frame: output.first_frame + output.frames.length - 1 };
}

function Tabs({ job, details, route }) {
  const has = { compare: job.status === 'COMPLETED' && !batchOf(details.output), webhook: Boolean(details.webhook) };
  const shown = TABS.filter((tab) => has[tab] ?? true);
  const chosen = shown.includes(route.query.get('tab')) ? route.query.get('tab') : shown[0];
  return html`
    <div class="tabs page-tabs" role="group" aria-label="About this job">
      ${shown.map((tab) => html`<button type="button" aria-pressed=${tab === chosen} onClick=${() => replaceQuery(route, { tab })}>${TAB_LABELS[tab]}</button>`)}
    </div>
    ${chosen === 'compare' && html`<${Result} job=${job} details=${details} route=${route} />`}
    ${chosen === 'timeline' && html`<${Timeline} details=${details} />`}
    ${chosen === 'settings' && html`<${Provenance} details=${details} />`}
    ${chosen === 'webhook' && html`<${Webhook} job=${job} details=${details} />`}
    ${chosen === 'json' && html`<${Raw} details=${details} />`}`;
}

function Result({ job, details, route }) {
  const sources = useSources(job, details, details.status);
  const other = useOther(route.query.get('with'));
  const [choice, setChoice] = useState(route.query.get('a') ?? '');
  const all = [...sources.inputs, ...(other.result ? [{ ...other.result, label: 'Other result' }] : [])];
  const a = all.find((source) => source.id.endsWith(choice) && choice) ?? (other.result ? all.at(-1) : all[0]) ?? null;
  const latest = useRef(route);
  latest.current = route;
  const timer = useRef(0);
  const onView = (view) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => replaceQuery(latest.current, viewQuery(view)), 200);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  if (sources.error) return html`<${Notice} kind="error" title="Cannot show the result">${sources.error.message}</${Notice}>`;
  if (!sources.result) return html`<p class="quiet">${!sources.loaded || details.status !== 'COMPLETED' ? 'Loading …' : 'The result has no pictures or videos. See the JSON tab.'}</p>`;
  return html`
    <${Compare} a=${a ?? sources.result} b=${a ? sources.result : null} view=${viewFrom(route.query)} onView=${onView} />
    <div class="row under">
      ${all.length > 1 && html`<label class="inline">Compare with
        <select value=${a?.id} onChange=${(e) => setChoice(e.target.value)}>${all.map((source) => html`<option value=${source.id}>${source.label}</option>`)}</select></label>`}
      <${OtherJob} job=${job} route=${route} />
    </div>
    ${all.length === 0 && html`<p class="quiet">This server does not keep inputs, so there is nothing to compare the result with. Choose the result of another job.</p>`}`;
}

/** Another result that this one is compared with. */
function useOther(id) {
  const endpoints = useLive((s) => s.endpoints);
  const [found, setFound] = useState(null);
  useEffect(() => {
    setFound(null);
    if (id) find(id, state.jobs.get(id)?.endpoint, endpoints).then(setFound, () => setFound(null));
  }, [id]);
  return useSources(found ?? { id: '' }, id ? found : null, found?.id);
}

function OtherJob({ job, route }) {
  useLive((s) => s.jobsVersion);
  const others = [...state.jobs.values()].filter((j) => j.status === 'COMPLETED' && j.id !== job.id).slice(-50).reverse();
  const chosen = route.query.get('with') ?? '';
  if (!others.length && !chosen) return null;
  return html`<label class="inline">or with the result of
    <select value=${chosen} onChange=${(e) => replaceQuery(route, { with: e.target.value })}>
      <option value="">no other job</option>
      ${chosen && !others.some((j) => j.id === chosen) && html`<option value=${chosen}>${chosen}</option>`}
      ${others.map((j) => html`<option value=${j.id}>${j.id}</option>`)}
    </select></label>`;
}

const MILLIS = ['executionTimeout', 'ttl'];

function Provenance({ details }) {
  return html`<div class="cards">
    <section class="card"><h2>Input</h2><${Facts} value=${details.input} /></section>
    ${details.output && typeof details.output === 'object' && html`<section class="card"><h2>What was done</h2><${Facts} value=${details.output.metadata ?? details.output.processing_info ?? details.output} /></section>`}
    <section class="card"><h2>Policy</h2><${Facts} value=${Object.fromEntries(Object.entries(details.policy).map(([name, v]) => [name, MILLIS.includes(name) ? duration(v) : v]))} /></section>
  </div>`;
}

/** A JSON object as names and values; media as its facts. */
function Facts({ value }) {
  if (!value || typeof value !== 'object') return html`<p>${String(value ?? '')}</p>`;
  return html`<dl class="facts">${Object.entries(value).map(([name, v]) => html`<dt>${name}</dt><dd>${shown(v)}</dd>`)}</dl>`;
}

function shown(value) {
  if (value && typeof value === 'object') {
    if (value.sha256 && value.size) return html`<span>${value.type}, ${bytes(value.size)}</span> <span class="id quiet" title=${value.sha256}>${value.sha256.slice(0, 12)}…</span>`;
    if (Array.isArray(value)) return value.length > 3 ? `${count(value.length)} items` : value.map(String).join(', ');
    return Object.entries(value).map(([name, v]) => html`<span class="pair"><span class="quiet">${name}</span> ${typeof v === 'object' ? JSON.stringify(v) : shorter(String(v))}</span>`);
  }
  return String(value);
}

/** A hash is told by its beginning. */
const shorter = (text) => (/^[0-9a-f]{64}$/.test(text) ? `${text.slice(0, 12)}…` : text);

function Raw({ details }) {
  const text = JSON.stringify(details, null, 2);
  const shownText = text.length > MOST_JSON ? text.slice(0, MOST_JSON) + '\n… cut here' : text;
  return html`<div class="command"><pre tabindex="0" role="group" aria-label="The job as JSON"><code>${shownText}</code></pre><${Copy} text=${text} label="Copy the JSON" /></div>`;
}
