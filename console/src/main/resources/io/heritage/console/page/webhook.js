// What became of a job's webhook, once more if asked, and a trial that needs no job of its own.
import { html, useEffect, useRef, useState, Notice } from './ui.js';
import { get, post, serves, url } from './api.js';
import { useLive } from './live.js';
import { jobLink } from './jobs.js';
import { when } from './format.js';

const LOOK_EVERY_MILLIS = 1000;
const MOST_LOOKS = 60;

/** @param {{outcome?: string, deliveries?: {at: string, result: string}[]}} log as `requests/JOB` has it */
function Deliveries({ log }) {
  const { outcome, deliveries = [] } = log;
  return html`
    ${outcome && html`<p role="status">Calls: ${outcome}</p>`}
    ${deliveries.length > 0 && html`<ol class="timeline">${deliveries.map(({ at, result }) => html`<li><time datetime=${at}>${when(at)}</time> ${result}</li>`)}</ol>`}`;
}

const lastCall = (details) => details?.webhook?.deliveries?.at(-1)?.at ?? '';

/** Details of a job, asked for until its webhook has been called. */
function useWebhook(job, first) {
  const [details, setDetails] = useState(first);
  const [looks, setLooks] = useState(0);
  const before = useRef('');
  useEffect(() => setDetails(first), [first]);
  useEffect(() => {
    if (!looks || !job) return;
    let gone = false;
    const timer = setTimeout(async () => {
      const found = await get(url(job.endpoint, `requests/${encodeURIComponent(job.id)}`)).catch(() => null); // looked at again
      if (gone) return;
      if (found) setDetails(found);
      const isCalled = found && lastCall(found) !== before.current;
      setLooks(isCalled || looks >= MOST_LOOKS ? 0 : looks + 1);
    }, LOOK_EVERY_MILLIS);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [job?.id, looks]);
  /** @param {string} after the last call that is known */
  const look = (after) => {
    before.current = after;
    setLooks(1);
  };
  return { details, waits: looks > 0, look };
}

/** The tab of a job that has a webhook. */
export function Webhook({ job, details }) {
  const { details: now, waits, look } = useWebhook(job, details);
  const [error, setError] = useState('');
  const again = async () => {
    setError('');
    try {
      await post(url(job.endpoint, `webhook/${encodeURIComponent(job.id)}`));
      look(lastCall(now));
    } catch (e) {
      setError(e.message);
    }
  };
  return html`<section class="card"><h2>Webhook</h2>
    ${error && html`<${Notice} kind="error" title="Not called">${error}</${Notice}>`}
    <${Deliveries} log=${now?.webhook ?? {}} />
    ${serves('webhook') && html`<div class="row"><button type="button" disabled=${waits} onClick=${again}>${waits ? 'Calling …' : 'Call it again'}</button></div>`}
    <p class="quiet">The body of a call is the job as <code>status</code> returns it. A response other than 2xx is retried twice. Use <code>id</code> to detect repeated calls.</p>
  </section>`;
}

/** What a job does that has no work. */
const NOTHING = { interpolate: {}, restore: { action: 'health' } };

/** A job without work, whose end is told to an address. */
export function WebhookTrial() {
  const endpoints = useLive((s) => s.endpoints);
  const [address, setAddress] = useState('');
  const [job, setJob] = useState(null);
  const [error, setError] = useState('');
  const { details, waits, look } = useWebhook(job, null);
  const send = async (e) => {
    e.preventDefault();
    setError('');
    try {
      const { id, kind } = endpoints[0];
      const answer = await post(url(id, 'run'), { input: NOTHING[kind], webhook: address.trim() });
      setJob({ id: answer.id, endpoint: id });
      look('');
    } catch (failure) {
      setError(failure.message);
    }
  };
  return html`<section class="card"><h2>Try a webhook</h2>
    <p class="quiet">Submits a job that does no work. Its end calls the URL. Private and loopback addresses are refused unless <code>sink.webhook-private-addresses</code> is set.</p>
    <form onSubmit=${send}>
      <label class="field"><span>Webhook URL</span><input type="url" placeholder="https://…" value=${address} onInput=${(e) => setAddress(e.target.value)} /></label>
      <div class="row end"><button type="submit" class="primary" disabled=${waits || !/^https?:\/\/\S+$/.test(address.trim())}>${waits ? 'Waiting for the call …' : 'Send'}</button></div>
    </form>
    ${error && html`<${Notice} kind="error" title="Not sent">${error}</${Notice}>`}
    ${job && html`<p>Job <a class="id" href=${`${jobLink(job)}&tab=webhook`}>${job.id}</a></p>`}
    ${details?.id === job?.id && details?.webhook && html`<${Deliveries} log=${details.webhook} />`}
  </section>`;
}
