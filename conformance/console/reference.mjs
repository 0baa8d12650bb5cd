// The API page: runs the command shown for every operation unchanged, and tries a webhook twice.
import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { START, api, check } from './harness.mjs';

const execute = promisify(execFile);

/** Operations that change what others see come last, in an order that leaves everything as it was. */
const LAST = ['post /{endpoint}/batch', 'post /{endpoint}/pause', 'post /{endpoint}/resume', 'post /{endpoint}/workers/{worker}/drain', 'post /{endpoint}/workers/{worker}/undrain', 'post /{endpoint}/purge-queue'];

/** Operations that are answered with an error, and why that is right for this job. */
const REFUSED = {
  'post /{endpoint}/retry/{job}': 400, // it is COMPLETED
  'post /{endpoint}/webhook/{job}': 400, // it has none
  'put /{endpoint}/media/{media}': 409, // the upload is complete
};

const LEAST_OPERATIONS = 25;

/** Bodies of requests, with values from earlier answers. */
const BODIES = {
  'post /{endpoint}/estimate': () => ({ input: { resolution: 480 }, media: [{ width: 640, height: 360 }, { width: 640, height: 360 }] }),
  'post /{endpoint}/batch': ({ media }) => ({ input: { resolution: 480, frame_length: 17, interpolation: 1 }, inputs: [{ start_image_base64: media, end_image_base64: media }] }),
};

export async function commands(page, job) {
  await check('API: the command of every operation runs as shown', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'commands-'));
    copyFileSync(START, join(folder, 'FILE'));
    await page.goto('#/api', { fresh: true });
    await page.locator('.reference nav a').first().waitFor();
    const links = await page.locator('.reference nav a').evaluateAll((all) => all.map((a) => new URLSearchParams(a.hash.split('?')[1]).get('op')));
    const worker = (await api('interpolate/workers')).workers[0].id;
    const values = { endpoint: 'interpolate', job, file: '0', frame: '0', worker, media: '' };
    const found = [];
    for (const operation of [...links.filter((op) => !LAST.includes(op)), ...LAST.filter((op) => links.includes(op))]) {
      await page.goto(`#/api?op=${encodeURIComponent(operation)}`);
      await page.raw.locator('.operation h2', { hasText: operation.split(' ')[1] }).first().waitFor();
      for (const name of operation.match(/\{\w+\}/g)?.map((part) => part.slice(1, -1)) ?? []) {
        const label = page.locator('.operation label.field').filter({ has: page.raw.locator('span:first-child', { hasText: new RegExp(`^${name}$`) }) });
        const field = label.locator('input, select');
        if (name === 'endpoint') await field.selectOption(values.endpoint);
        else await field.fill(values[name]);
      }
      if (BODIES[operation]) await page.locator('.operation textarea').fill(JSON.stringify(BODIES[operation](values)));
      const command = await page.locator('.operation pre code').first().textContent();
      const seconds = operation.includes('/events') ? 1 : 60; // a stream of events does not end by itself
      const { stdout } = await execute('bash', ['-c', `timeout ${seconds} ${command} -o answer -w '%{http_code}' || [ $? = 124 ]`], { cwd: folder });
      const status = Number(stdout || 200);
      const expected = REFUSED[operation] ?? 200;
      if (operation === 'put /{endpoint}/media') values.media = JSON.parse((await execute('cat', ['answer'], { cwd: folder })).stdout).media_ref;
      if (expected === 200 ? status >= 300 : status !== expected) found.push(`${command} is answered ${status}`);
    }
    rmSync(folder, { recursive: true });
    if (links.length < LEAST_OPERATIONS) throw new Error(`the page has ${links.length} operations`);
    if (found.length) throw new Error(found.join('\n'));
    return `${links.length} operations`;
  }, page);
}

export async function webhooks(page) {
  const calls = [];
  const receiver = createServer((request, response) => {
    request.resume();
    calls.push(request.url);
    response.writeHead(204).end();
  });
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  await check('a webhook can be tried, its calls are listed, and it can be called again', async () => {
    await page.goto('#/api', { fresh: true });
    await page.raw.getByLabel('Webhook URL').fill(`http://127.0.0.1:${receiver.address().port}/hook`);
    await page.button('Send').last().click();
    await page.text('Calls: delivered');
    await page.raw.locator('.card', { hasText: 'Try a webhook' }).getByRole('link').click();
    await page.raw.locator('.timeline li').first().waitFor();
    await page.button('Call it again').click();
    await page.raw.locator('.timeline li').nth(1).waitFor();
    if (calls.length !== 2) throw new Error(`${calls.length} calls`);
  }, page);
  receiver.close();
}
