// Runs the checks of the console. Each prints its result; the last line says how many failed. PARTS selects some of them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { END, Page, START, WIDE, api, browser, check, clean, done, ended, site, store, until } from './harness.mjs';
import * as access from './access.mjs';
import * as compare from './compare.mjs';
import * as flows from './flows.mjs';
import * as hostile from './hostile.mjs';
import * as list from './list.mjs';
import * as parts from './parts.mjs';
import * as reference from './reference.mjs';
import * as server from './server.mjs';
import * as snippets from './snippets.mjs';

const wanted = (process.env.PARTS || 'flows compare snippets hostile api access list parts').split(' ');
const has = (part) => wanted.includes(part);

const context = await browser.newContext({ viewport: WIDE, acceptDownloads: true });
const open = () => Page.open(context);

if (wanted.some((part) => part !== 'parts')) {
  await server.up();
  await check('the ready line names the console', async () => {
    const told = await until(server.readyLine, (text) => text.includes('Try it'));
    if (!told.includes(`In a browser: ${site}\n`)) throw new Error(told);
  });
  const page = await open();
  await flows.budget(page);
  const first = has('flows') && (await flows.newcomer());
  writeFileSync(join(process.env.SCRATCH, 'measured'), ''); // what runs beside this may begin
  const [job, numbered] = await Promise.all([flows.dropToDownload(page), has('compare') && compare.startNumbered()]);

  // Two at a time: checks that mostly wait for a worker, and checks that mostly use the browser.
  const work = async () => {
    if (has('snippets')) {
      const tab = await open();
      await snippets.run(tab, 'interpolate', [START, END]);
      await snippets.run(tab, 'restore', [START]);
      await tab.close();
    }
    if (has('flows')) {
      const tab = await open();
      await flows.frames(tab);
      await flows.keyboard(tab);
      await flows.failedThenRight(tab);
      await tab.close();
    }
  };
  const look = async () => {
    if (has('hostile')) {
      const tab = await open();
      await hostile.requests();
      await hostile.names(tab, START);
      await hostile.media(tab);
      await tab.close();
    }
    if (has('flows')) {
      await flows.newField(page);
      await flows.reloadAndTabs(page, context, job);
    }
    if (numbered) {
      const tab = await open();
      for (const [format, id] of Object.entries(numbered)) await compare.exactFrames(tab, format, id);
      await compare.afterPlaying(tab, numbered.mp4);
      await tab.close();
    }
  };
  await Promise.all([work(), look()]);

  if (has('flows')) {
    const tab = await Page.open(context, { watched: false }); // the browser logs the 503 that this check provokes
    await flows.batchAgain(tab);
    await tab.close();
    await flows.oneRequest(page);
    if (numbered) await flows.trials(page, readFileSync(join(process.env.SCRATCH, 'numbered.mp4')));
  }
  if (has('compare')) await compare.modes(page, job, await anotherResult(job, first));
  if (has('api')) {
    await reference.webhooks(page);
    await reference.commands(page, job);
  }
  if (has('access')) await access.everyPage(context, job);
  await page.close();
  if (has('list')) await list.tenThousand(context);
  await check('no request to another origin, no violation of the content security policy, no error in the browser’s console', async () => clean());
  await context.close();
  await server.stop('up', 'SIGKILL');
}
if (has('parts')) await parts.parts();
await done();

/**
 * Another result of the same two pictures: of a snippet, or a new one.
 *
 * @param {string | false} first a result of others
 */
async function anotherResult(job, first) {
  const { requests } = await api('interpolate/requests?status=COMPLETED');
  const other = requests.find(({ id, outputs }) => id !== job && id !== first && outputs === 1);
  if (other) return other.id;
  const [start, end] = await Promise.all([START, END].map((file) => store('interpolate', readFileSync(file), 'image/jpeg')));
  const input = { start_image_base64: start, end_image_base64: end, resolution: 480, frame_length: 17, interpolation: 1, seed: 7, output: 'mp4' };
  const { id } = await api('interpolate/run', { input, policy: { reply: 'links' } });
  await ended('interpolate', id);
  return id;
}
