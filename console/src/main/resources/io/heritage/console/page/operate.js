// Workers and models: what this server says of them, and what to type where it says nothing.
import { html, useState, Bar, Command, Confirm, Notice, Title, usePolling } from './ui.js';
import { get, post, serves, url } from './api.js';
import { hasNoWorker, useLive } from './live.js';
import { bytes, count, duration } from './format.js';
import { ProgressLine, jobLink } from './jobs.js';

/** As /health counts them, and whether a zero is worth showing. An idle worker is a ready one. */
const LABELS = [
  ['ready', 'ready for a job', true],
  ['running', 'busy', true],
  ['initializing', 'starting', false],
  ['throttled', 'drained', false],
  ['unhealthy', 'unhealthy', false],
];

export function Workers() {
  const endpoints = useLive((s) => s.endpoints);
  const health = useLive((s) => s.health);
  const total = [...health.values()].reduce((sum, h) => sum + (h ? Object.values(h.workers).reduce((a, b) => a + b, 0) : 0), 0);
  return html`
    <${Title}>Workers</${Title}>
    ${health.size > 0 && total === 0 && html`<${NoWorker} />`}
    ${endpoints.map(({ id }) => html`<${EndpointWorkers} key=${id} endpoint=${id} health=${health.get(id)} />`)}`;
}

function NoWorker() {
  return html`<div class="empty"><h2>No worker is connected</h2>
    <p>Jobs wait until a worker starts. <code>./heritage up</code> includes one. To add workers on any machine that can reach Kafka:</p>
    <${Command} text="HERITAGE_KAFKA_BOOTSTRAP_SERVERS=HOST:9092 ./heritage processor" /></div>`;
}

function EndpointWorkers({ endpoint, health }) {
  const [list, setList] = useState(undefined);
  const [confirm, setConfirm] = useState(null);
  usePolling(async (gone) => {
    if (!serves('workers')) return;
    try {
      const answer = await get(url(endpoint, 'workers'));
      if (!gone()) setList(answer);
    } catch {
      // the top bar says that the server is away
    }
  }, 3000, [endpoint]);
  return html`<section class="card wide-card"><div class="title"><h2>${endpoint}</h2>${list && html`<${Pausing} endpoint=${endpoint} list=${list} setConfirm=${setConfirm} />`}</div>
    ${(list?.paused || health?.paused) && html`<${Notice} title="Paused">Jobs are accepted and wait. Workers start none.</${Notice}>`}
    ${health && html`<dl class="counts">${LABELS.filter(([key, , always]) => always || health.workers[key]).map(([key, label]) => html`<div><dt>${label}</dt><dd>${count(health.workers[key] ?? 0)}</dd></div>`)}
      <div><dt>jobs running</dt><dd>${count(health.jobs.inProgress)}</dd></div><div><dt>jobs queued</dt><dd>${count(health.jobs.inQueue)}</dd></div></dl>`}
    ${list?.workers?.length > 0 && html`<${WorkerTable} endpoint=${endpoint} workers=${list.workers} setConfirm=${setConfirm} />`}
    ${confirm && html`<${Confirm} ...${confirm} onClose=${() => setConfirm(null)} />`}
  </section>`;
}

function Pausing({ endpoint, list, setConfirm }) {
  if (list.paused === undefined || !serves('pause')) return null;
  const verb = list.paused ? 'resume' : 'pause';
  return html`<button type="button" onClick=${() =>
    setConfirm({
      title: list.paused ? `Resume ${endpoint}?` : `Pause ${endpoint}?`,
      action: list.paused ? 'Resume' : 'Pause',
      onConfirm: async () => {
        await post(url(endpoint, verb));
        return [];
      },
      children: list.paused ? 'Workers take jobs again.' : 'Running jobs continue. Workers start no other job until you resume.',
    })}>${list.paused ? 'Resume' : 'Pause'}</button>`;
}

