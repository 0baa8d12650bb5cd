// Checks of the console, one after the other: each says what it found, the last line how many failed.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Page, api, browser, check, done, home, sheet, site } from './harness.mjs';
import * as server from './server.mjs';
import * as hostile from './hostile.mjs';
import * as snippets from './snippets.mjs';
import * as compare from './compare.mjs';
import { contactSheet } from './sheet.mjs';

const START = join(home, 'examples/start.jpg');
const END = join(home, 'examples/end.jpg');

await check('the ready line names the console', async () => {
  for (let i = 0; i < 300 && !server.readyLine().includes('Try it'); i++) await new Promise((r) => setTimeout(r, 100));
  if (!server.readyLine().includes(`In a browser: ${site}\n`)) throw new Error(server.readyLine());
});
await hostile.requests();

// ---- an empty installation
const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, acceptDownloads: true });
const page = await Page.open(context);

await check('first interaction within 1 s, 40 requests, 120 kB', async () => {
  const times = [];
  for (let i = 0; i < 5; i++) {
    await page.goto('#/interpolate', { fresh: true });
    await page.locator('button.dropper').first().waitFor();
    times.push(await page.raw.evaluate(() => performance.getEntriesByName('ready')[0].startTime));
  }
  const loaded = await page.raw.evaluate(() => performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation')).map((e) => ({ name: e.name, bytes: e.encodedBodySize })));
  const own = loaded.filter(({ name }) => !name.includes('/v2/'));
  const bytes = own.reduce((sum, { bytes: b }) => sum + b, 0);
  const best = Math.min(...times);
  if (best > 1000) throw new Error(`${times.map(Math.round)} ms to the first button`);
  if (loaded.length > 40) throw new Error(`${loaded.length} requests`);
  if (bytes > 120_000) throw new Error(`${bytes} bytes`);
  return `${Math.round(best)} ms, ${loaded.length} requests, ${bytes} bytes compressed`;
});

await check('an empty list teaches', async () => {
  await page.goto('#/jobs');
  await page.text('No jobs yet');
  await page.shot('jobs-empty');
});

// ---- drop, run, watch, compare, download
let job;
await check('drop, run, watch, compare, download', async () => {
  await page.goto('#/interpolate', { fresh: true });
  await page.drop([START, END]);
  await page.locator('img[alt^="Start picture"]').waitFor();
  await page.raw.getByLabel('Shorter side').selectOption('480');
  await page.raw.getByLabel('Frames to make').fill('17');
  await page.raw.getByLabel('Times', { exact: true }).selectOption('1');
  await page.shot('interpolate-filled');
  await page.raw.getByRole('button', { name: 'Run', exact: true }).click();
  await page.raw.waitForURL(/#\/jobs\/[\w-]+/);
  job = /#\/jobs\/([\w-]+)/.exec(page.raw.url())[1];
  await page.locator('.now').waitFor();
  await page.shot('job-running');
  await page.locator('media-compare[data-shown]').waitFor({ timeout: 120_000 });
  await page.shot('job-wipe');
  const [saved] = await Promise.all([page.raw.waitForEvent('download'), page.raw.getByRole('button', { name: /^Download/ }).click()]);
  const bytes = readFileSync(await saved.path());
  const { outputs } = await api(`interpolate/output/${job}`);
  const hash = await page.sha256(bytes);
  if (hash !== outputs[0].sha256) throw new Error(`downloaded ${hash}, the API says ${outputs[0].sha256}`);
  return `${saved.suggestedFilename()}, ${bytes.length} bytes, the hash of the API`;
});

await check('the job is there after a reload, in another tab, and changes live', async () => {
  await page.goto('#/jobs', { fresh: true });
  await page.raw.getByRole('link', { name: job }).waitFor();
  const other = await Page.open(context);
  await other.goto('#/jobs');
  await other.raw.getByRole('link', { name: job }).waitFor();
  const { id } = await api('interpolate/run', { input: { frame_length: 0 } });
  await page.text('1 new job: show');
  await other.text('1 new job: show');
  await other.raw.getByRole('button', { name: '1 new job: show' }).click();
  await other.raw.getByRole('row', { name: id }).getByText('Failed').waitFor();
  await other.close();
  await page.goto(`#/jobs/${id}`);
  await page.text('It failed');
  await page.shot('job-failed');
});

await check('the newest frame is seen while a job runs, and its pictures one by one afterwards', async () => {
  await page.goto('#/interpolate?sample=1', { fresh: true });
  await page.locator('img[alt^="End picture"]').waitFor();
  await page.raw.getByLabel('Result', { exact: true }).selectOption('frames');
  await page.raw.getByRole('button', { name: 'Run', exact: true }).click();
  await page.locator('figure.newest img').waitFor({ timeout: 60_000 });
  await page.shot('job-newest-frame');
  await page.locator('media-compare[data-shown]').waitFor({ timeout: 120_000 });
  const [saved] = await Promise.all([page.raw.waitForEvent('download'), page.raw.getByRole('button', { name: /^Download/ }).click()]);
  return saved.suggestedFilename();
});

await check('by keyboard alone: samples, run, cancel', async () => {
  await page.goto('#/interpolate', { fresh: true });
  await page.tabTo('Use two sample pictures');
  await page.raw.keyboard.press('Enter');
  await page.locator('img[alt^="End picture"]').waitFor();
  await page.tabTo('Run');
  await page.raw.keyboard.press('Enter');
  await page.locator('.now').waitFor();
  await page.tabTo('Cancel');
  await page.raw.keyboard.press('Enter');
  await page.shot('cancel');
  await page.tabTo('Cancel now');
  await page.raw.keyboard.press('Enter');
  await page.locator('.state[data-state=CANCELLED]').waitFor();
});

await check('one stream per endpoint and browser, however many tabs', async () => {
  const tabs = [];
  for (let i = 0; i < 7; i++) {
    const tab = await Page.open(context);
    await tab.goto('#/jobs');
    await tab.text(job);
    tabs.push(tab);
  }
  const streams = [page, ...tabs].reduce((sum, tab) => sum + tab.openStreams, 0);
  for (const tab of tabs) await tab.close();
  if (streams !== 2) throw new Error(`${streams} streams of 8 tabs`);
  return `${streams} streams of 8 tabs`;
});

await check('a tab that takes over the streams reads its list again', async () => {
  const shared = await browser.newContext();
  const [first, second] = [await Page.open(shared), await Page.open(shared)];
  for (const tab of [first, second]) {
    await tab.goto('#/jobs');
    await tab.text(job);
    await tab.raw.locator('.activity[data-link=live]').waitFor();
  }
  const again = second.raw.waitForRequest(/\/requests\?/);
  await first.close();
  await again;
  await shared.close();
});

await check('without locks, as on plain HTTP from another machine: no stream, changes all the same', async () => {
  const far = await browser.newContext();
  await far.addInitScript(() => Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined }));
  const tab = await Page.open(far);
  await tab.goto('#/jobs');
  await tab.raw.locator('.activity[data-link=polling]').waitFor();
  const { id } = await api('interpolate/run', { input: { frame_length: 0 } });
  await tab.raw.getByRole('row', { name: id }).getByText('Failed').waitFor();
  if (tab.openStreams) throw new Error(`${tab.openStreams} streams`);
  await far.close();
});

