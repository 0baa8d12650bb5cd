// Hostile input: foreign host names and origins, markup in file names and prompts.
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { Page, WORK_MILLIS, api, base, check, ended, site, store, until } from './harness.mjs';

function ask(path, headers) {
  const { hostname, port } = new URL(site);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, headers }, (response) => {
      response.resume();
      resolve(response);
    })
      .on('error', reject)
      .end();
  });
}

export async function requests() {
  await check('foreign Host and Origin are refused', async () => {
    const refused = [{ Host: 'evil.example' }, { Origin: 'http://evil.example' }, { Origin: 'null' }, { Origin: new URL(site).origin.replace(/\d+$/, '1') }, { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors' }];
    for (const headers of refused) {
      const { statusCode } = await ask('/', headers);
      if (statusCode !== 403) throw new Error(`${JSON.stringify(headers)} is answered ${statusCode}`);
    }
    const link = await ask('/', { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' });
    if (link.statusCode !== 200) throw new Error(`a link from elsewhere is answered ${link.statusCode}`);
  });
  await check('headers are strict and only listed files are served', async () => {
    const { headers } = await ask('/', {});
    const expected = { 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cross-origin-opener-policy': 'same-origin', 'cross-origin-resource-policy': 'same-origin' };
    for (const [name, value] of Object.entries(expected)) if (headers[name] !== value) throw new Error(`${name}: ${headers[name]}`);
    const policy = headers['content-security-policy'];
    for (const part of ["default-src 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'", "base-uri 'none'"]) if (!policy.includes(part)) throw new Error(policy);
    if (/unsafe|\*|https?:/.test(policy)) throw new Error(policy);
    for (const path of ['/console/index.html', '/console/../openapi.json', '/index.html', '/console/0/app.js', '/META-INF/MANIFEST.MF']) {
      const { statusCode } = await ask(path, {});
      if (statusCode !== 404) throw new Error(`${path} is answered ${statusCode}`);
    }
  });
}

const MARKUP = '<img src=x onerror=alert(1)><script>alert(2)</script>';

export async function names(page, picture) {
  await check('markup in names, prompts and errors is text', async () => {
    await page.goto('#/interpolate', { fresh: true });
    await page.drop([picture, picture], [`${MARKUP}.jpg`, 'b.jpg']);
    await page.text(MARKUP);
    await page.raw.getByLabel('Prompt', { exact: true }).fill(MARKUP);
    await page.raw.getByRole('button', { name: 'Copy as code' }).click();
    await page.raw.locator('dialog pre', { hasText: MARKUP }).waitFor();
    await page.raw.keyboard.press('Escape');
    const { id } = await api('interpolate/run', { input: { start_image_base64: readFileSync(picture).toString('base64'), frame_length: MARKUP, positive_prompt: MARKUP } });
    await page.goto(`#/jobs/${id}`);
    await page.raw.locator('.error-full', { hasText: '<img src=x' }).waitFor();
    await page.goto(`#/jobs/${id}?tab=settings`);
    await page.raw.locator('dd', { hasText: MARKUP }).first().waitFor();
    await page.goto(`#/jobs?q=${encodeURIComponent(MARKUP)}`);
    await page.raw.getByRole('link', { name: id }).waitFor();
    await page.goto(`#/jobs?q=${encodeURIComponent(`${MARKUP}none`)}`);
    await page.text('No jobs match');
    const injected = await page.raw.evaluate(() => document.querySelectorAll('img[src="x"], main script').length);
    if (injected) throw new Error(`${injected} elements came from text`);
  }, page);
}

/** Files that are something else to a browser that guesses their type. */
const POLYGLOTS = {
  'a.svg': ['image/svg+xml', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(3)"><script>alert(4)</script><rect width="9" height="9"/></svg>'],
  'b.html': ['text/html', '<script>alert(5)</script>'],
  'c.gif': ['image/gif', `GIF89a/*${'\0'.repeat(20)}*/=1;alert(6)//<script>alert(7)</script>`],
  'd.png': ['image/png', '\x89PNG\r\n\x1a\n<html><script>alert(8)</script></html>'],
  'e.xhtml': ['application/xhtml+xml', '<html xmlns="http://www.w3.org/1999/xhtml"><script>alert(9)</script></html>'],
};
const SAFE_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'video/mp4', 'video/webm', 'application/octet-stream'];

export async function media(page) {
  await check('SVG and HTML as media run no script, and their jobs fail', async () => {
    const files = Object.entries(POLYGLOTS).slice(0, 2).map(([name, [type, text]]) => ({ name, type, bytes: btoa(text) }));
    await page.goto('#/interpolate', { fresh: true });
    await page.dropBytes(files);
    await page.text('b.html');
    await page.button('Run').click();
    await page.locator('.error-full').waitFor({ timeout: WORK_MILLIS });
    return page.locator('.error-full').textContent();
  }, page);
  await check('polyglot inputs come back as files whose scripts do not run, even when they are opened', async () => {
    const opened = await Page.open(page.raw.context());
    const jobs = [];
    for (const [name, [type, text]] of Object.entries(POLYGLOTS)) {
      const bytes = Buffer.from(text, 'latin1');
      const picture = await store('interpolate', bytes, type);
      const { id } = await api('interpolate/run', { input: { start_image_base64: picture, end_image_base64: picture } });
      jobs.push(id);
      const address = `${base}interpolate/input/${id}/0`;
      // The sink may hear of the job a little later.
      const { headers, status } = await until(() => fetch(address), (answer) => ![404, 503].includes(answer.status));
      if (status !== 200) throw new Error(`${name} is answered ${status}`);
      const expected = { 'x-content-type-options': /^nosniff$/, 'content-security-policy': /sandbox/ };
      for (const [header, value] of Object.entries(expected)) if (!value.test(headers.get(header))) throw new Error(`${name}: ${header} is ${headers.get(header)}`);
      const served = headers.get('content-type');
      if (!SAFE_TYPES.includes(served)) throw new Error(`${name} is served as ${served}`);
      if (served === 'application/octet-stream' && !/^attachment/.test(headers.get('content-disposition'))) throw new Error(`${name} is not an attachment`);
      await opened.raw.goto(address).catch((e) => { // a download opens no page
        if (!/ERR_ABORTED|Download is starting/.test(e.message)) throw e;
      });
    }
    await opened.close();
    // A list of jobs that is opened before they have failed would request thumbnails of them.
    const ends = await Promise.all(jobs.map((id) => ended('interpolate', id)));
    const others = ends.filter(({ status }) => status !== 'FAILED');
    if (others.length) throw new Error(`${others.length} did not fail: ${JSON.stringify(others[0])}`);
  }, page);
}

/** @param {string} job a job of another key @param {string} key the key of this page */
export async function anothersJob(page, job, key) {
  await check('every request about another key’s job is answered 404', async () => {
    await page.goto(`#/jobs/${job}?endpoint=interpolate`, { fresh: true });
    await page.text('No such job');
    await page.goto('#/jobs');
    await page.text('No jobs yet');
    const headers = { Authorization: `Bearer ${key}` };
    const asked = ['status', 'requests', 'events', 'stream', 'output', 'input'].map((operation) => ['GET', `${operation}/${job}`]);
    for (const [method, path] of [...asked, ['GET', `output/${job}/0`], ['GET', `input/${job}/0/frame/0`], ['POST', `cancel/${job}`], ['POST', `retry/${job}`], ['POST', `webhook/${job}`]]) {
      const { status } = await fetch(`${base}interpolate/${path}`, { method, headers });
      if (status !== 404) throw new Error(`${method} ${path} is answered ${status}`);
    }
  }, page);
}