const WORKER_STATES = {
  starting: '◌ starting', idle: '○ idle', running: '▶ running', draining: '⇣ draining', drained: '■ drained', unhealthy: '! unhealthy', lost: '✕ lost',
};

const WORKER_COLUMNS = [['Worker'], ['State'], ['Device'], ['Models'], ['Job'], ['Up', 'number'], ['Heartbeat', 'number']];

/** The roles stay where a narrow page draws each row as a block with a label before each cell. */
function WorkerTable({ endpoint, workers, setConfirm }) {
  return html`<div class="scroll" tabindex="0" role="group" aria-label=${`Workers of ${endpoint}`}><table class="workers" role="table">
    <thead role="rowgroup"><tr role="row">${WORKER_COLUMNS.map(([name, kind]) => html`<th scope="col" role="columnheader" class=${kind}>${name}</th>`)}<td role="cell"></td></tr></thead>
    <tbody role="rowgroup">${workers.map((w) => html`<tr key=${w.id} role="row">
      <th scope="row" role="rowheader"><span class="id">${w.id}</span> ${w.version && html`<span class="quiet">${w.version}</span>`}</th>
      <td role="cell" data-label="State">${WORKER_STATES[w.state] ?? w.state}</td>
      <td role="cell" data-label="Device">${w.device ?? ''} <${Memory} memory=${w.memory} /></td>
      <td role="cell" data-label="Models">${w.models.join(', ')}</td>
      <td role="cell" data-label="Job"><${WorkerJob} endpoint=${endpoint} worker=${w} /></td>
      <td role="cell" data-label="Up" class="number">${w.uptime == null ? '' : duration(w.uptime)}</td>
      <td role="cell" data-label="Heartbeat" class="number">${duration(w.heartbeatAge)} ago</td>
      <td role="cell"><${Drain} endpoint=${endpoint} worker=${w} setConfirm=${setConfirm} /></td>
    </tr>`)}</tbody></table></div>`;
}

function WorkerJob({ endpoint, worker: { job, state } }) {
  if (!job) return state === 'running' ? html`<span class="quiet">a job of another endpoint or key</span>` : null;
  return html`<a class="id" href=${jobLink({ id: job.id, endpoint })}>${job.id}</a>${job.progress && html`<${ProgressLine} progress=${job.progress} />`}`;
}

function Drain({ endpoint, worker, setConfirm }) {
  if (!serves('drain') || worker.state === 'lost') return null;
  const isDrained = worker.state === 'draining' || worker.state === 'drained';
  const verb = isDrained ? 'undrain' : 'drain';
  return html`<button type="button" class="small" aria-label=${`${isDrained ? 'Undrain' : 'Drain'} ${worker.id}`} onClick=${() =>
    setConfirm({
      title: `${isDrained ? 'Undrain' : 'Drain'} ${worker.id}?`,
      action: isDrained ? 'Undrain' : 'Drain',
      onConfirm: async () => {
        await post(url(endpoint, `workers/${encodeURIComponent(worker.id)}/${verb}`));
        return [];
      },
      children: isDrained ? 'The worker takes jobs again.' : 'The worker finishes its job and takes no other. Waiting jobs go to other workers. Once it is drained, it can be stopped.',
    })}>${isDrained ? 'Undrain' : 'Drain'}</button>`;
}

function Memory({ memory }) {
  if (!memory?.total) return null;
  return html`<span class="progress"><${Bar} label="GPU memory" value=${memory.used} max=${memory.total} /><span>${bytes(memory.used)} of ${bytes(memory.total)}</span></span>`;
}

