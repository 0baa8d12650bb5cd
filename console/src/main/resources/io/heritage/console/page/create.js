// Restore and Interpolate: files, settings, run. Drop, paste or name a URL; a bar per file; the same request as code.
import { html, useEffect, useRef, useState, Bar, Copy, Dialog, Notice, Title } from './ui.js';
import { currentKey, files as consoleFiles, post, serves, url } from './api.js';
import { useLive, useNoWorker } from './live.js';
import { bytes, count, range } from './format.js';
import { fieldsOf, initialValues, inputOf, problemOf, slotsOf, trialOf } from './fields.js';
import { chosenFile, chosenUrl, draftOf, keepDraft } from './drafts.js';
import { submit } from './submit.js';
import { trialFrame } from './trial.js';
import { snippets } from './snippets.js';

const MOST_FILES = 500;
const ESTIMATE_AFTER_MILLIS = 400;
const MOST_SEEN = 10_000;
const USUAL_FPS = 25; // a browser does not tell a file's

export function Create({ kind, route }) {
  const endpoints = useLive((s) => s.endpoints).filter((endpoint) => endpoint.kind === kind);
  const [draft, setDraftState] = useState(() => draftOf(kind));
  const [run, setRun] = useState(null);
  const [error, setError] = useState('');
  const [showCode, setShowCode] = useState(false);
  const endpoint = endpoints.find(({ id }) => id === draft.endpoint) ?? endpoints[0];
  const setDraft = (change) => {
    setError('');
    setDraftState((old) => {
      const next = { ...old, ...(typeof change === 'function' ? change(old) : change) };
      keepDraft(kind, next);
      return next;
    });
  };
  const noWorker = useNoWorker(endpoint?.id);
  const slots = slotsOf(kind);
  const place = useFilePlaces(kind, setDraft);
  const takeSamples = async () => {
    setDraft(await samples(kind));
  };
  useEffect(() => {
    if (route.query.get('sample') && !draft.chosen.length) takeSamples();
  }, []);

  const fields = fieldsOf(kind).filter((field) => applies(field, draft.chosen, endpoint));
  const problems = Object.fromEntries(fields.map((field) => [field.name, problemOf(field, draft.values[field.name])]));
  const missing = slots.filter((slot) => slot.optionalWith !== endpoint?.engine && !draft.chosen.some((chosen) => chosen.field === slot.field));
  const complete = missing.length === 0 && Object.values(problems).every((p) => !p);
  const ready = complete && !run;
  const trial = endpoint && trialKind(kind, draft.chosen);
  const start = async (small) => {
    const abort = new AbortController();
    setError('');
    try {
      const what = small ? await trialOfDraft(kind, draft) : draft;
      await submit({ kind, endpoint: endpoint.id, input: inputOf(kind, what.values, fields), chosen: what.chosen }, (progress) => setRun({ progress, abort }), abort.signal);
    } catch (e) {
      if (e.name !== 'AbortError') setError(e.message);
    }
    setRun(null);
  };
  if (!endpoint) return html`<${Title}>${kind}</${Title}><p>This key has no access to an endpoint of this kind.</p>`;

  return html`
    <${Title} actions=${html`<button type="button" onClick=${() => setDraft({ values: initialValues(kind), chosen: [], leftOut: 0 })}>Reset</button>`}>${kind === 'restore' ? 'Restore' : 'Interpolate'}</${Title}>
    <p class="quiet">${kind === 'restore' ? html`Restores and enlarges a picture or video with SeedVR2. The model has to be <a href="#/models">installed</a> once.` : 'Generates the frames between two pictures, with Wan2.2 if it is installed, otherwise with RIFE.'}</p>
    <form class="create" onSubmit=${(e) => { e.preventDefault(); if (ready) start(false); }}>
      <div class="inputs">
        <div class="slots" data-count=${slots.length}>
          ${slots.map((slot) => html`<${Slot} slot=${slot} chosen=${draft.chosen.filter((c) => c.field === slot.field)} place=${place} setDraft=${setDraft} disabled=${Boolean(run)} />`)}
        </div>
        ${draft.leftOut > 0 && html`<${Notice} title="Left out">${draft.leftOut === 1 ? '1 file was' : `${count(draft.leftOut)} files were`} left out: ${slots[0].many ? `${count(MOST_FILES)} at most at a time.` : 'a job takes two pictures.'}</${Notice}>`}
        <div class="row">
          ${slots.length === 2 && draft.chosen.length > 0 && html`<button type="button" onClick=${() => setDraft((d) => ({ chosen: swapped(d.chosen, slots) }))}>Swap</button>`}
          ${!draft.chosen.length && html`<button type="button" onClick=${takeSamples}>Use ${kind === 'restore' ? 'a sample picture' : 'two sample pictures'}</button>`}
        </div>
      </div>
      <div class="settings card">
        ${endpoints.length > 1 && html`<label class="field"><span>Endpoint</span><select value=${endpoint.id} onChange=${(e) => setDraft({ endpoint: e.target.value })}>${endpoints.map(({ id }) => html`<option value=${id}>${id}</option>`)}</select></label>`}
        <${Fields} fields=${fields} draft=${draft} problems=${problems} setDraft=${setDraft} />
        <${Estimate} kind=${kind} endpoint=${endpoint.id} draft=${draft} fields=${fields} ready=${complete} />
        ${noWorker && html`<p class="quiet">No worker is connected, so the job will wait. <a href="#/workers">How to start one</a></p>`}
        ${error && html`<${Notice} kind="error" title="Not started">${error}</${Notice}>`}
        ${run && html`<${Uploading} run=${run} />`}
        <div class="row end">
          <button type="button" onClick=${() => setShowCode(true)}>Copy as code</button>
          ${trial && html`<button type="button" disabled=${!ready} onClick=${() => start(true)} title=${TRIALS[trial].title}>${TRIALS[trial].label}</button>`}
          <button type="submit" class="primary" disabled=${!ready}>${draft.chosen.length > slots.length ? `Run ${count(draft.chosen.length)} jobs` : 'Run'}</button>
        </div>
        ${missing.length > 0 && html`<p class="quiet">Missing: ${missing.map((slot) => slot.label.toLowerCase()).join(' and ')}.</p>`}
      </div>
    </form>
    ${showCode && html`<${Code} request=${requestOf(kind, endpoint.id, draft, fields)} onClose=${() => setShowCode(false)} />`}`;
}

