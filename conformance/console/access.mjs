// Accessibility: axe on every page and state, light, dark and in forced colours; nothing too wide at 320 px; nothing moves
// where the user wants no motion. States without a key or a worker are looked at by parts.mjs.
import { readFileSync } from 'node:fs';
import { END, NARROW, NARROWEST, Page, START, WIDE, WORK_MILLIS, api, check, ended, store } from './harness.mjs';

const axe = readFileSync(new URL(import.meta.resolve('axe-core')), 'utf8');

const LOOKS = {
  light: { colorScheme: 'light', forcedColors: 'none' },
  dark: { colorScheme: 'dark', forcedColors: 'none' },
  'forced colours': { colorScheme: 'light', forcedColors: 'active' },
};

/**
 * @typedef {object} State
 * @property {string} name
 * @property {string} hash
 * @property {(page: Page) => Promise<unknown>} [prepare] what is done on the page first
 * @property {boolean} [refused] the browser notes an error by itself
 */

/** @param {string} job of an interpolation */
export async function everyPage(context, job) {
  let jobs;
  await check('jobs in every state are there to be looked at', async () => {
    const running = await submitted(129, { resolution: 720, interpolation: 4 }); // nobody waits for its end
    await onEachLook(context, 'while a job runs', whileRunning(running));
    await api(`interpolate/cancel/${running}`, {});
    jobs = await jobsOfEveryKind(running);
    await api('interpolate/pause', {}); // so that what is submitted waits
    jobs = { ...jobs, job, waiting: await submitted(17), batch: await submittedBatch() };
  });
  try {
    if (!jobs?.batch) return;
    await onEachLook(context, 'pages and dialogs', pages(jobs.waiting));
    await onEachLook(context, 'jobs in every state', jobStates(jobs));
    await api('interpolate/purge-queue', {});
  } finally {
    await api('interpolate/resume', {});
  }
}

// ---- jobs to look at

const pair = async () => {
  const [start, end] = await Promise.all([START, END].map((file) => store('interpolate', readFileSync(file), 'image/jpeg')));
  return { start_image_base64: start, end_image_base64: end };
};

async function submitted(frames, more = {}) {
  const input = { ...(await pair()), resolution: 480, frame_length: frames, interpolation: 1, ...more };
  return (await api('interpolate/run', { input, policy: { reply: 'links' } })).id;
}

async function submittedBatch() {
  const two = await pair();
  return (await api('interpolate/batch', { input: { resolution: 480, frame_length: 17, interpolation: 1 }, inputs: [two, two, two] })).id;
}

async function jobsOfEveryKind(cancelled) {
  const { id: failed } = await api('interpolate/run', { input: { frame_length: 0 } });
  const media = await store('restore', readFileSync(START), 'image/jpeg');
  const { id: restored } = await api('restore/run', { input: { media, res_w: 64, res_h: 64 }, policy: { reply: 'links' } });
  await ended('restore', restored);
  await ended('interpolate', cancelled);
  return { failed, restored, cancelled };
}

// ---- states

const at = (id, more = '') => `#/jobs/${id}?endpoint=interpolate${more}`;

/** @param {(page: Page) => Promise<unknown>} open what opens a dialog */
const dialog = (open) => async (page) => {
  await open(page);
  await page.locator('dialog[open]').waitFor();
};
const press = (name) => dialog((page) => page.button(name).click());

async function filled(page) {
  await page.button('Use two sample pictures').click();
  await page.locator('img[alt^="End picture"]').waitFor();
  await page.locator('.estimate p').first().waitFor();
}

async function wrong(page) {
  await filled(page);
  await page.raw.getByText('Advanced').click();
  await page.raw.getByLabel('Frames to make').fill('1000');
  await page.raw.getByLabel('Seed', { exact: true }).fill('x');
  await page.text('A number is expected.');
}

