// The comparison view: modes, links to a view, exact frames of videos on both sides.
import { readFileSync } from 'node:fs';
import { api, check, ended, numberedClip, store } from './harness.mjs';

const FRAMES = 97;
const SEEKS = 100; // of each format
const SEEN_EVERY = 10;

/** @param {string} other job that it is compared with */
export async function modes(page, job, other) {
  await check('compare: modes, zoom and frame by keyboard, and the link to the view', async () => {
    await page.goto(`#/jobs/${job}?with=${other}`, { fresh: true });
    await page.settled();
    const stage = page.locator('media-compare .stage');
    await stage.focus();
    await page.raw.keyboard.press('s');
    await page.locator('media-compare[data-mode=side]').waitFor();
    await page.raw.keyboard.press('d');
    await page.locator('media-compare[data-mode=difference]').waitFor();
    await page.raw.keyboard.press('t');
    await page.locator('media-compare[data-mode=toggle]').waitFor();
    for (let i = 0; i < 5; i++) await page.raw.keyboard.press('ArrowRight');
    await page.locator('media-compare[data-shown="5"]').waitFor();
    await page.raw.keyboard.press('m');
    await page.locator('media-compare .message', { hasText: /^(PSNR [\d.]+ dB|Identical), at 480 × 480$/ }).waitFor();
    await page.raw.keyboard.press('s');
    for (let i = 0; i < 6; i++) await page.raw.keyboard.press('+');
    await page.raw.waitForURL(/mode=side.*frame=5.*zoom=8/);
    const link = page.raw.url();
    await page.raw.goto('about:blank');
    await page.raw.goto(link);
    await page.locator('media-compare[data-shown="5"][data-mode=side]').waitFor();
    const [a, b] = await page.raw.locator('media-compare .layer').evaluateAll((layers) => layers.map((layer) => layer.style.transform));
    if (a !== b || !a.includes('scale(8)')) throw new Error(`${a} and ${b}`);
    return link.replace(/.*#/, '#');
  }, page);
}

/** The frame number that an image shows: eight blocks, the lowest bit first. Runs in the page. */
function numberIn(image, left, top, width, height) {
  const pen = new OffscreenCanvas(4, 2).getContext('2d', { willReadFrequently: true });
  // The middle half of each block, since codecs and networks smear edges.
  for (let bit = 0; bit < 8; bit++) {
    const [x, y] = [bit % 4, Math.floor(bit / 4)];
    pen.drawImage(image, left + ((x + 0.25) * width) / 4, top + ((y + 0.25) * height) / 2, width / 8, height / 4, x, y, 1, 1);
  }
  const { data } = pen.getImageData(0, 0, 4, 2);
  let number = 0;
  for (let bit = 0; bit < 8; bit++) if (data[bit * 4] > 127) number |= 1 << bit;
  return number;
}

/** Starts a job with a numbered clip in each format. Returns the ids by format; the jobs run during other checks. */
export async function startNumbered() {
  const start = async (format) => {
    const clip = await numberedClip(format, FRAMES);
    const media = await store('restore', readFileSync(clip), `video/${format}`);
    const { id } = await api('restore/run', { input: { media, format, res_w: 192, res_h: 96 }, policy: { reply: 'links' } });
    return [format, id];
  };
  return Object.fromEntries(await Promise.all(['mp4', 'webm'].map(start)));
}

/** On the page of a real job: the pictures on both sides are the frame whose number is below them. */
export async function exactFrames(page, format, job) {
  await check(`compare: ${SEEKS} random seeks and steps in a ${format} show exactly the frame asked for, on both sides`, async () => {
    const { status, error } = await ended('restore', job);
    if (status !== 'COMPLETED') throw new Error(`${status}: ${error}`);
    await page.goto(`#/jobs/${job}?endpoint=restore&mode=side`, { fresh: true });
    await page.settled();
    await page.raw.evaluate(`window.numberIn = ${numberIn}`);
    const element = page.locator('media-compare');
    let seed = 7;
    const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
    let at = 0;
    const wrong = [];
    for (let i = 0; i < SEEKS; i++) {
      at = i % 3 === 0 ? Math.min(FRAMES - 1, Math.max(0, at + (random(2) ? 1 : -1))) : random(FRAMES);
      const found = await element.evaluate(async (node, target) => {
        // While it seeks, too, both sides and the counter always show the same frame.
        const torn = [];
        const read = () => ['.pane-a', '.pane-b'].map((pane) => {
          const still = node.querySelector(`${pane} img.still`);
          return still.hidden ? -1 : window.numberIn(still, 0, 0, still.naturalWidth, still.naturalHeight);
        });
        let seeking = true;
        const watch = () => {
          const numbers = [...read(), Number(node.querySelector('.frames .counter').textContent.split(' ')[0]) - 1];
          if (new Set(numbers).size > 1) torn.push(numbers);
          if (seeking) requestAnimationFrame(watch);
        };
        requestAnimationFrame(watch);
        await node.showFrame(target);
        seeking = false;
        return { numbers: read(), torn };
      }, at);
      if (found.numbers.some((number) => number !== at) || found.torn.length) wrong.push(`${at}: ${JSON.stringify(found)}`);
      if (i % SEEN_EVERY === 0) {
        const seen = await numbersOnScreen(page);
        if (seen.some((number) => number !== at)) wrong.push(`frame ${at} shows ${seen}`);
      }
    }
    if (wrong.length) throw new Error(`${wrong.length} of ${SEEKS} were wrong: ${wrong.slice(0, 3).join('; ')}`);
    return `${FRAMES} frames`;
  }, page);
}

/** The frame numbers in a screenshot of the stage, left and right. */
async function numbersOnScreen(page) {
  const picture = (await page.locator('media-compare .stage').screenshot()).toString('base64');
  return page.raw.evaluate(async (base64) => {
    const photo = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], { type: 'image/png' }));
    const stage = document.querySelector('media-compare .stage').getBoundingClientRect();
    return ['.pane-a .layer', '.pane-b .layer'].map((layer) => {
      const box = document.querySelector(layer).getBoundingClientRect();
      const scale = photo.width / stage.width;
      return window.numberIn(photo, (box.left - stage.left) * scale, (box.top - stage.top) * scale, box.width * scale, box.height * scale);
    });
  }, picture);
}

