// Broker, gateway, sink and processor as separate processes, with keys. All but the broker are killed while a page shows a job.
import * as server from './server.mjs';
import { END, NARROW, Page, START, WIDE, WORK_MILLIS, api, base, browser, check, store, until } from './harness.mjs';
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
  await shownAfterwards(tab, job);
  const stranger = await Page.open(await browser.newContext(), { watched: false });
  await stranger.goto('#/jobs');
  await useKey(stranger, OTHER, true);
  await anothersJob(stranger, job, OTHER);
  await stranger.close();
  await context.close();
}

/** Runs long enough for its worker to be killed. */
async function longJob() {
  const [start, end] = await Promise.all([START, END].map((file) => store('interpolate', readFileSync(file), 'image/jpeg', MINE)));
  const input = { start_image_base64: start, end_image_base64: end, resolution: 480, frame_length: 33, interpolation: 1, output: 'mp4' };
  return (await api('interpolate/run', { input, policy: { reply: 'links' } }, MINE)).id;
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
    await useKey(tab, 'hk-wrong');
    await tab.text('A key is needed');
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
    await tab.raw.setViewportSize(NARROW);
    await tab.goto('#/workers');
    await tab.text('No worker is connected');
    const found = await tab.overflow('workers');
    if (found.length) throw new Error(found.join());
    await tab.goto('#/interpolate');
    await tab.text('so the job will wait');
    await tab.raw.setViewportSize(WIDE);
    await tab.goto(`#/jobs/${job}`);
    await tab.text('No worker is connected');
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
      if (part === 'sink') await tab.shot('job-reconnecting');
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
