// The key, the theme, and what this console is made of.
import { html, useState, Title } from './ui.js';
import { currentKey, libraries, loadDescription, setKey, useLoaded } from './api.js';
import { useLive } from './live.js';

const THEME = 'heritage-theme';
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

export function KeyForm({ done }) {
  const [value, setValue] = useState('');
  const [keep, setKeep] = useState(true);
  const save = (e) => {
    e.preventDefault();
    setKey(value, keep);
    done();
  };
  return html`<form onSubmit=${save}>
    <label class="field"><span>API key</span>
      <input type="password" autocomplete="off" spellcheck=${false} value=${value} onInput=${(e) => setValue(e.target.value)} placeholder=${currentKey() ? 'a key is set' : ''} />
    </label>
    <label class="check"><input type="checkbox" checked=${keep} onChange=${(e) => setKeep(e.target.checked)} /> Keep it until this tab is closed</label>
    <p class="quiet">The key stays in this tab: it is never stored on disk, nor part of an address.</p>
    <div class="row end">
      ${currentKey() && html`<button type="button" onClick=${() => { setKey('', false); done(); }}>Forget the key</button>`}
      <button type="submit" class="primary" disabled=${!value.trim()}>Use this key</button>
    </div>
  </form>`;
}

export function Settings() {
  const [chosen, setChosen] = useState(theme());
  const endpoints = useLive((s) => s.endpoints);
  const { value: api } = useLoaded(loadDescription, []);
  return html`
    <${Title}>Settings</${Title}>
    <div class="cards">
      <section class="card"><h2>Key</h2><${KeyForm} done=${() => {}} /></section>
      <section class="card"><h2>Appearance</h2>
        <fieldset><legend>Theme</legend>
          ${THEMES.map((name) => html`<label class="check"><input type="radio" name="theme" checked=${chosen === name} onChange=${() => { applyTheme(name); setChosen(name); }} /> ${{ system: 'As the system', light: 'Light', dark: 'Dark' }[name]}</label>`)}
        </fieldset>
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
