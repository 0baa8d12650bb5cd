// The comparison: modes, link to the view, exact frames on both sides.
import { readFileSync } from 'node:fs';
import { api, base, check } from './harness.mjs';

/** @param {string} other job that it is compared with */
export async function modes(page, job, other) {
  await check('compare: modes, zoom and frame by keyboard, and the link to the view', async () => {
    await page.goto(`#/jobs/${job}?with=${other}`, { fresh: true });
    await page.settled();
    const stage = page.locator('media-compare .stage');
    await stage.focus();
    await page.raw.keyboard.press('s');
    await page.locator('media-compare[data-mode=side]').waitFor();
    await page.shot('job-side');
    await page.raw.keyboard.press('d');
    await page.locator('media-compare[data-mode=difference]').waitFor();
    await page.shot('job-difference');
    await page.raw.keyboard.press('t');
    await page.locator('media-compare[data-mode=toggle]').waitFor();
    for (let i = 0; i < 5; i++) await page.raw.keyboard.press('ArrowRight');
    await page.locator('media-compare[data-shown="5"]').waitFor();
    await page.raw.keyboard.press('m');
    await page.locator('media-compare .message', { hasText: /^(PSNR [\d.]+ dB|Identical), at 848 × 480$/ }).waitFor();
    await page.raw.keyboard.press('s');
    for (let i = 0; i < 6; i++) await page.raw.keyboard.press('+');
    await page.raw.waitForURL(/mode=side.*frame=5.*zoom=8/);
    const link = page.raw.url();
    await page.shot('job-zoomed');
    await page.raw.goto('about:blank');
    await page.raw.goto(link);
    await page.locator('media-compare[data-shown="5"][data-mode=side]').waitFor();
    const [a, b] = await page.raw.locator('media-compare .layer').evaluateAll((layers) => layers.map((layer) => layer.style.transform));
    if (a !== b || !a.includes('scale(8)')) throw new Error(`${a} and ${b}`);
    return link.replace(/.*#/, '#');
  });
}

/** Frames with their number as 8 black or white blocks, and an error that this check would find if it were there. */
export async function exactFrames(page) {
  await check('compare: 200 random seeks and steps show exactly the frame asked for, on both sides', async () => {
    const compared = await page.raw.evaluate(async () => {
      const count = 97;
      const draw = (k) => {
        const canvas = new OffscreenCanvas(160, 40);
        const pen = canvas.getContext('2d');
        for (let bit = 0; bit < 8; bit++) {
          pen.fillStyle = (k >> bit) & 1 ? '#fff' : '#000';
          pen.fillRect(bit * 20, 0, 20, 40);
        }
        return canvas.convertToBlob({ type: 'image/png' });
      };
      const addresses = [];
      for (let k = 0; k < count; k++) addresses.push(URL.createObjectURL(await draw(k)));
      const source = (id) => ({ id, label: id, kind: 'frames', count, fps: 25, at: (k) => addresses[k] });
      const element = document.createElement('media-compare');
      document.querySelector('main').append(element);
      await element.setSources(source('left'), source('right'));
      const read = (pane) => {
        const still = element.querySelector(`${pane} img.still`);
        const canvas = new OffscreenCanvas(160, 40);
        const pen = canvas.getContext('2d', { willReadFrequently: true });
        pen.drawImage(still, 0, 0, 160, 40);
        let k = 0;
        for (let bit = 0; bit < 8; bit++) if (pen.getImageData(bit * 20 + 10, 20, 1, 1).data[0] > 127) k |= 1 << bit;
        return still.hidden ? -1 : k;
      };
      let seed = 7;
      const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
      let wrong = 0;
      for (let i = 0; i < 200; i++) {
        const target = i % 3 === 0 ? Math.min(count - 1, Math.max(0, element.view.frame + (random(2) ? 1 : -1))) : random(count);
        await element.showFrame(target);
        if (read('.pane-a') !== target || read('.pane-b') !== target) wrong++;
      }
      element.remove();
      addresses.forEach((address) => URL.revokeObjectURL(address));
      return wrong;
    });
    if (compared) throw new Error(`${compared} of 200 were wrong`);
  });
}

/** A video that shows its numbers as FrameFinderTest draws them: twelve blocks, four in a row, the lowest bit first. */
export async function exactVideo(page, path) {
  await check('compare: 200 random seeks and steps in a video of open groups of pictures', async () => {
    const stored = await (await fetch(`${base}restore/media`, { method: 'PUT', body: readFileSync(path) })).json();
    const { id } = await api('restore/run', { input: { media: stored.media_ref, res_h: 64, res_w: 64 } });
    await page.goto(`#/jobs/${id}`, { fresh: true });
    await page.locator('media-compare[data-shown]').waitFor({ timeout: 180_000 });
    const { wrong, count } = await page.raw.evaluate(async () => {
      const element = document.querySelector('media-compare');
      const read = () => {
        const pen = new OffscreenCanvas(96, 64).getContext('2d', { willReadFrequently: true });
        pen.drawImage(element.querySelector('.pane-a img.still'), 0, 0, 96, 64);
        let k = 0;
        for (let bit = 0; bit < 12; bit++) if (pen.getImageData((bit % 4) * 24 + 12, Math.floor(bit / 4) * 16 + 8, 1, 1).data[0] > 120) k |= 1 << bit;
        return k;
      };
      let seed = 11;
      const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
      const wrong = [];
      for (let i = 0; i < 200; i++) {
        const target = i % 3 === 0 ? Math.min(element.count - 1, Math.max(0, element.view.frame + (random(2) ? 1 : -1))) : random(element.count);
        await element.showFrame(target);
        const result = element.querySelector('.pane-b img.still').src;
        if (read() !== target || !result.endsWith(`/frame/${target}`)) wrong.push(`${target}: ${read()}, ${result}`);
      }
      return { wrong, count: element.count };
    });
    if (count !== 300) throw new Error(`${count} frames`);
    if (wrong.length) throw new Error(`${wrong.length} of 200 were wrong: ${wrong.slice(0, 5).join('; ')}`);
    await page.shot('job-restored-video');
  });
}
