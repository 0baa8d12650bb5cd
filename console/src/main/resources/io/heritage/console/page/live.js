// What is known of jobs and workers, and the one stream of events per browser that keeps it true. A leader tab reads
// the streams (Web Locks decide which), the others hear it over a BroadcastChannel. Where there are no locks (plain HTTP
// from another machine) every tab polls, with one request at a time: streams of three tabs would take all connections.
import { authorized, base, currentKey, getIfThere, loadList, noteStatus, onKey, onRefused, renewTicket, url } from './api.js';
import { useEffect, useRef, useState } from './ui.js';

const SILENCE_MILLIS = 40_000; // the server sends a comment every 15 s
const POLL_MILLIS = 5_000;
const COUNTS_AFTER_MILLIS = 500;
const LONGEST_PAUSE_MILLIS = 15_000;
const MOST_STREAMS = 3; // of six connections that a browser has for a host
const MOST_JOBS = 20_000;

export const state = {
  /** @type {null | {id: string, kind: string, engine: string}[]} null: not asked yet */
  endpoints: null,
  /** @type {'' | 'missing' | 'refused'} why nothing is shown before there is a key that the server takes */
  needsKey: '',
  /** @type {'connecting' | 'live' | 'polling' | 'lost'} */
  link: 'connecting',
  /** Newest summary by job id, each with its `endpoint`, and when it was created `at` in ms. */
  jobs: new Map(),
  /** Grows with every change of a job. */
  jobsVersion: 0,
  /** Answer of /health by endpoint. */
  health: new Map(),
  /** Grows whenever lists should be fetched again. */
  resyncs: 0,
};

const listeners = new Set();
let scheduled = false;

/** Listeners run once a frame at most, and in hidden tabs too. */
function changed() {
  if (scheduled) return;
  scheduled = true;
  const flush = () => {
    scheduled = false;
    [...listeners].forEach((listener) => listener());
  };
  if (document.hidden) setTimeout(flush, 250);
  else requestAnimationFrame(flush);
}

/** Draws the component again when `select` gives something else. */
export function useLive(select) {
  const chosen = useRef(select);
  chosen.current = select;
  const [, setSeen] = useState(null);
  useEffect(() => {
    // Boxed, since what is selected may be a function or the same object.
    const look = () => {
      const now = chosen.current(state);
      setSeen((old) => (old && Object.is(old.now, now) ? old : { now }));
    };
    look();
    listeners.add(look);
    return () => listeners.delete(look);
  }, []);
  return select(state);
}

/** Whether no worker of an endpoint is there, by its answer of /health; false as long as that is not known. */
export const hasNoWorker = (health) => Boolean(health) && Object.values(health.workers).every((n) => n === 0);

export const useNoWorker = (endpoint) => hasNoWorker(useLive((s) => s.health).get(endpoint));

export function noteJob(endpoint, job) {
  state.jobs.delete(job.id);
  state.jobs.set(job.id, { ...job, endpoint, at: job.createdAt ? Date.parse(job.createdAt) : 0 });
  state.jobsVersion++;
  if (state.jobs.size > MOST_JOBS) state.jobs.delete(state.jobs.keys().next().value);
  changed();
}

/** @param {{tell: string}} message from the leader, or from this tab if it is the leader */
function hear(message) {
  if (message.tell === 'job') {
    noteJob(message.endpoint, message.job);
  } else if (message.tell === 'link') {
    state.link = message.link;
  } else if (message.tell === 'opened') {
    // What happened while nobody read is not told again, neither by a server that was away nor to a new leader.
    renewTicket();
    state.resyncs++;
  } else if (message.tell === 'resync') {
    state.resyncs++;
  } else if (message.tell === 'health') {
    state.health.set(message.endpoint, message.health);
    state.health = new Map(state.health);
  }
  changed();
}

/** Which endpoints the key may use; the page needs them before all else. */
export async function loadEndpoints() {
  const usedKey = currentKey();
  try {
    const endpoints = await loadList();
    if (usedKey !== currentKey()) return;
    state.endpoints = endpoints;
    state.needsKey = '';
  } catch (e) {
    if (usedKey !== currentKey()) return;
    state.needsKey = e.status !== 401 ? '' : usedKey ? 'refused' : 'missing';
    state.endpoints = null;
    if (!state.needsKey) throw e;
  } finally {
    changed();
  }
}

let stop = () => {};

/** Nothing of one key is shown with another. */
function forgetAll() {
  stop();
  stop = () => {};
  state.endpoints = null;
  state.link = 'connecting';
  changed();
}
onKey(forgetAll);
onRefused(() => {
  state.needsKey = currentKey() ? 'refused' : 'missing';
  forgetAll();
});

