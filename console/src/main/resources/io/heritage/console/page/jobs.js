// The list of jobs: newest first, page by page, over all endpoints. Rows change in place; new jobs are announced and
// never inserted under the pointer.
import { html, useEffect, useMemo, useRef, useState, Bar, Confirm, Notice, State, Title, isEnded, replaceQuery } from './ui.js';
import { get, isPassing, post, url } from './api.js';
import { noteJob, state, useLive } from './live.js';
import { count, duration, shortWhen, when } from './format.js';
import { Thumbnail } from './viewer.js';

const PAGE = 50;
const AGAIN_MILLIS = 5000;

/** Name, and the class of those that only a wide page has. */
const COLUMNS = [['Job'], ['State'], ['Progress'], ['Submitted', 'wide'], ['Took', 'wide'], ['Worker', 'wide']];

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

  const rows = list.ids.map((id) => jobs.get(id)).filter(Boolean);
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
    ${list.error && html`<${Notice} kind="error" title="The list cannot be read">${list.error.message}</${Notice}>`}
    <p class="fresh" role="status">
      ${fresh.length > 0 && html`<button type="button" onClick=${list.reload}>${count(fresh.length)} new ${fresh.length === 1 ? 'job' : 'jobs'}: show</button>`}
    </p>
    ${selected.length > 0 && html`<${BulkActions} jobs=${selected} setConfirm=${setConfirm} clear=${() => setChosen(new Set())} />`}
    ${rows.length > 0
      ? html`<${Table} rows=${rows} chosen=${chosen} toggle=${toggle} setConfirm=${setConfirm} />`
      : list.loaded && !list.error && html`<${NoJobs} filtered=${Boolean(filter.status || filter.q || filter.endpoint)} clear=${() => change({ status: '', q: '', endpoint: '' })} />`}
    ${list.more && html`<p class="center"><button type="button" disabled=${list.busy} onClick=${list.older}>Older jobs</button></p>`}
    ${confirm && html`<${Confirm} ...${confirm} onClose=${() => setConfirm(null)} />`}`;
}

/** Ids in their order; the jobs themselves are in the store, where events change them. */
function useJobList(endpoints, filter, resyncs) {
  const [list, setList] = useState({ ids: [], pages: new Map(), loaded: false, busy: false, error: null });
  const asked = [endpoints.join(), filter.status, filter.q].join('|');
  const turn = useRef(0);

  const load = async (before) => {
    const mine = ++turn.current;
    setList((old) => ({ ...old, busy: true }));
    try {
      const pages = new Map();
      for (const endpoint of endpoints) {
        const earlier = before?.get(endpoint);
        pages.set(endpoint, earlier && !earlier.cursor ? earlier : await nextPage(endpoint, filter, earlier));
      }
      if (mine === turn.current) setList({ ids: inOrder(pages), pages, loaded: true, busy: false, error: null });
    } catch (error) {
      if (mine === turn.current) setList((old) => ({ ...old, loaded: true, busy: false, error }));
    }
  };
  useEffect(() => {
    load(null);
  }, [asked]);
  useEffect(() => {
    if (!list.error || !isPassing(list.error)) return;
    const timer = setTimeout(() => load(null), AGAIN_MILLIS);
    return () => clearTimeout(timer);
  }, [list.error]);
  useEffect(() => {
    // Whoever has gone back to older jobs keeps them; the newest page brings the states up to date.
    const pagesShown = Math.max(0, ...[...list.pages.values()].map((page) => page.rows.length)) / PAGE;
    if (pagesShown <= 1) load(null);
    else endpoints.forEach((endpoint) => nextPage(endpoint, filter).catch(() => {}));
  }, [resyncs]);
  return {
    ...list,
    more: [...list.pages.values()].some((page) => page.cursor),
    reload: () => load(null),
    older: () => load(list.pages),
  };
}

async function nextPage(endpoint, filter, earlier) {
  const query = new URLSearchParams({ limit: PAGE });
  if (filter.status) query.set('status', filter.status);
  if (filter.q) query.set('q', filter.q);
  if (earlier) query.set('cursor', earlier.cursor);
  const answer = await get(url(endpoint, 'requests?' + query));
  answer.requests.forEach((job) => noteJob(endpoint, job));
  const rows = answer.requests.map(({ id, createdAt }) => ({ id, createdAt }));
  return { rows: [...(earlier?.rows ?? []), ...rows], cursor: answer.cursor };
}

/** Of endpoints with older pages only what is newer than the oldest job that is known of each. */
function inOrder(pages) {
  const horizon = Math.max(...[...pages.values()].filter((page) => page.cursor && page.rows.length).map((page) => Date.parse(page.rows.at(-1).createdAt)), 0);
  return [...pages.values()]
    .flatMap((page) => page.rows)
    .filter((row) => Date.parse(row.createdAt) >= horizon)
    .sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
    .map((row) => row.id);
}

/** Jobs that events have told of since the list was read. */
function useFresh(list, filter, endpoints) {
  const version = useLive((s) => s.jobsVersion);
  return useMemo(() => {
    const jobs = state.jobs;
    if (!list.loaded || filter.q) return [];
    const shown = new Set(list.ids);
    const newest = Math.max(0, ...list.ids.slice(0, 1).map((id) => Date.parse(jobs.get(id)?.createdAt ?? 0)));
    return [...jobs.values()].filter(
      (job) =>
        !shown.has(job.id) &&
        endpoints.includes(job.endpoint) &&
        Date.parse(job.createdAt) > newest &&
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

/** The roles stay where a narrow page draws the rows as blocks, which are no table to a browser. */
function Table({ rows, chosen, toggle, setConfirm }) {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="List of jobs"><table class="jobs" role="table">
    <thead role="rowgroup"><tr role="row">
      <td role="cell"></td>${COLUMNS.map(([name, wide]) => html`<th scope="col" role="columnheader" class=${wide}>${name}</th>`)}<td role="cell"></td>
    </tr></thead>
    <tbody role="rowgroup">${rows.map((job) => html`<${Row} key=${job.id} job=${job} chosen=${chosen.has(job.id)} toggle=${toggle} setConfirm=${setConfirm} />`)}</tbody>
  </table></div>`;
}

