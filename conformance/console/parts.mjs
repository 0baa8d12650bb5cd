// Broker, gateway, sink and processor as separate processes, with keys. Each is killed while a page shows a job. What takes a
// second worker or a second machine is here, too.
import * as server from './server.mjs';
import { accessible } from './access.mjs';
import { END, Page, START, WIDE, WORK_MILLIS, api, base, browser, check, ended, store, until } from './harness.mjs';
import { anothersJob } from './hostile.mjs';
import { readFileSync } from 'node:fs';

const MINE = 'hk-of-the-console';
const OTHER = 'hk-of-somebody-else';

export async function parts() {
  const context = await browser.newContext({ viewport: WIDE });
  // The processor starts later, when a page watches the job.
  await check('broker, sink and gateway start', () => server.startParts({ console: MINE, other: OTHER }, ['sink', 'gateway']));
  const job = await longJob();
  const tab = await Page.open(context, { watched: false });
  await keys(context, tab, job);
  await teaches(tab, job);
  await killed(tab, job);
  await brokerKilled(tab);
  await tab.goto(`#/jobs/${job}`);
  await stuck(context);
  await anotherMachine(job);
  await shownAfterwards(tab, job);
  const stranger = await Page.open(await browser.newContext(), { watched: false });
  await stranger.goto('#/jobs');
  await useKey(stranger, OTHER, true);
  await anothersJob(stranger, job, OTHER);
  await check('axe finds nothing where there is no job', () => accessible(stranger, 'jobs, none'), stranger);
  await stranger.close();
  await context.close();
}

async function interpolation(more) {
  const [start, end] = await Promise.all([START, END].map((file) => store('interpolate', readFileSync(file), 'image/jpeg', MINE)));
  const input = { start_image_base64: start, end_image_base64: end, resolution: 480, interpolation: 1, output: 'mp4', ...more };
  return (await api('interpolate/run', { input, policy: { reply: 'links' } }, MINE)).id;
}

/** Long enough to be killed under. */
const longJob = () => interpolation({ frame_length: 33 });

/** Work for minutes; nobody waits for its end. */
const slowJob = () => interpolation({ resolution: 720, frame_length: 129, interpolation: 4 });

async function quickJob() {
  const media = await store('restore', readFileSync(START), 'image/jpeg', MINE);
  return (await api('restore/run', { input: { media, res_w: 64, res_h: 64 }, policy: { reply: 'links' } }, MINE)).id;
}

async function useKey(tab, key, keep = false) {
  await tab.raw.getByLabel('API key', { exact: true }).fill(key);
  if (keep) await tab.raw.getByLabel('Keep it for this tab').check();
  await tab.button('Use this key').click();
}

async function keys(context, tab, job) {
  await check('a server with keys asks for one, and the page keeps it in this tab only', async () => {
    await tab.goto(`#/jobs/${job}`);
    await tab.text('A key is needed');
    await accessible(tab, 'key needed');
    await useKey(tab, 'hk-wrong');
    await tab.text('The server does not accept the key');
    await accessible(tab, 'key refused');
    await useKey(tab, MINE, true);
    await tab.raw.locator('.id', { hasText: job }).first().waitFor();
    await tab.raw.reload();
    await tab.raw.locator('.id', { hasText: job }).first().waitFor();
    const stored = await tab.raw.evaluate(() => ({ disk: JSON.stringify({ ...localStorage }), address: location.href, cookie: document.cookie }));
    if (JSON.stringify(stored).includes(MINE)) throw new Error(JSON.stringify(stored));
    const other = await Page.open(context, { watched: false });
    await other.goto('#/jobs');
    await other.text('A key is needed');
    await other.close();
  }, tab);
}

async function teaches(tab, job) {
  await check('without a worker the pages say how to start one, and fit a phone', async () => {
    await tab.goto('#/workers');
    await tab.text('No worker is connected');
    await accessible(tab, 'workers, none');
    await tab.goto('#/models');
    await tab.text('No worker is connected');
    await accessible(tab, 'models, no worker');
    await tab.goto('#/interpolate');
    await tab.text('so the job will wait');
    await accessible(tab, 'interpolate, no worker');
    await tab.goto(`#/jobs/${job}`);
    await tab.text('No worker is connected');
    await accessible(tab, 'job, no worker');
  }, tab);
}

