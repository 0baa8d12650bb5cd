// What all pages share: the template function, hooks and small components. Texts are always text nodes.
import { h } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import htm from 'htm';

export const html = htm.bind(h);
export { useEffect, useMemo, useRef, useState };

/** @type {Record<string, [sign: string, label: string]>} state of a job: never by colour alone */
const STATES = {
  IN_QUEUE: ['…', 'Queued'],
  IN_PROGRESS: ['▶', 'Running'],
  COMPLETED: ['✓', 'Completed'],
  FAILED: ['✕', 'Failed'],
  CANCELLED: ['⊘', 'Cancelled'],
  TIMED_OUT: ['◷', 'Timed out'],
};

export const isEnded = (status) => status !== 'IN_QUEUE' && status !== 'IN_PROGRESS';
export const stateLabel = (status) => (STATES[status] ?? ['?', status])[1];

export function State({ status }) {
  const [sign, label] = STATES[status] ?? ['?', status];
  return html`<span class="state" data-state=${status}><span aria-hidden="true">${sign}</span> ${label}</span>`;
}

/** A line about something that went wrong or is missing, and what to do. */
export function Notice({ kind = 'info', title, children }) {
  return html`<div class="notice" data-kind=${kind} role=${kind === 'error' ? 'alert' : 'note'}>
    ${title && html`<strong>${title}</strong>`} <div>${children}</div>
  </div>`;
}

/** A command to type, with a button that copies it. */
export function Command({ text }) {
  return html`<div class="command"><pre tabindex="0" role="group" aria-label="Command"><code>${text}</code></pre><${Copy} text=${text} label="Copy the command" /></div>`;
}

/** The clipboard exists only on https and localhost; elsewhere a field to copy from takes its place. */
export async function copyText(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
}

export function Copy({ text, label = 'Copy', large = false, children = 'Copy' }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    await copyText(typeof text === 'function' ? text() : text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  return html`<button type="button" class=${large ? '' : 'small'} aria-label=${done ? 'Copied' : label} onClick=${copy}>${done ? 'Copied' : children}</button>`;
}

/** Bar of something that takes time; without `value` it only moves. */
export function Bar({ value, max = 1, label }) {
  return html`<progress aria-label=${label} max=${max} value=${value ?? undefined}></progress>`;
}

/** A modal dialog; `onClose` hears of Escape too. */
export function Dialog({ title, onClose, children }) {
  const ref = useRef(null);
  useEffect(() => {
    const dialog = ref.current;
    dialog.showModal();
    return () => dialog.close();
  }, []);
  return html`<dialog ref=${ref} aria-labelledby="dialog-title" onClose=${onClose}>
    <h2 id="dialog-title">${title}</h2>
    ${children}
  </dialog>`;
}

/** Asks before something is done; `danger`: what cannot be undone. */
export function Confirm({ title, action, danger = false, onConfirm, onClose, children }) {
  const [outcome, setOutcome] = useState(null);
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    try {
      setOutcome((await onConfirm()) ?? []);
    } catch (e) {
      setOutcome([{ name: '', error: e.message }]);
    }
    setBusy(false);
  };
  useEffect(() => {
    if (outcome && outcome.every((row) => !row.error)) onClose();
  }, [outcome]);
  return html`<${Dialog} title=${title} onClose=${onClose}>
    <div>${children}</div>
    ${outcome && html`<ul class="outcome">${outcome.map((row) => html`<li>${row.name} ${row.error ? html`<strong>${row.error}</strong>` : 'done'}</li>`)}</ul>`}
    <div class="row end">
      <button type="button" onClick=${onClose}>${outcome ? 'Close' : 'Go back'}</button>
      ${!outcome && html`<button type="button" class=${danger ? 'primary danger' : 'primary'} disabled=${busy} onClick=${go}>${action}</button>`}
    </div>
  </${Dialog}>`;
}

/** The page's name, which takes the focus when the page changes. */
export function Title({ children, actions }) {
  return html`<div class="title"><h1 tabindex="-1">${children}</h1><div class="row">${actions}</div></div>`;
}

/** What a query in the hash says, and how to change it without a new entry in the history. */
export function replaceQuery(route, changes) {
  const query = new URLSearchParams(route.query);
  for (const [name, value] of Object.entries(changes)) {
    if (value === '' || value == null) query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  const hash = '#/' + route.path.map(encodeURIComponent).join('/') + (text ? '?' + text : '');
  if (hash !== location.hash) {
    history.replaceState(null, '', hash);
    dispatchEvent(new HashChangeEvent('hashchange'));
  }
}

/** Runs `work` now and again while the page is looked at, never two at a time. */
export function usePolling(work, millis, inputs) {
  useEffect(() => {
    let timer;
    let gone = false;
    const turn = async () => {
      if (!document.hidden) await work(() => gone);
      if (!gone) timer = setTimeout(turn, millis);
    };
    turn();
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, inputs);
}