/** Fields of another engine, or of videos where only pictures were chosen, would mean nothing. */
function applies(field, chosen, endpoint) {
  if (field.engine && endpoint && endpoint.engine !== 'auto' && field.engine !== endpoint.engine) return false;
  return field.media !== 'video' || !chosen.length || chosen.some(({ type, url: address }) => address || !type.startsWith('image/'));
}

/** A look at what will come of it, before the whole is computed. */
const TRIALS = {
  frame: { label: 'Try one frame', title: 'Restores the frame that the video above shows, with the same settings' },
  small: { label: 'Try it small', title: 'Runs the job at the smallest size and length' },
};

function trialKind(kind, chosen) {
  if (trialOf(kind)) return 'small';
  return chosen.length === 1 && chosen[0].file && chosen[0].type.startsWith('video/') ? 'frame' : '';
}

async function trialOfDraft(kind, draft) {
  if (trialKind(kind, draft.chosen) === 'small') return { ...draft, values: { ...draft.values, ...trialOf(kind) } };
  const [video] = draft.chosen;
  const values = Object.fromEntries(Object.entries(draft.values).filter(([name]) => fieldsOf(kind).find((field) => field.name === name)?.media !== 'video'));
  return { values, chosen: [chosenFile(video.field, await trialFrame(video))] };
}

function swapped(chosen, [first, second]) {
  return chosen.map((c) => ({ ...c, field: c.field === first.field ? second.field : first.field })).sort((a) => (a.field === first.field ? -1 : 1));
}