async function killed(tab, job) {
  await tab.raw.evaluate(() => (window.sameDocument = true));
  await check('kill -9 of the processor, the sink and the gateway: the page that watches the job recovers by itself', async () => {
    server.startPart('processor');
    await tab.raw.locator('.state[data-state=IN_PROGRESS]').waitFor({ timeout: WORK_MILLIS });
    await server.stop('processor', 'SIGKILL');
    server.startPart('processor');
    for (const part of ['sink', 'gateway']) {
      await server.stop(part, 'SIGKILL');
      await tab.text('reconnecting');
      if (part === 'sink') {
        await tab.shot('job-reconnecting');
        await accessible(tab, 'job, reconnecting');
      }
      server.startPart(part);
      await tab.raw.locator('.activity[data-link=live]').waitFor({ timeout: WORK_MILLIS });
    }
    await tab.raw.locator('.state[data-state=COMPLETED]').waitFor({ timeout: WORK_MILLIS });
    if (!(await tab.raw.evaluate(() => window.sameDocument))) throw new Error('the page was loaded again');
    const { attempts } = await api(`interpolate/requests/${job}`, undefined, MINE);
    if (attempts.length < 2) throw new Error(`${attempts.length} attempt: the kill did not interrupt the job`);
    return `${attempts.length} attempts`;
  }, tab);
}

async function brokerKilled(tab) {
  await check('kill -9 of the broker while a job runs: job and page go on by themselves, and the next job is done', async () => {
    const job = await longJob();
    await tab.goto(`#/jobs/${job}?endpoint=interpolate`);
    await tab.locator('.now progress[value]').first().waitFor({ timeout: WORK_MILLIS });
    await tab.raw.evaluate(() => (window.sameDocument = true));
    const { status } = await api(`interpolate/status/${job}`, undefined, MINE);
    if (status !== 'IN_PROGRESS') throw new Error(`it was ${status} before the broker was killed`);
    await server.stop('broker', 'SIGKILL');
    const killed = Date.now();
    await server.restartBroker();
    const away = ((Date.now() - killed) / 1000).toFixed(1);
    await tab.raw.locator('.state[data-state=COMPLETED]').waitFor({ timeout: WORK_MILLIS });
    if (!(await tab.raw.evaluate(() => window.sameDocument))) throw new Error('the page was loaded again');
    await tab.locator('media-compare[data-shown]').waitFor();
    const next = await ended('restore', await quickJob(), MINE);
    if (next.status !== 'COMPLETED') throw new Error(`the next job is ${next.status}: ${next.error}`);
    return `away for ${away} s`;
  }, tab);
}

/** A worker that is busy for long, jobs that wait behind it, and a second worker. */
async function stuck(context) {
  const tab = await Page.open(context, { watched: false });
  await check('something is stuck, which worker, drain it, jobs move on', async () => {
    await tab.goto('#/workers');
    await useKey(tab, MINE, true);
    const slow = await slowJob();
    await until(() => api(`interpolate/status/${slow}`, undefined, MINE), ({ status }) => status === 'IN_PROGRESS', WORK_MILLIS);
    const waiting = await quickJob();
    await tab.goto(`#/jobs/${waiting}?endpoint=restore`);
    await tab.text('Waiting');
    await tab.raw.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Workers' }).click();
    const section = tab.raw.locator('section.card', { has: tab.raw.getByRole('heading', { name: 'interpolate', exact: true }) });
    const row = (name) => section.getByRole('row', { name });
    await row('worker-1').getByRole('link', { name: slow }).waitFor();
    await tab.raw.getByRole('button', { name: 'Drain worker-1' }).first().click();
    await tab.button('Drain').click();
    await row('worker-1').getByText('draining').waitFor();
    server.startWorker('worker-2');
    await row('worker-2').waitFor({ timeout: WORK_MILLIS });
    await tab.goto(`#/jobs/${waiting}?endpoint=restore`);
    await tab.raw.locator('.state[data-state=COMPLETED]').waitFor({ timeout: WORK_MILLIS });
    await doneBy('worker-2', waiting);
    const { status } = await api(`interpolate/status/${slow}`, undefined, MINE);
    if (status !== 'IN_PROGRESS') throw new Error(`draining made the running job ${status}`);
    await tab.goto(`#/jobs/${slow}?endpoint=interpolate`);
    await tab.button('Cancel').click();
    await tab.button('Cancel now').click();
    await tab.raw.locator('.state[data-state=CANCELLED]').waitFor();
    await tab.goto('#/workers');
    await row('worker-1').getByText('drained').waitFor();
    for (let i = 0; i < 3; i++) {
      const later = await quickJob();
      await ended('restore', later, MINE);
      await doneBy('worker-2', later);
    }
    await tab.raw.getByRole('button', { name: 'Undrain worker-1' }).first().click();
    await tab.button('Undrain').click();
    await row('worker-1').getByText('idle').waitFor();
    await server.stop('worker-2');
  }, tab);
  await tab.close();
}

