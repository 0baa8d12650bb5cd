// What happened to a job: every attempt with its worker and end, and how long the stages of the last one took.
import { html, Bar } from './ui.js';
import { count, duration, when } from './format.js';

export function Timeline({ details }) {
  return html`<div class="cards">
    <section class="card"><h2>What happened</h2>
      <ol class="timeline">
        <li><time datetime=${details.createdAt}>${when(details.createdAt)}</time> submitted</li>
        ${details.timeline.map((step) => html`<li><time datetime=${step.at}>${when(step.at)}</time> ${step.event.toLowerCase().replace('_', ' ')}${step.workerId ? html` on <span class="id">${step.workerId}</span>` : ''}${step.attempt > 1 ? `, attempt ${step.attempt}` : ''}</li>`)}
      </ol></section>
    ${(details.delayTime != null || details.stages.length > 0) && html`<section class="card"><h2>Times</h2>
      <dl class="facts">
        ${details.delayTime != null && html`<dt>In the queue</dt><dd>${duration(details.delayTime)}</dd>`}
        ${details.executionTime != null && html`<dt>Run time</dt><dd>${duration(details.executionTime)}</dd>`}
        ${details.retries > 0 && html`<dt>Restarts</dt><dd>${count(details.retries)}</dd>`}
      </dl>
      <${Stages} stages=${details.stages} />
    </section>`}
    ${details.attempts.length > 0 && html`<${Attempts} attempts=${details.attempts} />`}
  </div>`;
}

function Stages({ stages }) {
  const longest = Math.max(1, ...stages.map(({ millis }) => millis ?? 0));
  if (!stages.length) return null;
  return html`<h3>Stages of the last attempt</h3>
    <dl class="facts">${stages.map(({ stage, millis }) => html`<dt>${stage}</dt><dd>${millis == null ? '…' : html`<span class="progress"><${Bar} label=${stage} value=${millis} max=${longest} /> ${duration(millis)}</span>`}</dd>`)}</dl>`;
}

function Attempts({ attempts }) {
  return html`<section class="card whole"><h2>Attempts</h2>
    <div class="scroll" tabindex="0" role="group" aria-label="Attempts"><table>
      <thead><tr><th scope="col">No.</th><th scope="col">Worker</th><th scope="col">Began</th><th scope="col" class="number">Took</th><th scope="col">End</th></tr></thead>
      <tbody>${attempts.map((a) => html`<tr key=${a.attempt}>
        <th scope="row">${count(a.attempt)}</th>
        <td class="id">${a.workerId}</td>
        <td><time datetime=${a.startedAt}>${when(a.startedAt)}</time></td>
        <td class="number">${a.endedAt ? duration(Date.parse(a.endedAt) - Date.parse(a.startedAt)) : ''}</td>
        <td>${a.end ? a.end.toLowerCase().replace('_', ' ') : 'running'}</td>
      </tr>`)}</tbody>
    </table></div>
  </section>`;
}
