// Takes screenshots of every page in every state.
import { createServer } from 'node:http';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { END, NARROW, Page, START, WIDE, WORK_MILLIS, api, browser, check, done, ended, numberedClip, sheet, store } from './harness.mjs';
import * as server from './server.mjs';

const KEY = 'hk-of-the-console';
const LOOKS = [
  ['light', { colorScheme: 'light' }, WIDE],
  ['dark', { colorScheme: 'dark' }, WIDE],
  ['phone', { colorScheme: 'light' }, NARROW],
];
const context = await browser.newContext({ viewport: WIDE });
const page = await Page.open(context, { watched: false });
const receiver = createServer((request, response) => response.writeHead(500).end()).listen(0, '127.0.0.1');
let number = 0;

/** Takes a screenshot of the current page in every look. */
async function shoot(name) {
  number++;
  for (const [look, media, size] of LOOKS) {
    await page.raw.emulateMedia(media);
    await page.raw.setViewportSize(size);
    await page.raw.waitForTimeout(150); // for what is drawn after the resize
    await page.shot(`${look}-${String(number).padStart(2, '0')}-${name}`);
  }
  await page.raw.setViewportSize(WIDE);
}

/** @param {() => Promise<unknown>} [prepare] runs before the screenshot */
function show(name, hash, prepare = async () => {}) {
  return check(name, async () => {
    await page.goto(hash, { fresh: true });
    await page.settled();
    await prepare();
    await shoot(name);
  }, page);
}

const seen = (selector) => page.locator(selector).first().waitFor();

/** Waits until all thumbnails are drawn. */
const drawn = () => page.raw.waitForFunction(() => {
  const thumbs = [...document.querySelectorAll('.thumb:not(.none)')];
  return thumbs.length > 0 && thumbs.every((thumb) => thumb.querySelector('img'));
});

const call = (path, body) => api(path, body, KEY);
const stored = (endpoint, file, type = 'image/jpeg') => store(endpoint, readFileSync(file), type, KEY);

async function submit(frames, more = {}, times = 1) {
  const [start, end] = await Promise.all([stored('interpolate', START), stored('interpolate', END)]);
  const input = { start_image_base64: start, end_image_base64: end, resolution: 480, frame_length: frames, interpolation: times, output: 'mp4' };
  return (await call('interpolate/run', { input, policy: { reply: 'links' }, ...more })).id;
}

// ---- without a worker
await server.startParts({ console: KEY }, ['sink', 'gateway']);
await page.goto('#/jobs');
await page.text('A key is needed');
await shoot('key-needed');
await page.raw.getByLabel('API key', { exact: true }).fill(KEY);
await page.raw.getByLabel('Keep it for this tab').check();
await page.button('Use this key').click();
await page.text('No jobs yet');
await shoot('jobs-empty');
await show('interpolate-empty', '#/interpolate');
await show('restore-empty', '#/restore');
await show('workers-none', '#/workers', () => page.text('No worker is connected'));
await show('models-none', '#/models');
const first = await submit(33);
await show('job-waiting', `#/jobs/${first}?endpoint=interpolate`, () => page.text('Waiting'));
await show('jobs-one', '#/jobs', drawn);

// ---- with a worker
server.startPart('processor');
await ended('interpolate', first, KEY);
const second = await submit(17, { webhook: `http://127.0.0.1:${receiver.address().port}/hook` });
await ended('interpolate', second, KEY);
const { id: failed } = await call('interpolate/run', { input: { frame_length: 0, positive_prompt: 'a walk' } });
const clip = await numberedClip('mp4', 33);
const media = await stored('restore', clip, 'video/mp4');
const restored = (await call('restore/run', { input: { media, res_w: 192, res_h: 96 }, policy: { reply: 'links' } })).id;
await ended('restore', restored, KEY);
const running = await submit(129, {}, 2);
const queued = await submit(129, {}, 2);
await show('job-running', `#/jobs/${running}?endpoint=interpolate`, async () => {
  await page.locator('.now progress[value]').first().waitFor({ timeout: WORK_MILLIS });
});
await show('jobs-many', '#/jobs', drawn);
await show('jobs-selected', '#/jobs', async () => {
  await drawn();
  await page.raw.getByRole('checkbox', { name: `Select ${queued}` }).check();
});
await show('workers-running', '#/workers', () => seen('table'));
await show('models', '#/models', () => seen('table'));
await show('confirm-cancel', `#/jobs/${queued}?endpoint=interpolate`, () => page.button('Cancel').click());
await call(`interpolate/cancel/${queued}`, {});
await call(`interpolate/cancel/${running}`, {});
const [worker] = (await call('interpolate/workers')).workers;
await call('interpolate/pause', {});
await call(`interpolate/workers/${worker.id}/drain`, {});
await show('workers-paused-drained', '#/workers', () => page.text('Paused'));
await call(`interpolate/workers/${worker.id}/undrain`, {});
await call('interpolate/resume', {});

