// The reference from the OpenAPI that this server serves, with a raw request for each operation.
import { html, useMemo, useState, Bar, Command, Notice, Title } from './ui.js';
import { authorized, base, currentKey, loadDescription, useLoaded } from './api.js';
import { useLive } from './live.js';
import { bytes } from './format.js';
import { WebhookTrial } from './webhook.js';

const MOST_SHOWN = 100_000;
const METHODS = ['get', 'post', 'put', 'delete', 'head'];

export function Reference({ route }) {
  const { value: api, error } = useLoaded(loadDescription, []);
  if (error) return html`<${Title}>API</${Title}><${Notice} kind="error">${error.message}</${Notice}>`;
  if (!api) return html`<${Title}>API</${Title}><p class="quiet" role="status">Loading …</p>`;
  const operations = Object.entries(api.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method] && method !== 'head').map((method) => ({
      key: `${method} ${path}`, method, path, root: rootOf(item[method].servers ?? item.servers), ...item[method], parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])].map((p) => deref(api, p)),
    })),
  );
  const chosen = operations.find(({ key }) => key === route.query.get('op')) ?? operations[0];
  return html`
    <${Title} actions=${html`<a class="button" href="openapi.json" download>openapi.json</a>`}>API</${Title}>
    <p class="quiet">Every operation of this server at <code>${base}</code>. RunPod’s own clients work with it unchanged.</p>
    <div class="reference">
      <nav aria-label="Operations"><ul>${operations.map((op) => html`<li><a href=${`#/api?op=${encodeURIComponent(op.key)}`} aria-current=${op === chosen ? 'true' : undefined}><span class="method">${op.method.toUpperCase()}</span> ${op.path.replace('/{endpoint}', '')}</a></li>`)}</ul></nav>
      <div class="cards one"><${Operation} key=${chosen.key} api=${api} operation=${chosen} /><${WebhookTrial} /></div>
    </div>`;
}

/** Where paths begin: at the operations, unless the description names another server for one. */
const rootOf = (servers) => (servers ? new URL('.' + servers[0].url, document.baseURI).href.replace(/\/$/, '') : base);

const deref = (api, node) => (node?.$ref ? node.$ref.slice(2).split('/').reduce((at, name) => at?.[name], api) : node);

/** A body to begin with: the operation's example, or what its schema asks for. */
function bodyOf(api, operation) {
  const content = deref(api, operation.requestBody)?.content?.['application/json'];
  if (!content) return null;
  const example = content.example ?? Object.values(content.examples ?? {})[0]?.value;
  return JSON.stringify(example ?? { input: {} }, null, 2);
}

/** A file goes as it is, or as a form where nothing else is taken. */
const takesForm = (api, operation) => Object.keys(deref(api, operation.requestBody)?.content ?? {}).join() === 'multipart/form-data';

function formOf(file) {
  const form = new FormData();
  form.append('file', file);
  return form;
}