async function doneBy(worker, job) {
  const { status, workerId } = await api(`restore/requests/${job}`, undefined, MINE);
  if (status !== 'COMPLETED' || workerId !== worker) throw new Error(`${job} is ${status} by ${workerId}, not COMPLETED by ${worker}`);
}

/** A browser that has nothing of this one, over plain HTTP from afar: no locks, and no files that it sent. */
async function anotherMachine(job) {
  const far = await browser.newContext({ viewport: WIDE });
  await far.addInitScript(() => Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined }));
  const tab = await Page.open(far, { watched: false });
  await check('another machine, tomorrow: find the job, compare it, and go on from it', async () => {
    await tab.goto('#/jobs');
    await useKey(tab, MINE);
    await tab.raw.getByRole('group', { name: 'State' }).getByRole('button', { name: 'Completed' }).click();
    await tab.raw.getByLabel('Endpoint').selectOption('interpolate');
    await tab.raw.getByRole('link', { name: job }).click();
    await tab.locator('media-compare[data-shown="0"]').waitFor();
    await tab.locator('media-compare .stage').focus();
    await tab.raw.keyboard.press('s');
    for (let i = 0; i < 5; i++) await tab.raw.keyboard.press('ArrowRight');
    await tab.locator('media-compare[data-mode=side][data-shown="5"]').waitFor();
    const sides = await tab.locator('media-compare').evaluate((node) => ['a', 'b'].map((side) => {
      const still = node.querySelector(`.pane-${side} img.still`);
      return [node.querySelector(`.pane-${side} .label`).textContent, !still.hidden && still.naturalWidth];
    }));
    const [[start, startWidth], [result, resultWidth]] = sides;
    if (start !== 'Start' || result !== 'Result' || !startWidth || !resultWidth) throw new Error(JSON.stringify(sides));
    await tab.button('Edit as new').click();
    await tab.locator('img[alt^="Start picture"]').waitFor();
    await tab.locator('img[alt^="End picture"]').waitFor();
    await tab.raw.getByRole('button', { name: 'Run', exact: true, disabled: false }).waitFor();
  }, tab);
  await far.close();
}

async function shownAfterwards(tab, job) {
  await check('with a key media are shown; forgetting the key closes the streams and deletes the cookie', async () => {
    await tab.locator('media-compare[data-shown]').waitFor();
    const cookies = async () => (await tab.raw.context().cookies(`${base}interpolate/output/${job}`)).map(({ name }) => name);
    await until(cookies, (names) => names.includes('heritage-media'));
    const gone = tab.raw.waitForResponse((response) => response.url().endsWith('/console/ticket') && response.request().method() === 'DELETE');
    await tab.button('Key ✓').click();
    await tab.button('Forget the key').click();
    await tab.text('A key is needed');
    await gone;
    await until(cookies, (names) => !names.length);
    await until(() => tab.openStreams, (n) => n === 0);
  }, tab);
}
