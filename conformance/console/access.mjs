// Accessibility: axe on every page, light and dark; no horizontal overflow on a phone.
import { readFileSync } from 'node:fs';
import { NARROW, Page, WIDE, api, check } from './harness.mjs';

const axe = readFileSync(new URL(import.meta.resolve('axe-core')), 'utf8');

/** @param {string} job of an interpolation */
export async function everyPage(context, job) {
  const [restored] = (await api('restore/requests?status=COMPLETED')).requests;
  const [failed] = (await api('interpolate/requests?status=FAILED')).requests;
  const pages = {
    restored: restored && `#/jobs/${restored.id}?endpoint=restore`,
    restore: '#/restore',
    interpolate: '#/interpolate',
    jobs: '#/jobs',
    job: `#/jobs/${job}`,
    timeline: `#/jobs/${job}?tab=timeline`,
    provenance: `#/jobs/${job}?tab=settings`,
    json: `#/jobs/${job}?tab=json`,
    failed: failed && `#/jobs/${failed.id}`,
    workers: '#/workers',
    models: '#/models',
    api: '#/api',
    settings: '#/settings',
  };
  const look = (scheme) => onEach(context, scheme, Object.entries(pages).filter(([, hash]) => hash));
  await Promise.all(['light', 'dark'].map(look));
}

async function onEach(context, scheme, pages) {
  const page = await Page.open(context);
  await check(`axe reports no violation, and nothing overflows at ${NARROW.width} px, ${scheme}`, async () => {
    await page.raw.emulateMedia({ colorScheme: scheme });
    const found = [];
    for (const [name, hash] of pages) {
      await page.goto(hash);
      await page.settled();
      await page.raw.setViewportSize(NARROW);
      found.push(...(await page.overflow(name)));
      if (scheme === 'light') found.push(...(await page.violations(axe, `${name}, narrow`)));
      await page.raw.setViewportSize(WIDE);
      const pressed = page.locator('main button[aria-pressed=true]').first();
      if (await pressed.count()) await pressed.hover(); // hovered buttons have other colours
      found.push(...(await page.violations(axe, name)));
    }
    await page.raw.keyboard.press('?');
    found.push(...(await page.violations(axe, 'shortcuts')));
    if (found.length) throw new Error(found.join('\n'));
    return `${pages.length + 1} pages`;
  }, page);
  await page.close();
}