function Operation({ api, operation }) {
  const endpoints = useLive((s) => s.endpoints);
  const [values, setValues] = useState({ endpoint: endpoints[0]?.id ?? '' });
  const [body, setBody] = useState(() => bodyOf(api, operation));
  const [file, setFile] = useState(null);
  const [answer, setAnswer] = useState(null);
  const [busy, setBusy] = useState(false);
  const takesBytes = operation.requestBody && body === null;
  const isForm = takesForm(api, operation);
  const address = useMemo(() => addressOf(operation, values), [operation, values]);
  const missing = operation.parameters.filter((p) => (p.required || p.in === 'path') && !values[p.name]);
  const send = async (e) => {
    e.preventDefault();
    setBusy(true);
    setAnswer(await ask(operation, address, isForm ? formOf(file) : takesBytes ? file : body));
    setBusy(false);
  };
  const set = (name) => (e) => setValues({ ...values, [name]: e.target.value });
  return html`<section class="card operation">
    <h2><span class="method">${operation.method.toUpperCase()}</span> ${operation.path}</h2>
    <p>${operation.summary}</p>
    ${operation.description && html`<p>${operation.description}</p>`}
    <form onSubmit=${send}>
      <div class="fields">${operation.parameters.filter((p) => p.in !== 'header').map((p) =>
        p.name === 'endpoint'
          ? html`<label class="field"><span>endpoint</span><select value=${values.endpoint} onChange=${set('endpoint')}>${endpoints.map(({ id }) => html`<option value=${id}>${id}</option>`)}</select></label>`
          : html`<label class="field"><span>${p.name}${p.in === 'path' || p.required ? '' : ' (optional)'}</span><input type="text" spellcheck=${false} value=${values[p.name] ?? ''} onInput=${set(p.name)} />${p.description && html`<span class="quiet">${p.description}</span>`}</label>`)}
      </div>
      ${body !== null && html`<label class="field"><span>Body</span><textarea class="code" rows="8" spellcheck=${false} value=${body} onInput=${(e) => setBody(e.target.value)}></textarea></label>`}
      ${takesBytes && html`<label class="field"><span>File</span><input type="file" onChange=${(e) => setFile(e.target.files[0] ?? null)} /></label>`}
      <${Command} text=${curlOf(operation, address, takesBytes ? { name: file?.name ?? 'FILE', isForm } : body)} />
      <div class="row end">
        <button type="submit" class="primary" disabled=${busy || missing.length > 0 || (takesBytes && !file)}>${busy ? 'Waiting …' : 'Send'}</button>
      </div>
    </form>
    ${busy && html`<${Bar} label="Waiting for the answer" />`}
    ${answer && html`<h3>Answer</h3><p role="status"><strong>${answer.status}</strong> <span class="quiet">${answer.type} ${answer.millis} ms</span></p>
      <pre class="code" tabindex="0" role="group" aria-label="Answer"><code>${answer.text}</code></pre>`}
  </section>`;
}

function addressOf(operation, values) {
  // A colon may stand in a path as it is, and those of references do.
  const path = operation.path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(values[name] ?? '').replaceAll('%3A', ':'));
  const query = new URLSearchParams(operation.parameters.filter((p) => p.in === 'query' && values[p.name]).map((p) => [p.name, values[p.name]]));
  return operation.root + path + (query.size ? `?${query}` : '');
}

/** The first bytes of an answer as text; a stream of events is read for some seconds. */
async function ask(operation, address, body) {
  const began = performance.now();
  const abort = new AbortController();
  const isEvents = operation.path.includes('/events');
  const timer = isEvents ? setTimeout(() => abort.abort(), 5000) : 0;
  const done = (status, type, text) => ({ status, type, text, millis: Math.round(performance.now() - began) });
  try {
    const headers = authorized(typeof body === 'string' ? { 'Content-Type': 'application/json' } : {});
    const response = await fetch(address, { method: operation.method.toUpperCase(), body: operation.method === 'get' ? undefined : (body ?? undefined), headers, signal: abort.signal, cache: 'no-store' });
    const type = response.headers.get('Content-Type') ?? '';
    const isText = /json|text/.test(type);
    if (!isText) await response.body?.cancel();
    const text = isText ? await someText(response) : `(${bytes(Number(response.headers.get('Content-Length') ?? 0))} of ${type}, not shown)`;
    return done(`${response.status} ${response.statusText}`, type, pretty(text, type));
  } catch (e) {
    return done('No answer', '', e.message);
  } finally {
    clearTimeout(timer);
  }
}

async function someText(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return text;
      text += value;
      if (text.length > MOST_SHOWN) break;
    }
  } catch (e) {
    if (e.name !== 'AbortError') throw e;
    return text;
  }
  await reader.cancel();
  return text.slice(0, MOST_SHOWN) + '\n… cut here';
}

function pretty(text, type) {
  if (!type.includes('json') || text.endsWith('… cut here')) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function curlOf(operation, address, body) {
  const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;
  const words = ['curl', '-sS', '-X', operation.method.toUpperCase()];
  if (currentKey()) words.push('-H', '"Authorization: Bearer $HERITAGE_API_KEY"');
  if (typeof body === 'string' && operation.method !== 'get') words.push('-H', quoted('Content-Type: application/json'), '-d', quoted(body));
  else if (body?.isForm) words.push('-F', quoted(`file=@${body.name}`));
  else if (body) words.push('-T', quoted(body.name));
  return [...words, quoted(address)].join(' ');
}