const MODELS = [
  ['RIFE 4.7', 'interpolate', 'included', 'nothing to do', 'MIT (our own weights)'],
  ['RIFE 4.7, published weights', 'interpolate, in place of the included ones', '0.02 GB', './heritage models pull rife47', 'see its repository (Practical-RIFE: MIT)'],
  ['Wan2.2 I2V A14B', 'interpolate, guided by a prompt; a merge made for adult content', '36.8 GB', './heritage models pull wan22', 'see its repositories (Wan2.2: Apache-2.0)'],
  ['SeedVR2 3B', 'restore', '14.1 GB, fp16 7.3 GB', './heritage models pull seedvr2_3b', 'Apache-2.0'],
  ['SeedVR2 7B', 'restore', '33.5 GB, fp16 17.0 GB', './heritage models pull seedvr2_7b', 'Apache-2.0'],
  ['SeedVR2 7B sharp', 'restore', '33.5 GB, fp16 17.0 GB', './heritage models pull seedvr2_7b_sharp', 'Apache-2.0'],
];

export function Models() {
  const endpoints = useLive((s) => s.endpoints);
  return html`
    <${Title}>Models</${Title}>
    <${Loadable} endpoints=${endpoints.map(({ id }) => id)} />
    <p>Models are files on the machine of each worker. A running worker picks up new ones at its next job.</p>
    <div class="cards">
      <section class="card"><h2>Installed and missing files</h2><${Command} text="./heritage models" /></section>
      <section class="card"><h2>Install a model</h2><p>14 GB. An interrupted download resumes. The file is checked against its SHA-256:</p><${Command} text="./heritage models pull seedvr2_3b" /></section>
      <section class="card"><h2>Just trying?</h2><p>A tiny model with random weights answers within seconds, but restores nothing:</p><${Command} text="./heritage models make-tiny seedvr2_3b --into ckpts" /></section>
    </div>
    <h2>Available models</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="Models"><table>
      <thead><tr><th scope="col">Model</th><th scope="col">For</th><th scope="col">Size</th><th scope="col">How to get it</th><th scope="col">Licence</th></tr></thead>
      <tbody>${MODELS.map(([name, ...cells]) => html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody>
    </table></div>`;
}

/** Models that workers can load, where the server tells: one table for endpoints that have the same. */
function Loadable({ endpoints }) {
  const health = useLive((s) => s.health);
  const [answers, setAnswers] = useState([]);
  usePolling(async (gone) => {
    if (!serves('models')) return;
    const found = await Promise.all(endpoints.map(modelsAt));
    if (!gone()) setAnswers((old) => found.map((answer, i) => answer ?? old[i]));
  }, 5000, [endpoints.join()]);
  const groups = Map.groupBy(answers.filter(Boolean), ({ endpoint, models }) => JSON.stringify([models, hasNoWorker(health.get(endpoint))]));
  return [...groups.values()].map((group) => html`<${LoadableModels} key=${group[0].endpoint} names=${group.map(({ endpoint }) => endpoint)} models=${group[0].models} noWorker=${hasNoWorker(health.get(group[0].endpoint))} />`);
}

/** Null while the server is away, as the top bar says. */
const modelsAt = (endpoint) => get(url(endpoint, 'models')).then(({ models }) => ({ endpoint, models }), () => null);

function LoadableModels({ names, models, noWorker }) {
  return html`<section class="card"><h2>At ${names.join(' and ')}</h2>
    ${models.length === 0
      ? html`<p>${noWorker ? html`No worker is connected. <a href="#/workers">How to start one</a>` : 'No worker here has a model. The commands below install one.'}</p>`
      : html`<div class="scroll" tabindex="0" role="group" aria-label=${`Models at ${names.join(' and ')}`}><table>
          <thead><tr><th scope="col">Model</th><th scope="col" class="number">Workers</th><th scope="col" class="number">In memory</th></tr></thead>
          <tbody>${models.map(({ name, workers, resident }) => html`<tr key=${name}><th scope="row" class="id">${name}</th><td class="number">${count(workers)}</td><td class="number">${count(resident)}</td></tr>`)}</tbody>
        </table></div>`}
  </section>`;
}