/** After playing, too, the counter matches the pictures. */
export async function afterPlaying(page, job) {
  await check('compare: a video that is stopped while it plays shows exactly the frame whose number is below it', async () => {
    await page.goto(`#/jobs/${job}?endpoint=restore&mode=side`, { fresh: true });
    await page.settled();
    await page.raw.evaluate(`window.numberIn = ${numberIn}`);
    const shown = [];
    for (const from of [0, 30, 60]) {
      await page.locator('media-compare').evaluate((node, frame) => node.showFrame(frame), from);
      // Stopped by the page itself: on a busy machine the video would be over before a click arrives.
      const stopped = page.raw.evaluate((begun) => new Promise((resolve) => {
        const look = () => {
          const pause = [...document.querySelectorAll('media-compare button')].find((button) => button.textContent.trim() === 'Pause');
          const at = parseInt(document.querySelector('.frames .counter').textContent, 10) - 1;
          if (!pause || at <= begun + 5) return requestAnimationFrame(look);
          pause.click();
          resolve();
        };
        look();
      }), from);
      await page.button('Play').click();
      await stopped;
      await page.locator('media-compare[data-shown]').waitFor();
      const at = Number((await page.locator('.frames .counter').textContent()).split(' ')[0]) - 1;
      const seen = await numbersOnScreen(page);
      if (seen.some((number) => number !== at)) throw new Error(`frame ${at} shows ${seen}`);
      shown.push(at);
    }
    return `frames ${shown.join(', ')}`;
  }, page);
}
