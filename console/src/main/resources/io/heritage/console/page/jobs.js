// The list of jobs: newest first, over all endpoints; older ones come while the page is scrolled. Rows change in place;
// new jobs are announced and never inserted under the pointer.
import { html, useEffect, useMemo, useRef, useState, Bar, Confirm, Notice, State, Title, isEnded, replaceQuery } from './ui.js';
import { get, isPassing, post, url } from './api.js';
import { noteJob, state, useLive } from './live.js';
import { count, duration, shortWhen, when } from './format.js';
import { Thumbnail } from './viewer.js';
import { useNear } from './window.js';

const PAGE = 50;
const OLDER_PAGE = 100; // the most that the server gives
const MOST_TURNS = 10;
const AGAIN_MILLIS = 5000;
const MOST_LOADS = 3; // in a row that bring less than a chunk of rows

/** Name, and the class of those that only a wide page has. */
const COLUMNS = [['Job'], ['State'], ['Progress'], ['Submitted', 'wide'], ['Took', 'wide number'], ['Worker', 'wide']];

const TABS = [
  ['', 'All'],
  ['IN_QUEUE', 'Queued'],
  ['IN_PROGRESS', 'Running'],
  ['COMPLETED', 'Completed'],
  ['FAILED,TIMED_OUT', 'Failed'],
  ['CANCELLED', 'Cancelled'],
];

export function Jobs({ route }) {
  const endpoints = useLive((s) => s.endpoints);
  const resyncs = useLive((s) => s.resyncs);
  useLive((s) => s.jobsVersion);
  const jobs = state.jobs;
  const filter = {
    endpoint: route.query.get('endpoint') ?? '',
    status: route.query.get('status') ?? '',
    q: route.query.get('q') ?? '',
  };
  const asked = endpoints.filter(({ id }) => !filter.endpoint || id === filter.endpoint).map(({ id }) => id);
  const list = useJobList(asked, filter, resyncs);
  const [chosen, setChosen] = useState(new Set());
  const [confirm, setConfirm] = useState(null);

  // Until the server has answered to another filter, what is known already.
  const matches = list.isOf === filterKey(asked, filter) ? Boolean : (job) => job && isWanted(job, asked, filter);
  const rows = list.ids.map((id) => jobs.get(id)).filter(matches);
  const fresh = useFresh(list, filter, asked);
  const selected = rows.filter((job) => chosen.has(job.id));
  const toggle = (id) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const change = (changes) => {
    setChosen(new Set());
    replaceQuery(route, changes);
  };

  return html`
    <${Title} actions=${html`<${Purge} endpoints=${asked} setConfirm=${setConfirm} />`}>Jobs</${Title}>
    <div class="filters">
      <div class="tabs" role="group" aria-label="State">
        ${TABS.map(([status, label]) => html`<button type="button" aria-pressed=${filter.status === status} onClick=${() => change({ status })}>${label}</button>`)}
      </div>
      <div class="row">
        ${endpoints.length > 1 && html`<label class="inline">Endpoint
          <select value=${filter.endpoint} onChange=${(e) => change({ endpoint: e.target.value })}>
            <option value="">all</option>
            ${endpoints.map(({ id }) => html`<option value=${id}>${id}</option>`)}
          </select></label>`}
        <${Search} value=${filter.q} onSearch=${(q) => change({ q })} />
      </div>
    </div>
    ${list.error && html`<${Notice} kind="error" title="Cannot load the list">${list.error.message}</${Notice}>`}
    <p class="fresh" role="status">
      ${fresh.length > 0 && html`<button type="button" onClick=${list.reload}>${count(fresh.length)} new ${fresh.length === 1 ? 'job' : 'jobs'}: show</button>`}
    </p>
    ${selected.length > 0 && html`<${BulkActions} jobs=${selected} setConfirm=${setConfirm} clear=${() => setChosen(new Set())} />`}
    ${rows.length > 0
      ? html`<${Table} rows=${rows} more=${list.more} chosen=${chosen} toggle=${toggle} setConfirm=${setConfirm} />`
      : list.more
        ? html`<p class="quiet" role="status">No job matches so far.</p>`
        : list.loaded && !list.busy && !list.error && html`<${NoJobs} filtered=${Boolean(filter.status || filter.q || filter.endpoint)} clear=${() => change({ status: '', q: '', endpoint: '' })} />`}
    ${!list.loaded && html`<p class="quiet" role="status">Loading …</p>`}
    ${list.more && html`<${Older} list=${list} />`}
    ${confirm && html`<${Confirm} ...${confirm} onClose=${() => setConfirm(null)} />`}`;
}

const filterKey = (endpoints, { status, q }) => [endpoints.join(), status, q].join('|');