async function samples(kind) {
  const names = kind === 'restore' ? ['start.jpg'] : ['start.jpg', 'end.jpg'];
  const chosen = await Promise.all(
    names.map(async (name, i) => {
      const response = await fetch(consoleFiles + name);
      return chosenFile(slotsOf(kind)[i].field, new File([await response.blob()], name, { type: 'image/jpeg' }));
    }),
  );
  const small = kind === 'restore' ? { res_w: 854, res_h: 480 } : { resolution: 480, frame_length: 17 };
  return { chosen, values: { ...initialValues(kind), ...small } };
}

// ---- files

/** Puts files where they belong: dropped anywhere, pasted, or chosen. */
function useFilePlaces(kind, setDraft) {
  const slots = slotsOf(kind);
  const place = (list, field) => {
    if (!list.length) return;
    setDraft((draft) => {
      const chosen = [...draft.chosen];
      if (slots[0].many) return { chosen: list.slice(0, MOST_FILES).map((file) => chosenFile(slots[0].field, file)), leftOut: Math.max(0, list.length - MOST_FILES) };
      let free = slots.filter((slot) => !chosen.some((c) => c.field === slot.field)).map((slot) => slot.field);
      if (field) free = [field, ...slots.map((slot) => slot.field).filter((name) => name !== field)];
      if (!free.length) free = slots.map((slot) => slot.field);
      list.slice(0, free.length).forEach((file, i) => {
        const at = chosen.findIndex((c) => c.field === free[i]);
        if (at >= 0) chosen.splice(at, 1);
        chosen.push(chosenFile(free[i], file));
      });
      return { chosen: slots.flatMap((slot) => chosen.filter((c) => c.field === slot.field)), leftOut: Math.max(0, list.length - free.length) };
    });
  };
  useEffect(() => {
    const dropped = async (e) => {
      e.preventDefault();
      const field = e.target.closest?.('[data-field]')?.dataset.field;
      place(await filesIn(e.dataTransfer), field);
    };
    const pasted = (e) => {
      const files = [...(e.clipboardData?.files ?? [])];
      if (files.length) {
        e.preventDefault();
        place(files);
      }
    };
    addEventListener('drop', dropped);
    addEventListener('paste', pasted);
    return () => {
      removeEventListener('drop', dropped);
      removeEventListener('paste', pasted);
    };
  }, [kind]);
  return place;
}

/** The pictures and videos of what was dropped, folders included. */
async function filesIn(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) return [...transfer.files];
  const found = [];
  const visit = async (entry) => {
    if (found.length >= MOST_SEEN) return;
    if (entry.isFile) {
      const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
      if (/^(image|video)\//.test(file.type)) found.push(file);
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
      if (!some.length) return;
      for (const child of some) await visit(child);
    }
  };
  for (const entry of entries) await visit(entry);
  return found;
}

function Slot({ slot, chosen, place, setDraft, disabled }) {
  const input = useRef(null);
  const [address, setAddress] = useState('');
  const remove = () => setDraft((draft) => ({ chosen: draft.chosen.filter((c) => c.field !== slot.field), leftOut: 0 }));
  const takeUrl = () => {
    if (!/^https?:\/\/\S+$/.test(address.trim())) return;
    setDraft((draft) => ({ chosen: [...draft.chosen.filter((c) => c.field !== slot.field), chosenUrl(slot.field, address.trim())] }));
    setAddress('');
  };
  return html`<div class="slot" data-field=${slot.field} data-filled=${chosen.length > 0}>
    <input ref=${input} class="visually-hidden" type="file" tabindex="-1" aria-label=${slot.label} accept=${slot.accept} multiple=${slot.many} disabled=${disabled}
      onChange=${(e) => { place([...e.target.files], slot.field); e.target.value = ''; }} />
    ${chosen.length
      ? html`<${Preview} chosen=${chosen} label=${slot.label} onProbe=${() => setDraft((draft) => ({ chosen: [...draft.chosen] }))} /><div class="row">
          <button type="button" class="small" disabled=${disabled} onClick=${() => input.current.click()} aria-label=${`Replace: ${slot.label}`}>Replace</button>
          <button type="button" class="small" disabled=${disabled} onClick=${remove} aria-label=${`Remove: ${slot.label}`}>Remove</button></div>`
      : html`<button type="button" class="dropper" onClick=${() => input.current.click()}><strong>${slot.label}</strong><span>Drop, paste or choose ${slot.many ? 'files or a folder' : 'a file'}</span></button>
        <div class="row url"><input type="url" aria-label=${`Address of ${slot.label.toLowerCase()}`} placeholder="or https://…" value=${address} onInput=${(e) => setAddress(e.target.value)}
          onKeyDown=${(e) => { if (e.key === 'Enter') { e.preventDefault(); takeUrl(); } }} />
          <button type="button" class="small" disabled=${!address.trim()} onClick=${takeUrl}>Use</button></div>`}
  </div>`;
}