/** @returns {State[]} */
const whileRunning = (running) => [
  { name: 'job, running', hash: at(running), prepare: (page) => page.locator('.now progress').first().waitFor({ timeout: WORK_MILLIS }) },
  { name: 'jobs, one running', hash: '#/jobs', prepare: (page) => page.locator('.state[data-state=IN_PROGRESS]').first().waitFor() },
  { name: 'workers, one running', hash: '#/workers', prepare: (page) => page.locator('table.workers progress').first().waitFor() },
  { name: 'dialog that cancels a running job', hash: at(running), prepare: press('Cancel') },
];

/** @returns {State[]} */
const pages = (waiting) => [
  { name: 'interpolate', hash: '#/interpolate' },
  { name: 'interpolate, filled', hash: '#/interpolate', prepare: filled },
  { name: 'interpolate, wrong', hash: '#/interpolate', prepare: wrong },
  { name: 'code', hash: '#/interpolate', prepare: async (page) => {
    await filled(page);
    await press('Copy as code')(page);
  } },
  { name: 'restore', hash: '#/restore' },
  { name: 'restore, filled', hash: '#/restore', prepare: (page) => page.drop([START]) },
  { name: 'restore, many files', hash: '#/restore', prepare: (page) => page.drop([START, END, START]) },
  { name: 'workers, paused', hash: '#/workers', prepare: (page) => page.text('Paused') },
  { name: 'dialog that drains a worker', hash: '#/workers', prepare: dialog((page) => page.raw.getByRole('button', { name: /^Drain / }).first().click()) },
  { name: 'dialog that resumes', hash: '#/workers', prepare: press('Resume') },
  { name: 'models', hash: '#/models' },
  { name: 'api', hash: '#/api' },
  { name: 'settings', hash: '#/settings' },
  { name: 'key dialog', hash: '#/settings', prepare: press('Key') },
  { name: 'shortcuts', hash: '#/settings', prepare: dialog((page) => page.raw.keyboard.press('?')) },
  { name: 'jobs', hash: '#/jobs' },
  { name: 'jobs, some selected', hash: '#/jobs', prepare: (page) => page.raw.getByRole('checkbox', { name: `Select ${waiting}` }).check() },
  { name: 'jobs, none match', hash: '#/jobs?q=nothing-like-this', prepare: (page) => page.text('No jobs match') },
  { name: 'dialog that empties the queue', hash: '#/jobs', prepare: press('Empty the queue') },
];

/** @returns {State[]} */
const jobStates = ({ job, restored, failed, cancelled, waiting, batch }) => [
  { name: 'job, wipe', hash: at(job) },
  { name: 'job, side by side', hash: at(job, '&mode=side&frame=3&zoom=4') },
  { name: 'job, difference', hash: at(job, '&mode=difference') },
  { name: 'job, toggle', hash: at(job, '&mode=toggle') },
  { name: 'timeline', hash: at(job, '&tab=timeline') },
  { name: 'provenance', hash: at(job, '&tab=settings') },
  { name: 'json', hash: at(job, '&tab=json') },
  { name: 'job, restored', hash: `#/jobs/${restored}?endpoint=restore` },
  { name: 'job, failed', hash: at(failed) },
  { name: 'job, cancelled', hash: at(cancelled) },
  { name: 'job, waiting', hash: at(waiting), prepare: (page) => page.text('Waiting') },
  { name: 'dialog that cancels a waiting job', hash: at(waiting), prepare: press('Cancel') },
  { name: 'batch', hash: at(batch), prepare: (page) => page.text(/of 3 jobs/) },
  { name: 'job, unknown', hash: at('none-u1'), prepare: (page) => page.text('No such job'), refused: true },
];

// ---- looking

const onEachLook = (context, what, states) => Promise.all(Object.keys(LOOKS).map((look) => onEach(context, look, what, states)));

