// What others might try: foreign names and pages, markup in names and prompts.
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { api, check, site } from './harness.mjs';

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
  });
}

export async function media(page) {
  await check('SVG and HTML as media run nothing, and fail as jobs', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(3)"><script>alert(4)</script><rect width="9" height="9"/></svg>';
    const files = [
      { name: 'a.svg', type: 'image/svg+xml', bytes: btoa(svg) },
      { name: 'b.html', type: 'text/html', bytes: btoa('<script>alert(5)</script>') },
    ];
    await page.goto('#/interpolate', { fresh: true });
    await page.dropBytes(files);
    await page.text('b.html');
    await page.raw.getByRole('button', { name: 'Run', exact: true }).click();
    await page.locator('.error-full').waitFor();
    return page.locator('.error-full').textContent();
  });
}