function Preview({ chosen, label, onProbe }) {
  const [first] = chosen;
  const [facts, setFacts] = useState('');
  const isVideo = first.type.startsWith('video/');
  const seen = (e) => {
    const { naturalWidth, naturalHeight, videoWidth, videoHeight, duration } = e.target;
    setFacts(isVideo ? `${videoWidth} × ${videoHeight}, ${duration.toFixed(1)} s` : `${naturalWidth} × ${naturalHeight}`);
    first.probe = isVideo ? { width: videoWidth, height: videoHeight, frames: Math.max(1, Math.round(duration * USUAL_FPS)) } : { width: naturalWidth, height: naturalHeight };
    onProbe();
  };
  return html`<figure>
    ${first.address && (isVideo
      ? html`<video src=${first.address} muted playsinline controls aria-label=${`${label}: ${first.name}`} preload="metadata" onLoadedMetadata=${seen} onError=${() => setFacts('this browser cannot display it')}></video>`
      : html`<img src=${first.address} alt=${`${label}: ${first.name}`} onLoad=${seen} onError=${() => setFacts('this browser cannot display it')} />`)}
    <figcaption><strong>${label}</strong> <span class="name">${chosen.length > 1 ? `${count(chosen.length)} files: ${first.name} …` : first.name}</span>
      <span class="quiet">${[facts, first.size ? bytes(chosen.reduce((sum, c) => sum + c.size, 0)) : 'fetched by the server'].filter(Boolean).join(', ')}</span></figcaption>
  </figure>`;
}

// ---- settings

function Fields({ fields, draft, problems, setDraft }) {
  const set = (name, value) => setDraft((d) => ({ values: { ...d.values, [name]: value } }));
  const draw = (field) => html`<${FieldInput} key=${field.name} field=${field} value=${draft.values[field.name]} problem=${problems[field.name]} set=${set} />`;
  return html`<h2>Settings</h2>
    <div class="fields">${fields.filter((field) => !field.advanced).map(draw)}</div>
    <details><summary>Advanced</summary><div class="fields">${fields.filter((field) => field.advanced).map(draw)}</div></details>`;
}

function FieldInput({ field, value, problem, set }) {
  const id = `field-${field.name}`;
  const common = { id, value, 'aria-invalid': problem ? 'true' : undefined, 'aria-describedby': problem || field.help ? `${id}-help` : undefined };
  const typed = (e) => set(field.name, e.target.value);
  const picked = (e) => set(field.name, field.choices[e.target.selectedIndex][0]);
  return html`<div class="field" data-type=${field.type}>
    <label for=${id}>${field.label}</label>
    ${field.type === 'choice'
      ? html`<select ...${common} onChange=${picked}>${field.choices.map(([v, label]) => html`<option value=${v}>${label}</option>`)}</select>`
      : field.type === 'text'
        ? html`<textarea ...${common} rows="2" maxlength=${field.longest} onInput=${typed}></textarea>`
        : html`<input ...${common} type="text" inputmode=${field.type === 'integer' ? 'numeric' : 'decimal'} onInput=${typed} />`}
    ${(problem || field.help) && html`<p id=${`${id}-help`} class=${problem ? 'error-text' : 'quiet'}>${problem || field.help}</p>`}
  </div>`;
}