async function onEach(context, look, what, states) {
  const [page, refused] = [await Page.open(context), await Page.open(context, { watched: false })];
  await check(`axe finds nothing, nothing is too wide at ${NARROWEST.width} px: ${what}, ${look}`, async () => {
    const found = [];
    for (const state of states) {
      const on = state.refused ? refused : page;
      await on.raw.emulateMedia(LOOKS[look]);
      await on.raw.setViewportSize(WIDE);
      await on.goto(state.hash, { fresh: true });
      await on.settled();
      await state.prepare?.(on);
      found.push(...(await problems(on, state.name, look)));
    }
    if (found.length) throw new Error(found.join('\n'));
    return `${states.length} states`;
  }, page);
  await page.close();
  await refused.close();
}

/** Fails if something is wrong with the page as it is now, in any look. */
export async function accessible(page, name) {
  const found = [];
  for (const [look, media] of Object.entries(LOOKS)) {
    await page.raw.emulateMedia(media);
    found.push(...(await problems(page, `${name}, ${look}`, look)));
  }
  await page.raw.emulateMedia({ colorScheme: null, forcedColors: null });
  if (found.length) throw new Error(found.join('\n'));
}

async function problems(page, name, look) {
  const found = [];
  for (const size of [NARROWEST, NARROW]) {
    await page.raw.setViewportSize(size);
    found.push(...(await page.overflow(`${name} at ${size.width} px`)));
    if (size === NARROWEST && look === 'light') found.push(...(await page.violations(axe, `${name} at ${size.width} px`)));
  }
  await page.raw.setViewportSize(WIDE);
  if (look === 'light') found.push(...(await motion(page, name)));
  if (look === 'forced colours') found.push(...(await marks(page, name)));
  const within = (await page.locator('dialog[open]').count()) ? 'dialog[open]' : 'main';
  const pressed = page.locator(`${within} button[aria-pressed=true]`).first();
  if (await pressed.count()) await pressed.hover(); // its colours are others then
  found.push(...(await page.violations(axe, name)));
  return found;
}

/** A bar without an end moves, unless the user wants no motion: then nothing does. */
async function motion(page, name) {
  const moving = async (reducedMotion) => {
    await page.raw.emulateMedia({ reducedMotion });
    return page.raw.evaluate(() => {
      const bar = document.createElement('progress');
      document.querySelector('main').append(bar);
      const count = document.getAnimations().length;
      bar.remove();
      return count;
    });
  };
  const [reduced, usual] = [await moving('reduce'), await moving('no-preference')];
  if (reduced) return [`${name}: ${reduced} animations, though the user wants no motion`];
  return usual ? [] : [`${name}: not even a bar without an end moves`];
}

/** What colours tell elsewhere has to be seen without them: what is pressed or current, and how far a bar is. */
async function marks(page, name) {
  const plain = await page.raw.evaluate(() => {
    if (!matchMedia('(forced-colors: active)').matches) return ['colours are not forced'];
    const marked = [...document.querySelectorAll('[aria-pressed=true], [aria-current]')].filter((e) => e.checkVisibility());
    return marked.filter((e) => getComputedStyle(e).outlineStyle === 'none').map((e) => `nothing marks ${e.outerHTML.slice(0, 120)}`);
  });
  const found = plain.map((text) => `${name}: ${text}`);
  if (!(await page.locator('dialog[open]').count()) && !(await barIsSeen(page))) found.push(`${name}: a bar looks the same where it is full and where it is empty`);
  return found;
}

async function barIsSeen(page) {
  await page.raw.evaluate(() => {
    const bar = document.createElement('progress');
    bar.id = 'half-full';
    bar.value = 0.5;
    document.querySelector('main').prepend(bar);
  });
  const picture = (await page.locator('#half-full').screenshot()).toString('base64');
  return page.raw.evaluate(async (base64) => {
    document.getElementById('half-full').remove();
    const image = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], { type: 'image/png' }));
    const pen = new OffscreenCanvas(image.width, image.height).getContext('2d', { willReadFrequently: true });
    pen.drawImage(image, 0, 0);
    const [full, empty] = [0.25, 0.75].map((share) => pen.getImageData(image.width * share, image.height / 2, 1, 1).data.join());
    return full !== empty;
  }, picture);
}