/** As the server decides. */
function isWanted(job, endpoints, { status, q }) {
  const text = q.toLowerCase();
  return (
    endpoints.includes(job.endpoint) &&
    (!status || status.split(',').includes(job.status)) &&
    (!text || [job.id, job.workerId, job.error].some((field) => field?.toLowerCase().includes(text)))
  );
}

/** Ids in their order; the jobs themselves are in the store, where events change them. */
function useJobList(endpoints, filter, resyncs) {
  const [list, setList] = useState({ ids: [], pages: new Map(), isOf: '', loaded: false, busy: false, error: null, failed: null });
  const asked = filterKey(endpoints, filter);
  const turn = useRef(0);

  const load = async (before) => {
    const mine = ++turn.current;
    setList((old) => ({ ...old, busy: true }));
    try {
      const next = async (endpoint) => {
        const earlier = before?.get(endpoint);
        return [endpoint, earlier && !earlier.cursor ? earlier : await nextPage(endpoint, filter, earlier)];
      };
      const pages = new Map(await Promise.all(endpoints.map(next)));
      if (mine === turn.current) setList({ ids: inOrder(pages), pages, isOf: asked, loaded: true, busy: false, error: null, failed: null });
    } catch (error) {
      if (mine === turn.current) setList((old) => ({ ...old, loaded: true, busy: false, error, failed: { asked, before } }));
    }
  };
  useEffect(() => {
    load(null);
  }, [asked]);
  useEffect(() => {
    if (!list.error || !isPassing(list.error)) return;
    // The same again: whoever has gone back to older jobs keeps them.
    const timer = setTimeout(() => load(list.failed.asked === asked ? list.failed.before : null), AGAIN_MILLIS);
    return () => clearTimeout(timer);
  }, [list.error, asked]);
  useEffect(() => {
    // Whoever has gone back to older jobs keeps them; the newest page brings the states up to date.
    const isFirstPage = [...list.pages.values()].every((page) => page.rows.length <= PAGE);
    if (isFirstPage) load(null);
    else endpoints.forEach((endpoint) => nextPage(endpoint, filter).catch(() => {}));
  }, [resyncs]);
  return {
    ...list,
    more: [...list.pages.values()].some((page) => page.cursor),
    reload: () => load(null),
    older: () => load(list.isOf === asked ? list.pages : null),
  };
}

/** A page of the server may have few jobs, or none, and go on all the same. */
async function nextPage(endpoint, filter, earlier) {
  const limit = earlier ? OLDER_PAGE : PAGE;
  const found = [];
  let cursor = earlier?.cursor;
  for (let turn = 0; turn < MOST_TURNS; turn++) {
    const query = new URLSearchParams({ limit: limit - found.length });
    if (filter.status) query.set('status', filter.status);
    if (filter.q) query.set('q', filter.q);
    if (cursor) query.set('cursor', cursor);
    const answer = await get(url(endpoint, 'requests?' + query));
    answer.requests.forEach((job) => noteJob(endpoint, job));
    found.push(...answer.requests.map(({ id, createdAt }) => ({ id, at: Date.parse(createdAt) })));
    ({ cursor } = answer);
    if (!cursor || found.length >= limit) break;
  }
  return { rows: [...(earlier?.rows ?? []), ...found], cursor };
}

/** Of endpoints with older pages only what is newer than the oldest job that is known of each. */
function inOrder(pages) {
  const horizon = Math.max(...[...pages.values()].filter((page) => page.cursor && page.rows.length).map((page) => page.rows.at(-1).at), 0);
  return [...pages.values()]
    .flatMap((page) => page.rows)
    .filter((row) => row.at >= horizon)
    .sort((a, b) => b.at - a.at)
    .map((row) => row.id);
}

/**
 * Older jobs come when their place is near; the button is for whoever goes by keyboard. Where few match, the page would
 * read the whole history by itself: after some loads that brought little, only the button reads on.
 */
function Older({ list }) {
  const place = useRef(null);
  const near = useNear(place);
  const rows = useRef(0);
  const vain = useRef(0);
  useEffect(() => {
    vain.current = list.ids.length - rows.current < CHUNK ? vain.current + 1 : 0;
    rows.current = list.ids.length;
  }, [list.ids]);
  useEffect(() => {
    vain.current = 0;
  }, [near, list.isOf]);
  useEffect(() => {
    if (near && !list.busy && !list.error && vain.current < MOST_LOADS) list.older();
  }, [near, list.busy, list.ids]);
  return html`<p class="center" ref=${place}><button type="button" disabled=${list.busy} onClick=${list.older}>Older jobs</button></p>`;
}