// ---- results
const result = `#/jobs/${first}?endpoint=interpolate`;
await show('job-wipe', result);
await show('job-side-zoomed', `${result}&mode=side&frame=12&zoom=4`);
await show('job-difference', `${result}&mode=difference&frame=12`);
await show('job-two-results', `${result}&mode=toggle&with=${second}`, async () => {
  await page.raw.waitForFunction(() => document.querySelector('.under select')?.selectedOptions[0]?.textContent === 'Other result');
  await page.settled();
});
await show('job-restored-video', `#/jobs/${restored}?endpoint=restore&mode=side&frame=5`);
await show('job-timeline', `${result}&tab=timeline`);
await show('job-settings', `${result}&tab=settings`);
await show('job-json', `${result}&tab=json`);
await show('job-webhook', `#/jobs/${second}?endpoint=interpolate&tab=webhook`, () => seen('.timeline li'));
await show('job-failed', `#/jobs/${failed}?endpoint=interpolate`);
await show('job-cancelled', `#/jobs/${queued}?endpoint=interpolate`);
const pictures = await Promise.all([START, END].map((file) => stored('interpolate', file)));
const pair = { start_image_base64: pictures[0], end_image_base64: pictures[1] };
const batch = (await call('interpolate/batch', { input: { resolution: 480, frame_length: 17, interpolation: 1 }, inputs: [pair, pair, pair] })).id;
await show('job-batch', `#/jobs/${batch}?endpoint=interpolate`, () => page.text(/of 3 jobs/));
await show('job-unknown', '#/jobs/none-u1?endpoint=interpolate');
await show('jobs-none-match', '#/jobs?q=nothing-like-this');

// ---- forms
const fill = async () => {
  await page.drop([START, END]);
  await page.locator('img[alt^="End picture"]').waitFor();
  await page.raw.locator('.estimate p').first().waitFor();
};
await show('interpolate-filled', '#/interpolate', fill);
await show('interpolate-advanced-wrong', '#/interpolate', async () => {
  await fill();
  await page.raw.getByText('Advanced').click();
  await page.raw.getByLabel('Frames to make').fill('1000');
});
await show('code', '#/interpolate', async () => {
  await fill();
  await page.button('Copy as code').click();
});
await show('restore-video', '#/restore', async () => {
  await page.dropBytes([{ name: 'a walk in the park, take 3.mp4', type: 'video/mp4', bytes: readFileSync(clip).toString('base64') }]);
  await page.raw.locator('.estimate p').first().waitFor();
});
await show('restore-many', '#/restore', () => page.drop([START, END, START]));
await show('api', '#/api');
await show('settings', '#/settings');
await show('key', '#/settings', () => page.button('Key ✓').click());
await show('shortcuts', '#/settings', () => page.raw.keyboard.press('?'));
await page.goto('#/jobs');
await drawn();
await server.stop('gateway', 'SIGKILL');
await page.text('reconnecting');
await shoot('jobs-reconnecting');

// ---- one picture with all screenshots of a look
for (const [look] of LOOKS) {
  const names = readdirSync(sheet).filter((name) => name.startsWith(`${look}-`)).sort();
  const cells = names.map((name) => `<figure><img src="data:image/png;base64,${readFileSync(join(sheet, name)).toString('base64')}"><figcaption>${name.replace(/^\w+-|\.png$/g, '')}</figcaption></figure>`).join('');
  const all = await context.newPage();
  await all.setViewportSize({ width: 2000, height: 1000 });
  await all.setContent(`<style>body{margin:8px;font:13px sans-serif;background:#ccc}main{display:flex;flex-wrap:wrap;gap:8px}img{width:${look === 'phone' ? 190 : 484}px;display:block}figure{margin:0}</style><main>${cells}</main>`);
  await all.screenshot({ path: join(sheet, `${look}.png`), fullPage: true });
  await all.close();
}
console.log(`console: ${number} states, ${LOOKS.length} looks`);
receiver.close();
await done();
