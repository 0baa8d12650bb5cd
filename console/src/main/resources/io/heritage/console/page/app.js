// The frame around every page: top bar, routes in the hash, theme, key.
import { render } from 'preact';
import { html, useEffect, useRef, useState, Dialog, Notice } from './ui.js';
import { currentKey, onKey } from './api.js';
import { follow, loadEndpoints, state, useLive } from './live.js';
import { count } from './format.js';
import { Jobs } from './jobs.js';
import { Job } from './job.js';
import { Create } from './create.js';
import { Workers, Models } from './operate.js';
import { Reference } from './reference.js';
import { KeyForm, Settings, applyTheme, nextTheme, shortcutsOn, theme } from './settings.js';

const AFTER_G_MILLIS = 1000;

const PAGES = {
  restore: { label: 'Restore', page: (route) => html`<${Create} kind="restore" route=${route} key="restore" />` },
  interpolate: { label: 'Interpolate', page: (route) => html`<${Create} kind="interpolate" route=${route} key="interpolate" />` },
  jobs: { label: 'Jobs', page: (route) => (route.path[1] ? html`<${Job} route=${route} id=${route.path[1]} key=${route.path[1]} />` : html`<${Jobs} route=${route} />`) },
  workers: { label: 'Workers', page: () => html`<${Workers} />` },
  models: { label: 'Models', page: () => html`<${Models} />` },
  api: { label: 'API', page: (route) => html`<${Reference} route=${route} />` },
  settings: { label: 'Settings', page: () => html`<${Settings} />` },
};