/** What the server expects of these settings, where it can tell. */
function Estimate({ kind, endpoint, draft, fields, ready }) {
  const [estimate, setEstimate] = useState(null);
  const media = draft.chosen.map(({ probe }) => probe).filter(Boolean);
  const question = JSON.stringify({ input: inputOf(kind, draft.values, fields), media: media.slice(0, slotsOf(kind).length) });
  useEffect(() => {
    if (!serves('estimate') || !ready || !media.length) return;
    let gone = false;
    const timer = setTimeout(async () => {
      try {
        const answer = await post(url(endpoint, 'estimate'), JSON.parse(question));
        if (!gone) setEstimate(answer);
      } catch {
        if (!gone) setEstimate(null);
      }
    }, ESTIMATE_AFTER_MILLIS);
    return () => {
      gone = true;
      clearTimeout(timer);
    };
  }, [question, endpoint, ready]);
  if (!estimate || !ready) return null;
  const { fits, output, run, wait, ahead, suggestions = [] } = estimate;
  const parts = [
    { yes: 'this size was done here before', no: 'not possible' }[fits],
    output && `result ${output.width} × ${output.height}${output.frames > 1 ? `, ${count(output.frames)} frames` : ''}${draft.chosen.length > slotsOf(kind).length ? ' (first file)' : ''}`,
    run?.p50 != null && `takes ${range(run.p50, run.p90)}`,
    ahead > 0 && `${count(ahead)} ${ahead === 1 ? 'job' : 'jobs'} ahead`,
    wait?.p50 > 0 && `begins in ${range(wait.p50, wait.p90)}`,
  ].filter(Boolean);
  const assumes = draft.chosen.some((c) => c.probe && c.type.startsWith('video/'));
  return html`<div class="estimate" role="status"><p>${parts.join(' · ')}</p>${assumes && html`<p class="quiet">Assuming ${USUAL_FPS} frames per second: the browser does not know the frame rate of a file.</p>`}${suggestions.map((text) => html`<p class="quiet">${text}</p>`)}</div>`;
}

// ---- run

function Uploading({ run }) {
  const left = run.progress.filter(({ share }) => share < 1);
  return html`<div class="uploading" role="status">
    ${left.slice(0, 4).map(({ name, share }) => html`<div><span class="name">${name}</span> <${Bar} label=${`Upload of ${name}`} value=${share} /></div>`)}
    ${left.length > 4 && html`<p>and ${count(left.length - 4)} more</p>`}
    ${!left.length && html`<p>Starting …</p>`}
    <button type="button" class="small" onClick=${() => run.abort.abort()}>Stop</button>
  </div>`;
}

// ---- code

function requestOf(kind, endpoint, draft, fields) {
  const slots = slotsOf(kind);
  const files = slots.map((slot, i) => {
    const chosen = draft.chosen.find((c) => c.field === slot.field);
    return { field: slot.field, name: chosen?.file?.name ?? (kind === 'restore' ? 'picture.jpg' : ['start.jpg', 'end.jpg'][i]), url: chosen?.url ?? '' };
  });
  return { kind, endpoint, input: inputOf(kind, draft.values, fields), files, needsKey: Boolean(currentKey()) };
}

export function Code({ request, onClose }) {
  const all = snippets(request);
  const [chosen, setChosen] = useState(all[0][0]);
  const [, fileName, text] = all.find(([name]) => name === chosen) ?? all[0];
  return html`<${Dialog} title="This request as code" onClose=${onClose}>
    <div class="tabs" role="group" aria-label="Language">${all.map(([name]) => html`<button type="button" aria-pressed=${name === chosen} onClick=${() => setChosen(name)}>${name}</button>`)}</div>
    <pre class="code" tabindex="0" role="group" aria-label=${`${chosen}, ${fileName}`} data-file=${fileName}><code>${text}</code></pre>
    ${request.needsKey && html`<p class="quiet">The code reads the key from the environment variable HERITAGE_API_KEY.</p>`}
    <div class="row end"><${Copy} text=${text} label=${`Copy the ${chosen} code`} large /><button type="button" onClick=${onClose}>Close</button></div>
  </${Dialog}>`;
}
