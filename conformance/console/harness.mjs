// A page that records unexpected errors, and a function that runs a check and prints its result.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import * as server from './server.mjs';

export const { site } = server;
export const base = new URL('v2/', site).href;
export const home = process.env.CHECKOUT;
export const sheet = process.env.SHEET;
export const WIDE = { width: 1280, height: 800 };
export const NARROW = { width: 375, height: 740 };

/** What WCAG 2.2 asks for (1.4.10): a wide page at 400 %. */
export const NARROWEST = { width: 320, height: 740 };

/** What the page or the server does by itself; on a quiet machine a second. */
export const PATIENCE_MILLIS = 120_000;

/** For what waits for a worker, which may have other jobs first. */
export const WORK_MILLIS = 240_000;

const CHECK_MILLIS = 480_000;
const LOOK_EVERY_MILLIS = 100;
const SPIN_MICROS = 100_000;
mkdirSync(sheet, { recursive: true });

export const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ['--no-sandbox', '--disable-dev-shm-usage'] });

/** Crops an example to a small square: half of the pixels take half of the time. */
async function square(name) {
  const page = await browser.newPage();
  const base64 = await page.evaluate(async (source) => {
    const image = await createImageBitmap(await (await fetch(source)).blob());
    const canvas = new OffscreenCanvas(240, 240);
    canvas.getContext('2d').drawImage(image, (image.width - image.height) / 2, 0, image.height, image.height, 0, 0, canvas.width, canvas.height);
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg' })).arrayBuffer());
    return btoa(String.fromCharCode(...bytes));
  }, `data:image/jpeg;base64,${readFileSync(join(home, 'examples', name)).toString('base64')}`);
  await page.close();
  const file = join(process.env.SCRATCH, name);
  writeFileSync(file, Buffer.from(base64, 'base64'));
  return file;
}

export const [START, END] = await Promise.all(['start.jpg', 'end.jpg'].map(square));

/**
 * Writes a clip whose frames show their numbers. Does not block this process: meanwhile the server would close idle
 * connections, and the next request would use a closed one.
 *
 * @returns {Promise<string>} its file
 */
export async function numberedClip(format, frames) {
  const file = join(process.env.SCRATCH, `numbered.${format}`);
  const words = ['--enable-native-access=ALL-UNNAMED', '-cp', join(home, 'standalone/target/heritage.jar'), join(import.meta.dirname, 'NumberedClip.java'), file, String(frames)];
  await promisify(execFile)(join(process.env.JAVA_HOME, 'bin/java'), words);
  return file;
}

let failures = 0;
const began = Date.now();

/**
 * @param {() => Promise<string | void>} work throws if it fails
 * @param {Page} [page] whose screenshot is taken then
 */
export async function check(name, work, page) {
  const start = Date.now();
  try {
    const found = await within(CHECK_MILLIS, work());
    console.log(`ok   ${name}${found ? `: ${found}` : ''} (${((Date.now() - start) / 1000).toFixed(1)} s)`);
  } catch (e) {
    failures++;
    await page?.shot(`failed-${failures}`).catch(() => {}); // the failure itself is printed below
    console.log(`FAIL ${name}: ${e.message.split('\n').slice(0, 40).join('\n     ')}`);
  }
}

async function within(millis, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`has not ended within ${millis / 1000} s`)), millis);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Looks again and again until isSo accepts what it finds.
 *
 * @param {() => Promise<T> | T} look
 * @param {(found: T) => boolean} isSo
 * @returns {Promise<T>}
 * @template T
 */