/** `#/jobs/ID?frame=3` as its parts. */
function parseRoute() {
  const [path, query = ''] = location.hash.replace(/^#\/?/, '').split('?');
  return { path: path.split('/').filter(Boolean).map(decode), query: new URLSearchParams(query) };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function App() {
  const [route, setRoute] = useState(parseRoute);
  const [dialog, setDialog] = useState('');
  const [problem, setProblem] = useState('');
  const endpoints = useLive((s) => s.endpoints);
  const needsKey = useLive((s) => s.needsKey);

  useEffect(() => {
    const changed = () => setRoute(parseRoute());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  useEffect(() => {
    let timer;
    const begin = async () => {
      clearTimeout(timer);
      try {
        await loadEndpoints();
        setProblem('');
        if (state.endpoints) follow();
      } catch (e) {
        setProblem(e.message);
        timer = setTimeout(begin, 3000);
      }
    };
    begin();
    return onKey(begin);
  }, []);
  useEffect(() => {
    if (endpoints) performance.mark('ready'); // what the budget counts to
  }, [endpoints]);
  useShortcuts(setDialog);

  const kinds = new Set((endpoints ?? []).map((endpoint) => endpoint.kind));
  // RIFE is always there, a model to restore with may not be.
  const first = kinds.has('interpolate') || !endpoints ? 'interpolate' : 'restore';
  const name = PAGES[route.path[0]] ? route.path[0] : first;
  const title = needsKey ? 'Key' : name === 'jobs' && route.path[1] ? `Job ${route.path[1]}` : PAGES[name].label;
  const isFirst = useRef(true);
  useEffect(() => {
    if (!isFirst.current) document.querySelector('main h1')?.focus({ preventScroll: true });
    isFirst.current = false;
    setDialog(''); // back and forward leave it
    scrollTo(0, 0);
  }, [name, route.path[1]]);

  return html`
    <a class="skip" href="#main" onClick=${(e) => { e.preventDefault(); document.querySelector('main').focus(); }}>Skip to the page</a>
    <${TopBar} current=${name} title=${title} kinds=${kinds} loaded=${Boolean(endpoints)} openDialog=${setDialog} />
    <main id="main" tabindex="-1">
      ${problem && html`<${Notice} kind="error" title="No answer">${problem}</${Notice}>`}
      ${needsKey
        ? html`<${KeyPage} refused=${needsKey === 'refused'} />`
        : endpoints
          ? PAGES[name].page(route)
          : !problem && html`<p class="quiet" role="status">Loading …</p>`}
    </main>
    ${dialog === 'key' && html`<${Dialog} title="API key" onClose=${() => setDialog('')}><${KeyForm} done=${() => setDialog('')} /></${Dialog}>`}
    ${dialog === 'shortcuts' && html`<${Shortcuts} onClose=${() => setDialog('')} />`}
  `;
}

function TopBar({ current, title, kinds, loaded, openDialog }) {
  const shown = Object.entries(PAGES).filter(([name]) => !loaded || (name !== 'restore' && name !== 'interpolate') || kinds.has(name));
  const [mode, setMode] = useState(theme());
  return html`<header>
    <a class="brand" href="#/" aria-label="Heritage, start page">Heritage</a>
    <nav aria-label="Pages"><ul>
      ${shown.map(([name, { label }]) => html`<li><a href=${'#/' + name} aria-current=${name === current ? 'page' : undefined}>${label}</a></li>`)}
    </ul></nav>
    <${Activity} title=${title} />
    <div class="tools">
      <button type="button" class="small" onClick=${() => setMode(nextTheme())} aria-label=${`Theme: ${mode}; change`}>${{ system: '◐', light: '☀', dark: '☾' }[mode]}</button>
      <button type="button" class="small" onClick=${() => openDialog('key')}>${currentKey() ? 'Key ✓' : 'Key'}</button>
      <button type="button" class="small" onClick=${() => openDialog('shortcuts')} aria-label="Keyboard shortcuts">?</button>
    </div>
  </header>`;
}

const LINKS = {
  connecting: ['◌', 'connecting'],
  live: ['●', 'live'],
  polling: ['◍', 'updates every 5 s'],
  lost: ['○', 'reconnecting'],
};

/** What runs, and whether this page would know. */
function Activity({ title }) {
  const health = useLive((s) => s.health);
  const link = useLive((s) => s.link);
  const needsKey = useLive((s) => s.needsKey);
  let [running, queued, ready] = [0, 0, 0];
  for (const h of health.values()) {
    if (!h) continue;
    running += h.jobs.inProgress;
    queued += h.jobs.inQueue;
    ready = Math.max(ready, h.workers.ready + (h.workers.running ?? 0));
  }
  useEffect(() => {
    document.title = `${running + queued ? `(${running + queued}) ` : ''}${title} – Heritage`;
  }, [running, queued, title]);
  const [sign, label] = LINKS[link];
  if (needsKey) return null; // nothing connects until there is one
  return html`<p class="activity" data-link=${link}>
    ${health.size > 0 && html`<span>${count(running)} running</span><span>${count(queued)} queued</span><span>${count(ready)} ${ready === 1 ? 'worker' : 'workers'}</span>`}
    <span class="link" role="status"><span aria-hidden="true">${sign}</span> ${label}</span>
  </p>`;
}

function KeyPage({ refused }) {
  return html`<section class="narrow">
    <h1 tabindex="-1">A key is needed</h1>
    <p>This server asks every caller for an API key. The operator creates one with <code>./heritage keys new NAME</code>.</p>
    ${refused && html`<${Notice} kind="error" title="Refused">The server does not accept the key of this tab.</${Notice}>`}
    <${KeyForm} done=${() => {}} />
  </section>`;
}

const KEYS = [
  ['g then j', 'Jobs'],
  ['g then r, i', 'Restore, Interpolate'],
  ['g then w, m, a, s', 'Workers, Models, API, Settings'],
  ['/', 'Search jobs'],
  ['?', 'This list'],
  ['w s t d', 'Compare: wipe, side by side, toggle, difference'],
  ['← →', 'Compare: previous frame, next frame'],
  ['Space', 'Compare: play, pause; when toggling: the other side'],
  ['+ − 0 1', 'Compare: zoom in, out, fit, actual pixels'],
  ['Shift + arrows', 'Compare: pan'],
  ['[ ]', 'Compare: move the wipe'],
  ['m', 'Compare: measure PSNR'],
];

function Shortcuts({ onClose }) {
  return html`<${Dialog} title="Keyboard shortcuts" onClose=${onClose}>
    <dl class="keys">${KEYS.map(([keys, what]) => html`<dt><kbd>${keys}</kbd></dt><dd>${what}</dd>`)}</dl>
    <p class="quiet"><a href="#/settings" onClick=${onClose}>Settings</a> can turn single-key shortcuts off. Those of the comparison always work while it has focus.</p>
    <div class="row end"><button type="button" onClick=${onClose}>Close</button></div>
  </${Dialog}>`;
}

function useShortcuts(openDialog) {
  useEffect(() => {
    let pressedG = -AFTER_G_MILLIS;
    const pressed = (e) => {
      if (!shortcutsOn()) return;
      const typing = e.target.closest?.('input, textarea, select, dialog, media-compare');
      if (typing || e.ctrlKey || e.metaKey || e.altKey) return;
      if (e.timeStamp - pressedG < AFTER_G_MILLIS) {
        const page = { j: 'jobs', r: 'restore', i: 'interpolate', w: 'workers', m: 'models', a: 'api', s: 'settings' }[e.key];
        if (page) location.hash = '#/' + page;
        pressedG = -AFTER_G_MILLIS;
      } else if (e.key === 'g') {
        pressedG = e.timeStamp;
      } else if (e.key === '?') {
        openDialog('shortcuts');
      } else if (e.key === '/') {
        const search = document.querySelector('input[type=search]');
        if (search) {
          e.preventDefault();
          search.focus();
        }
      }
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);
}

applyTheme();
// A file that is dropped beside its place must not replace the page.
addEventListener('dragover', (e) => e.preventDefault());
addEventListener('drop', (e) => e.preventDefault());
const root = document.getElementById('app');
root.textContent = '';
render(html`<${App} />`, root);