/** Jobs that events have told of since the list was read. */
function useFresh(list, filter, endpoints) {
  const version = useLive((s) => s.jobsVersion);
  return useMemo(() => {
    const jobs = state.jobs;
    if (!list.loaded || filter.q) return [];
    const shown = new Set(list.ids);
    const newest = jobs.get(list.ids[0])?.at ?? 0;
    return [...jobs.values()].filter(
      (job) =>
        job.at > newest &&
        !shown.has(job.id) &&
        endpoints.includes(job.endpoint) &&
        (!filter.status || filter.status.split(',').includes(job.status)),
    );
  }, [list.ids, version, filter.status, filter.endpoint]);
}

function Search({ value, onSearch }) {
  const [text, setText] = useState(value);
  const timer = useRef(0);
  useEffect(() => setText(value), [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const typed = (e) => {
    const now = e.target.value;
    setText(now);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onSearch(now.trim()), 300);
  };
  return html`<input type="search" aria-label="Search by id, worker or error" placeholder="Id, worker or error" value=${text} onInput=${typed} />`;
}

const CHUNK = 25;
const ROW_PIXELS = 62; // until a chunk has been drawn

/** The roles stay where a narrow page draws the rows as blocks, which are no table to a browser. */
function Table({ rows, more, ...rest }) {
  const chunks = Array.from({ length: Math.ceil(rows.length / CHUNK) }, (_, i) => rows.slice(i * CHUNK, (i + 1) * CHUNK));
  return html`<div class="scroll" tabindex="0" role="group" aria-label="List of jobs"><table class="jobs" role="table" aria-rowcount=${more ? -1 : rows.length + 1}>
    <thead role="rowgroup"><tr role="row" aria-rowindex="1">
      <td role="cell"></td>${COLUMNS.map(([name, wide]) => html`<th scope="col" role="columnheader" class=${wide}>${name}</th>`)}<td role="cell"></td>
    </tr></thead>
    ${chunks.map((chunk, i) => html`<${Chunk} key=${i} rows=${chunk} first=${i * CHUNK} ...${rest} />`)}
  </table></div>`;
}

/** Some rows, which are drawn only while they are near what is seen. */
function Chunk({ rows, first, chosen, toggle, setConfirm }) {
  const body = useRef(null);
  const near = useNear(body, first === 0);
  const height = useRef(0);
  useEffect(() => {
    if (near) height.current = body.current.getBoundingClientRect().height;
  });
  if (!near) return html`<tbody ref=${body} role="rowgroup"><tr aria-hidden="true"><td class="spacer" colspan="8" style=${{ height: `${height.current || rows.length * ROW_PIXELS}px` }}></td></tr></tbody>`;
  return html`<tbody ref=${body} role="rowgroup">${rows.map((job, i) => html`<${Row} key=${job.id} index=${first + i + 2} job=${job} chosen=${chosen.has(job.id)} toggle=${toggle} setConfirm=${setConfirm} />`)}</tbody>`;
}

function Row({ index, job, chosen, toggle, setConfirm }) {
  return html`<tr role="row" aria-rowindex=${index} data-chosen=${chosen}>
    <td role="cell"><input type="checkbox" aria-label=${`Select ${job.id}`} checked=${chosen} onChange=${() => toggle(job.id)} /></td>
    <th scope="row" role="rowheader"><a class="job" href=${jobLink(job)}><${Thumbnail} job=${job} /><span><span class="id">${job.id}</span> <span class="quiet">${job.endpoint}</span></span></a></th>
    <td role="cell"><${State} status=${job.status} /></td>
    <td role="cell"><${RowProgress} job=${job} /></td>
    <td role="cell" class="wide"><time datetime=${job.createdAt} title=${when(job.createdAt)}>${shortWhen(job.createdAt)}</time></td>
    <td role="cell" class="wide number">${job.executionTime == null ? '' : duration(job.executionTime)}</td>
    <td role="cell" class="wide id">${job.workerId ?? ''}</td>
    <td role="cell"><div class="row nowrap">
      ${!isEnded(job.status) && html`<button type="button" class="small" aria-label=${`Cancel: ${job.id}`} onClick=${() => setConfirm(cancelling([job]))}>Cancel</button>`}
      ${canRetry(job) && html`<button type="button" class="small" aria-label=${`Run again: ${job.id}`} onClick=${() => setConfirm(retrying([job]))}>Run again</button>`}
    </div></td>
  </tr>`;
}

function RowProgress({ job }) {
  if (job.status === 'IN_PROGRESS') return html`<${ProgressLine} progress=${job.progress} />`;
  if (job.error) return html`<span class="error-text" title=${job.error}>${job.error}</span>`;
  return null;
}

/** How many jobs of a batch have ended; null if it is none. */
export function batchOf(facts) {
  const total = facts?.jobs_total;
  return total ? { total, ended: ['completed', 'failed', 'cancelled', 'timed_out'].reduce((sum, state) => sum + (facts[state] ?? 0), 0) } : null;
}

/** Stage and frames of a running job, jobs of a batch. */
export function ProgressLine({ progress }) {
  const batch = batchOf(progress);
  if (batch) {
    const label = `${count(batch.ended)} of ${count(batch.total)} jobs`;
    return html`<span class="progress"><${Bar} label=${label} value=${batch.ended} max=${batch.total} /><span>${label}</span></span>`;
  }
  const done = progress?.frames_done;
  const total = progress?.frames_total;
  const label = [progress?.stage ?? 'starting', total ? `${done} of ${total} frames` : ''].filter(Boolean).join(', ');
  return html`<span class="progress"><${Bar} label=${label} value=${total ? done : undefined} max=${total || 1} /><span>${label}</span></span>`;
}

export const jobLink = (job) => `#/jobs/${encodeURIComponent(job.id)}?endpoint=${encodeURIComponent(job.endpoint)}`;
export const canRetry = (job) => job.status === 'FAILED' || job.status === 'TIMED_OUT';

/** Asks the server for each, one after the other, and tells what became of each. */
async function each(jobs, operation) {
  const outcome = [];
  for (const job of jobs) {
    try {
      const answer = await post(url(job.endpoint, `${operation}/${encodeURIComponent(job.id)}`));
      noteJob(job.endpoint, { ...(state.jobs.get(job.id) ?? job), status: answer.status });
      outcome.push({ name: job.id });
    } catch (e) {
      outcome.push({ name: job.id, error: e.message });
    }
  }
  return outcome;
}

const these = (jobs) => (jobs.length === 1 ? `the job ${jobs[0].id}` : `${count(jobs.length)} jobs`);

export const cancelling = (jobs) => ({
  title: `Cancel ${these(jobs)}?`,
  action: 'Cancel now',
  danger: true,
  onConfirm: () => each(jobs, 'cancel'),
  children: jobs.some(({ status }) => status === 'IN_PROGRESS') ? 'A running job stops within a second. What it has computed so far is not kept.' : 'Not started yet: nothing is lost.',
});

export const retrying = (jobs) => ({
  title: `Run ${these(jobs)} again?`,
  action: 'Run again',
  onConfirm: () => each(jobs, 'retry'),
  children: 'Same input, same id.',
});

function BulkActions({ jobs, setConfirm, clear }) {
  const open = jobs.filter((job) => !isEnded(job.status));
  const failed = jobs.filter(canRetry);
  return html`<div class="bulk row" role="group" aria-label="Selected jobs">
    <span>${count(jobs.length)} selected</span>
    ${open.length > 0 && html`<button type="button" onClick=${() => setConfirm(cancelling(open))}>Cancel ${count(open.length)}</button>`}
    ${failed.length > 0 && html`<button type="button" onClick=${() => setConfirm(retrying(failed))}>Run ${count(failed.length)} again</button>`}
    <button type="button" onClick=${clear}>Clear selection</button>
  </div>`;
}

function Purge({ endpoints, setConfirm }) {
  const health = useLive((s) => s.health);
  const queued = endpoints.reduce((sum, id) => sum + (health.get(id)?.jobs.inQueue ?? 0), 0);
  if (!queued) return null;
  const purge = async () => {
    const outcome = [];
    for (const endpoint of endpoints) {
      try {
        await post(url(endpoint, 'purge-queue'));
        outcome.push({ name: endpoint });
      } catch (e) {
        outcome.push({ name: endpoint, error: e.message });
      }
    }
    return outcome;
  };
  return html`<button type="button" onClick=${() =>
    setConfirm({
      title: 'Cancel all queued jobs?',
      action: 'Empty the queue',
      danger: true,
      onConfirm: purge,
      children: `${count(queued)} wait at ${endpoints.join(', ')}. Your waiting jobs are cancelled. Running jobs and jobs of other keys are not affected.`,
    })}>Empty the queue</button>`;
}

function NoJobs({ filtered, clear }) {
  if (filtered) {
    return html`<div class="empty"><h2>No jobs match</h2><p>The search covers ids, workers and error texts.</p><button type="button" onClick=${clear}>Show all jobs</button></div>`;
  }
  return html`<div class="empty">
    <h2>No jobs yet</h2>
    <p>Jobs from this page, the command line and your programs appear here.</p>
    <p><a class="button primary" href="#/interpolate?sample=1">Try it with two sample pictures</a></p>
  </div>`;
}