export async function until(look, isSo, millis = PATIENCE_MILLIS) {
  const deadline = Date.now() + millis;
  for (;;) {
    const found = await look();
    if (isSo(found)) return found;
    if (Date.now() > deadline) throw new Error(`after ${millis / 1000} s it is still ${JSON.stringify(found)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MILLIS));
  }
}

/** Elapsed time of a busy loop, divided by its CPU time: 1 on an idle machine, more where others use it. */
export function slowdown() {
  const [began, before] = [performance.now(), process.cpuUsage()];
  const spent = () => {
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  while (spent() < SPIN_MICROS);
  return Math.max(1, ((performance.now() - began) * 1000) / spent());
}

export async function done() {
  await browser.close();
  await server.stopAll();
  const seconds = Math.round((Date.now() - began) / 1000);
  console.log(failures ? `console: ${failures} failed, in ${seconds} s` : `console: all passed in ${seconds} s`);
  process.exit(failures ? 1 : 0);
}

export async function api(path, body, key) {
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  const response = await fetch(base + path, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

/** @returns {Promise<string>} the reference of the stored file */
export async function store(endpoint, bytes, type, key) {
  const headers = { 'Content-Type': type, ...(key && { Authorization: `Bearer ${key}` }) };
  const response = await fetch(`${base}${endpoint}/media`, { method: 'PUT', headers, body: bytes });
  if (!response.ok) throw new Error(`media: ${response.status} ${await response.text()}`);
  return (await response.json()).media_ref;
}

/** @returns {Promise<object>} the job once it has ended */
export async function ended(endpoint, id, key) {
  const deadline = Date.now() + WORK_MILLIS;
  for (;;) {
    const job = await api(`${endpoint}/status-sync/${id}?wait=20000`, undefined, key);
    if (!['IN_QUEUE', 'IN_PROGRESS'].includes(job.status)) return job;
    if (Date.now() > deadline) throw new Error(`job ${id} is ${job.status} after ${WORK_MILLIS / 1000} s`);
  }
}

/** Errors of all watched pages. */
const seen = [];
let busy = 0;

/** Fails if a watched page had an error. */
export function clean() {
  if (seen.length) throw new Error([...new Set(seen)].join('\n'));
  return busy ? `${busy} requests were answered 503 and sent again` : undefined;
}

export class Page {
  /** @param watched whether errors of this page count */
  static async open(context, { watched = true } = {}) {
    const odd = watched ? seen : [];
    const page = new Page();
    page.raw = await context.newPage();
    page.openStreams = 0;
    page.raw.on('console', (message) => {
      if (!['error', 'warning'].includes(message.type())) return;
      const text = `${message.text()} ${message.location().url} on ${page.raw.url()}`;
      // A busy sink answers 503. The browser logs that by itself, and the page sends the request again.
      if (/status of 503 .*\/v2\/\w+\/(health|requests|workers|models)\b.* on /.test(text)) busy++;
      else odd.push(`console: ${text}`);
    });
    page.raw.on('pageerror', (error) => odd.push(`error: ${error.message}`));
    page.raw.on('dialog', (dialog) => {
      odd.push(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    page.raw.on('request', (request) => {
      if (!/^(blob:|data:)/.test(request.url()) && new URL(request.url()).origin !== new URL(site).origin) odd.push(`left the origin: ${request.url()}`);
      if (request.url().endsWith('/events')) page.openStreams++;
    });
    page.raw.on('requestfinished', (request) => request.url().endsWith('/events') && page.openStreams--);
    page.raw.on('requestfailed', (request) => request.url().endsWith('/events') && page.openStreams--);
    await page.raw.addInitScript(() => {
      addEventListener('securitypolicyviolation', (e) => console.error(`policy: ${e.violatedDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
    });
    page.raw.setDefaultTimeout(PATIENCE_MILLIS);
    return page;
  }

  async goto(hash, { fresh = false } = {}) {
    if (fresh) await this.raw.goto('about:blank');
    await this.raw.goto(site + hash);
    await this.raw.locator('main h1').first().waitFor();
  }

  locator(selector) {
    return this.raw.locator(selector);
  }

  button(name) {
    return this.raw.getByRole('button', { name, exact: true });
  }

  text(words) {
    return this.raw.getByText(words).first().waitFor();
  }

  /** Waits until nothing loads any more. Network idle never comes, because the streams of events stay open. */
  async settled() {
    await this.raw.waitForFunction(() => !document.querySelector('main')?.textContent.includes('Loading …'));
    await this.raw.evaluate(() => document.fonts.ready);
    const compare = this.raw.locator('media-compare');
    if (await compare.count()) await this.raw.locator('media-compare[data-shown]').waitFor();
  }

  /** Drops files onto the page, as a user does. */
  drop(paths, names = paths.map((path) => basename(path))) {
    return this.dropBytes(paths.map((path, i) => ({ name: names[i], type: 'image/jpeg', bytes: readFileSync(path).toString('base64') })));
  }

  /** @param {{name: string, type: string, bytes: string}[]} files in base64 */
  async dropBytes(files) {
    const transfer = await this.raw.evaluateHandle((list) => {
      const data = new DataTransfer();
      for (const { name, type, bytes } of list) data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name, { type }));
      return data;
    }, files);
    await this.raw.dispatchEvent('main', 'drop', { dataTransfer: transfer });
  }

  /** Fills the form for the smallest job of two pictures. */
  async fillSmall() {
    await this.drop([START, END]);
    await this.locator('img[alt^="Start picture"]').waitFor();
    await this.raw.getByLabel('Shorter side').selectOption('480');
    await this.raw.getByLabel('Frames to make').fill('17');
    await this.raw.getByLabel('Multiply frames').selectOption('1');
  }

  /** Presses Tab until the button with this name has the focus. The focus must be visible. */
  async tabTo(name) {
    for (let i = 0; i < 80; i++) {
      const focused = this.raw.locator(':focus');
      if ((await focused.count()) && (await focused.evaluate((e) => (e.tagName === 'BUTTON' ? e.textContent.trim() : ''))) === name) {
        const outline = await focused.evaluate((e) => getComputedStyle(e).outlineStyle);
        if (outline === 'none') throw new Error(`the focus on ${name} is not visible`);
        return;
      }
      await this.raw.keyboard.press('Tab');
    }
    throw new Error(`Tab does not reach ${name}`);
  }

  /** @returns {Promise<[string, Buffer]>} name and bytes of the file that the button Download gives */
  async download() {
    const [saved] = await Promise.all([this.raw.waitForEvent('download'), this.raw.getByRole('button', { name: /^Download/ }).click()]);
    return [saved.suggestedFilename(), readFileSync(await saved.path())];
  }

  async shot(name) {
    await this.raw.screenshot({ path: join(sheet, `${name}.png`) });
  }

  /** What is wider than the window, or than the dialog that is open. */
  async overflow(name) {
    const found = await this.raw.evaluate(() => {
      const wide = (e) => e.scrollWidth - e.clientWidth;
      const beyond = (within, right) => [...within.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > right + 1).slice(0, 3).map((e) => `${e.tagName}.${e.className}`);
      const dialog = document.querySelector('dialog[open]');
      if (dialog && wide(dialog) > 0) return `${wide(dialog)} px too wide in its dialog: ${beyond(dialog, dialog.getBoundingClientRect().right)}`;
      return wide(document.documentElement) > 0 ? `${wide(document.documentElement)} px too wide: ${beyond(document.body, innerWidth)}` : '';
    });
    return found ? [`${name} is ${found}`] : [];
  }

  async violations(axe, name) {
    // As a debugger, since the policy lets no inline script in.
    if (!(await this.raw.evaluate(() => 'axe' in window))) await this.raw.evaluate(axe);
    const { violations } = await this.raw.evaluate(() => window.axe.run(document, { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
    return violations.map((v) => `${name}: ${v.id}: ${v.nodes.slice(0, 2).map((n) => `${n.html.slice(0, 160)} ${n.failureSummary?.split('\n')[1] ?? ''}`).join(' | ')}`);
  }

  close() {
    return this.raw.close();
  }
}

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