await compare.exactFrames(page);
await snippets.run(page, 'interpolate', [START, END]);
await snippets.run(page, 'restore', [START]);
const other = (await api('interpolate/requests?status=COMPLETED')).requests.map(({ id }) => id).find((id) => id !== job);
await compare.modes(page, job, other);
await hostile.names(page, START);
await hostile.media(page);

// ---- every page, light and dark, wide and narrow
const restored = (await api('restore/requests?status=COMPLETED')).requests[0].id;
await check('a restored picture is one file to download', async () => {
  await page.goto(`#/jobs/${restored}`, { fresh: true });
  await page.raw.getByRole('button', { name: /^Download \(/ }).waitFor();
});
const PAGES = { restored: `#/jobs/${restored}`, restore: '#/restore', interpolate: '#/interpolate', jobs: '#/jobs', job: `#/jobs/${job}`, timeline: `#/jobs/${job}?tab=timeline`, provenance: `#/jobs/${job}?tab=settings`, json: `#/jobs/${job}?tab=json`, workers: '#/workers', models: '#/models', api: '#/api', settings: '#/settings' };
const axe = readFileSync(new URL(import.meta.resolve('axe-core')), 'utf8');
for (const scheme of ['light', 'dark']) {
  await check(`axe finds nothing, no overflow at 375 px, ${scheme}`, async () => {
    await page.raw.emulateMedia({ colorScheme: scheme });
    const found = [];
    for (const [name, hash] of Object.entries(PAGES)) {
      await page.goto(hash, { fresh: true });
      await page.settled();
      await page.raw.setViewportSize({ width: 375, height: 740 });
      found.push(...(await page.overflow(name)));
      await page.shot(`${name}-${scheme}-375`);
      await page.raw.setViewportSize({ width: 1280, height: 800 });
      await page.shot(`${name}-${scheme}`);
      found.push(...(await page.violations(axe, name)));
    }
    await page.raw.keyboard.press('?');
    found.push(...(await page.violations(axe, 'shortcuts')));
    await page.shot(`shortcuts-${scheme}`);
    await page.raw.keyboard.press('Escape');
    if (found.length) throw new Error(found.join('\n'));
    return `${Object.keys(PAGES).length + 1} pages`;
  });
}
await page.raw.emulateMedia({ colorScheme: 'light' });

await check('nothing left the origin, no report of the policy, no error in the console', async () => page.clean());

await check('kill -9: the page says that it reconnects, then the truth, without a reload', async () => {
  const tab = await Page.open(context, { watched: false });
  await tab.goto('#/jobs');
  await tab.raw.getByRole('link', { name: job }).waitFor();
  await page.close();
  await server.stop('SIGKILL');
  await tab.text('reconnecting');
  await tab.shot('jobs-reconnecting');
  await server.start();
  await tab.raw.locator('.activity[data-link=live]').waitFor({ timeout: 60_000 });
  const { id } = await api('interpolate/run', { input: { frame_length: 0 } });
  await tab.raw.getByRole('button', { name: '1 new job: show' }).click();
  await tab.raw.getByRole('row', { name: id }).getByText('Failed').waitFor();
  await tab.close();
});

await check('a server with keys asks for one, keeps it in the tab, and shows media', async () => {
  const key = 'hk-of-the-console';
  await server.stop();
  await server.start(key);
  const tab = await Page.open(context, { watched: false });
  await tab.goto(`#/jobs/${job}`);
  await tab.text('A key is needed');
  await tab.shot('key-needed');
  await tab.raw.getByLabel('API key', { exact: true }).fill('hk-wrong');
  await tab.raw.getByRole('button', { name: 'Use this key' }).click();
  await tab.text('A key is needed');
  await tab.raw.getByLabel('API key', { exact: true }).fill(key);
  await tab.raw.getByLabel('Keep it for this tab').check();
  await tab.raw.getByRole('button', { name: 'Use this key' }).click();
  await tab.locator('media-compare[data-shown]').waitFor();
  await tab.raw.reload();
  await tab.locator('media-compare[data-shown]').waitFor();
  const stored = await tab.raw.evaluate(() => ({ disk: JSON.stringify({ ...localStorage }), address: location.href, cookie: document.cookie }));
  if (JSON.stringify(stored).includes(key)) throw new Error(JSON.stringify(stored));
  const other = await Page.open(context, { watched: false });
  await other.goto('#/jobs');
  await other.text('A key is needed');
  await tab.raw.getByRole('button', { name: 'Key ✓' }).click();
  await tab.raw.getByRole('button', { name: 'Forget the key' }).click();
  await tab.text('A key is needed');
  if (tab.openStreams) throw new Error(`${tab.openStreams} streams after the key was forgotten`);
});

await contactSheet(context, sheet);
await done();