/** Follows the jobs of the present key from now on, and no other's. */
export function follow() {
  stop();
  const abort = new AbortController();
  // Tabs with another key are another group. The name gives nothing away that this browser does not know.
  const group = `heritage-live-${base}-${hash(currentKey())}`;
  const channel = navigator.locks && 'BroadcastChannel' in window ? new BroadcastChannel(group) : null;
  let leading = false;
  const say = (message) => {
    if (abort.signal.aborted) return;
    hear(message);
    channel?.postMessage(message);
  };
  if (channel) {
    channel.onmessage = ({ data }) => {
      if (data.tell !== 'who leads') hear(data);
      else if (leading) {
        channel.postMessage({ tell: 'link', link: state.link });
        state.health.forEach((health, endpoint) => channel.postMessage({ tell: 'health', endpoint, health }));
      }
    };
    channel.postMessage({ tell: 'who leads' });
  }
  const lead = () => {
    leading = true;
    const counts = () => askHealth(say);
    let soon = 0;
    const changes = (message) => {
      const known = state.jobs.get(message.job?.id);
      say(message);
      if (message.tell === 'job' && known?.status !== message.job.status) {
        clearTimeout(soon);
        soon = setTimeout(counts, COUNTS_AFTER_MILLIS);
      }
    };
    return Promise.all([readAll(changes, abort.signal), everyNowAndThen(counts, POLL_MILLIS, abort.signal)]);
  };
  const led = navigator.locks ? navigator.locks.request(group, { signal: abort.signal }, lead) : poll(say, abort.signal);
  led.catch((e) => {
    if (e.name !== 'AbortError') console.warn('live updates ended', e);
  });
  stop = () => {
    abort.abort();
    channel?.close();
    state.jobs = new Map();
    state.health = new Map();
  };
}

function hash(text) {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) value = Math.imul(value ^ byte, 0x01000193);
  return (value >>> 0).toString(16);
}

let asking = false;

/** One question at a time, however many changes there were. */
async function askHealth(say) {
  if (asking) return;
  asking = true;
  try {
    await askEach(say);
  } finally {
    asking = false;
  }
}

/** @returns {Promise<boolean>} whether the server answered */
async function askEach(say) {
  let reached = true;
  for (const { id } of state.endpoints ?? []) {
    try {
      say({ tell: 'health', endpoint: id, health: await getIfThere(url(id, 'health')) });
    } catch (e) {
      // the streams tell that the server is away
      if (e.status === 0) reached = false;
    }
  }
  return reached;
}

/** Without streams: the counts, then the lists. */
function poll(say, signal) {
  const work = async () => {
    const reached = await askEach(say);
    if (signal.aborted) return;
    if (reached) say({ tell: state.link === 'polling' ? 'resync' : 'opened' });
    say({ tell: 'link', link: reached ? 'polling' : 'lost' });
  };
  return everyNowAndThen(work, POLL_MILLIS, signal);
}

/** One after the other, never two at a time. */
async function everyNowAndThen(work, millis, signal) {
  while (!signal.aborted) {
    await work();
    await pause(millis, signal);
  }
}

/** A stream for each of the first endpoints; the others are looked at now and again. */
function readAll(say, signal) {
  const links = new Map();
  const told = (endpoint) => (link) => {
    links.set(endpoint, link);
    const all = [...links.values()];
    say({ tell: 'link', link: ['lost', 'connecting', 'polling', 'live'].find((worst) => all.includes(worst)) });
  };
  return Promise.all(
    state.endpoints.map(({ id }, i) =>
      i < MOST_STREAMS
        ? readEndpoint(id, say, told(id), signal)
        : everyNowAndThen(async () => say({ tell: 'resync' }), POLL_MILLIS, signal),
    ),
  );
}

async function readEndpoint(endpoint, say, told, signal) {
  let failures = 0;
  let last = '';
  while (!signal.aborted) {
    try {
      last = await readStream(endpoint, last, say, () => {
        failures = 0;
        told('live');
        say({ tell: 'opened' });
      }, signal);
    } catch (e) {
      if (signal.aborted) return;
      failures++;
      // A server without events, or with too many readers, still answers questions.
      const refused = e.status === 404 || e.status === 403 || e.status === 429;
      told(refused ? 'polling' : 'lost');
      if (refused) {
        say({ tell: 'resync' });
        await pause(POLL_MILLIS, signal);
        continue;
      }
    }
    await pause(Math.min(LONGEST_PAUSE_MILLIS, 500 * 2 ** Math.min(failures, 5) * (0.7 + 0.6 * Math.random())), signal);
  }
}

/** @returns {Promise<string>} id of the last event when the stream ended */
async function readStream(endpoint, last, say, opened, signal) {
  const silence = new AbortController();
  const ended = () => silence.abort();
  signal.addEventListener('abort', ended);
  let timer = setTimeout(ended, SILENCE_MILLIS);
  const usedKey = currentKey();
  try {
    const response = await fetch(url(endpoint, 'events'), {
      headers: authorized({ Accept: 'text/event-stream', ...(last && { 'Last-Event-ID': last }) }),
      signal: silence.signal,
      cache: 'no-store',
    });
    noteStatus(response.status, usedKey);
    if (!response.ok) throw Object.assign(new Error('no stream'), { status: response.status });
    opened();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return last;
      clearTimeout(timer);
      timer = setTimeout(ended, SILENCE_MILLIS);
      const blocks = (rest + value).split('\n\n');
      rest = blocks.pop();
      for (const event of blocks.map(parseEvent).filter((e) => e.data)) {
        last = event.id || last;
        const { v, type, seq, job: id, ...job } = JSON.parse(event.data);
        if (type === 'job') say({ tell: 'job', endpoint, job: { id, ...job } });
        else if (type === 'resync') say({ tell: 'resync' });
      }
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', ended);
  }
}

/** The fields of an event as our server writes them: a line each, `NAME: VALUE`; comments have no name. */
function parseEvent(block) {
  const fields = {};
  for (const line of block.split('\n')) {
    const colon = line.indexOf(': ');
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 2);
  }
  return fields;
}

function pause(millis, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