function Row({ job, chosen, toggle, setConfirm }) {
  return html`<tr role="row" data-chosen=${chosen}>
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

/** Stage and frames of a running job. */
export function ProgressLine({ progress }) {
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
  onConfirm: () => each(jobs, 'cancel'),
  children: 'A running job stops within a second. What it has computed so far is not kept.',
});

export const retrying = (jobs) => ({
  title: `Run ${these(jobs)} again?`,
  action: 'Run again',
  onConfirm: () => each(jobs, 'retry'),
  children: 'With the same input, under the same id.',
});

function BulkActions({ jobs, setConfirm, clear }) {
  const open = jobs.filter((job) => !isEnded(job.status));
  const failed = jobs.filter(canRetry);
  return html`<div class="bulk row" role="group" aria-label="Selected jobs">
    <span>${count(jobs.length)} selected</span>
    <button type="button" disabled=${!open.length} onClick=${() => setConfirm(cancelling(open))}>Cancel ${count(open.length)}</button>
    <button type="button" disabled=${!failed.length} onClick=${() => setConfirm(retrying(failed))}>Run ${count(failed.length)} again</button>
    <button type="button" onClick=${clear}>Select none</button>
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
      onConfirm: purge,
      children: `${count(queued)} wait at ${endpoints.join(', ')}. Yours are cancelled; running jobs and those of other keys go on.`,
    })}>Empty the queue</button>`;
}

function NoJobs({ filtered, clear }) {
  if (filtered) {
    return html`<div class="empty"><p>No jobs match.</p><button type="button" onClick=${clear}>Show all jobs</button></div>`;
  }
  return html`<div class="empty">
    <h2>No jobs yet</h2>
    <p>Jobs appear here whoever sends them: this page, the command line, or a program.</p>
    <p><a class="button primary" href="#/interpolate?sample=1">Try it with two sample pictures</a></p>
  </div>`;
}
