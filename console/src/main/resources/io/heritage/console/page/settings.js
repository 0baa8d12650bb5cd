// The key, the theme, and what this console is made of.
import { html, useState, Title } from './ui.js';
import { currentKey, libraries, loadDescription, setKey, useLoaded } from './api.js';
import { useLive } from './live.js';

const THEME = 'heritage-theme';
const SHORTCUTS = 'heritage-shortcuts';
const THEMES = ['system', 'light', 'dark'];

export const theme = () => localStorage.getItem(THEME) ?? 'system';

export function applyTheme(chosen = theme()) {
  localStorage.setItem(THEME, chosen);
  if (chosen === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}

/** @returns {string} the one after the present one, which now applies */
export function nextTheme() {
  applyTheme(THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length]);
  return theme();
}

/** Single keys of the page; those of the comparison work only while it has the focus. */
export const shortcutsOn = () => localStorage.getItem(SHORTCUTS) !== 'off';

export function KeyForm({ done }) {
  const [value, setValue] = useState('');
  const [keep, setKeep] = useState(false);
  const save = (e) => {
    e.preventDefault();
    setKey(value, keep);
    done();
  };
  return html`<form onSubmit=${save}>
    <label class="field"><span>API key</span>
      <input type="password" autocomplete="off" spellcheck=${false} value=${value} onInput=${(e) => setValue(e.target.value)} placeholder=${currentKey() ? 'a key is set' : ''} />
    </label>
    <label class="check"><input type="checkbox" checked=${keep} onChange=${(e) => setKeep(e.target.checked)} /> Keep it for this tab</label>
    <p class="quiet">By default the key stays in memory, and a reload asks for it again. A key that is kept for the tab is in the browser’s session storage until the tab is closed; the browser may write that to disk. The key never appears in a URL.</p>
    <div class="row end">
      ${currentKey() && html`<button type="button" onClick=${() => { setKey('', false); done(); }}>Forget the key</button>`}
      <button type="submit" class="primary" disabled=${!value.trim()}>Use this key</button>
    </div>
  </form>`;
}

export function Settings() {
  const [chosen, setChosen] = useState(theme());
  const [shortcuts, setShortcuts] = useState(shortcutsOn());
  const switchShortcuts = (e) => {
    localStorage.setItem(SHORTCUTS, e.target.checked ? 'on' : 'off');
    setShortcuts(e.target.checked);
  };
  const endpoints = useLive((s) => s.endpoints);
  const { value: api } = useLoaded(loadDescription, []);
  return html`
    <${Title}>Settings</${Title}>
    <div class="cards">
      <section class="card"><h2>Key</h2><${KeyForm} done=${() => {}} /></section>
      <section class="card"><h2>Appearance</h2>
        <fieldset><legend>Theme</legend>
          ${THEMES.map((name) => html`<label class="check"><input type="radio" name="theme" checked=${chosen === name} onChange=${() => { applyTheme(name); setChosen(name); }} /> ${{ system: 'System', light: 'Light', dark: 'Dark' }[name]}</label>`)}
        </fieldset>
      </section>
      <section class="card"><h2>Keyboard</h2>
        <label class="check"><input type="checkbox" checked=${shortcuts} onChange=${switchShortcuts} /> Single-key shortcuts</label>
        <p class="quiet">Shortcuts of the comparison always work while it has focus.</p>
      </section>
      <section class="card"><h2>This server</h2>
        <dl class="facts">
          <dt>API</dt><dd>${api?.info?.version ?? '…'}</dd>
          <dt>Endpoints</dt><dd>${(endpoints ?? []).map((e) => (e.id === e.kind ? e.id : `${e.id} (${e.kind})`)).join(', ')}</dd>
          <dt>Address</dt><dd>${location.origin}</dd>
        </dl>
      </section>
      <section class="card"><h2>Licences</h2>
        <p>Heritage is MIT. This console uses ${libraries}: Preact is MIT, htm is Apache-2.0. The sample pictures are from <i>Big Buck Bunny</i>, © 2008 Blender Foundation, CC BY 3.0.</p>
        <p>It loads nothing from other servers.</p>
      </section>
    </div>`;
}
