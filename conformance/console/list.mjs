// Ten thousand jobs in the list: only visible rows are drawn, and scrolling and filtering are quick.
import { Page, api, base, check, until } from './harness.mjs';

const JOBS = 10_000;
const AT_ONCE = 64;
const MOST_MILLIS = 100;
const IDLE_MILLIS = 34; // two frames of 60 a second
const MOST_DRAWN = 300;
const SCROLLS = 150;

/** Jobs whose input is refused, which cost no work. */
async function submit(count) {
  const body = JSON.stringify({ input: { frame_length: 0 } });
  let left = count;
  const one = async () => {
    while (left-- > 0) {
      const send = async () => {
        const response = await fetch(`${base}interpolate/run`, { method: 'POST', body });
        return { ok: response.ok, status: response.status, text: await response.text() };
      };
      // A busy server answers 503, and its clients try again.
      const { ok, status, text } = await until(send, (answer) => answer.status !== 503);
      if (!ok) throw new Error(`${status} ${text}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
}

export async function tenThousand(context) {
  await check(`${JOBS} jobs are accepted`, () => submit(JOBS));
  const page = await Page.open(context);
  await check(`${JOBS} jobs: the median scroll and the median filter take less than ${MOST_MILLIS} ms`, async () => {
    await page.goto('#/jobs?endpoint=interpolate', { fresh: true });
    await page.locator('table.jobs tbody tr').first().waitFor();
    const rows = await page.raw.evaluate(scrollToTheEnd, JOBS);
    const idle = quantile(await page.raw.evaluate(timedScrolls, { count: SCROLLS / 5, moves: false }), 0.5);
    const steps = await page.raw.evaluate(timedScrolls, { count: SCROLLS, moves: true });
    // Without spacers. Rows that leave the viewport are removed a moment later, when the browser reports it.
    const drawn = await until(() => page.locator('table.jobs tbody tr[role=row]').count(), (n) => n <= MOST_DRAWN);
    const filters = [];
    for (const label of ['Completed', 'All', 'Failed', 'Cancelled', 'All']) filters.push(await page.raw.evaluate(timedFilter, label));
    const { id } = (await api('interpolate/requests?status=FAILED&limit=1')).requests[0];
    await page.raw.getByRole('searchbox').fill(id);
    await page.raw.waitForFunction(() => document.querySelectorAll('table.jobs tbody tr').length === 1);
    const [scroll, slow, filter] = [quantile(steps, 0.5), quantile(steps, 0.95), quantile(filters, 0.5)];
    // On a busy machine two frames without any change are late, too, so the limit grows with them.
    const most = MOST_MILLIS * Math.max(1, idle / IDLE_MILLIS);
    const told = `${rows} rows, ${drawn} drawn, a scroll ${Math.round(scroll)} ms (95 %: ${Math.round(slow)}), a filter ${filters.map(Math.round).join(', ')} ms, limit ${Math.round(most)}`;
    if (rows < JOBS || scroll > most || filter > most) throw new Error(told);
    return told;
  }, page);
  await page.close();
}

const quantile = (numbers, share) => numbers.toSorted((a, b) => a - b)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];

// ---- in the page

/** Older jobs are loaded on the way. */
async function scrollToTheEnd(expected) {
  const frame = () => new Promise(requestAnimationFrame);
  const table = document.querySelector('table.jobs');
  const end = performance.now() + 240_000;
  while (table.getAttribute('aria-rowcount') === '-1' && performance.now() < end) {
    scrollTo(0, document.documentElement.scrollHeight);
    await frame();
  }
  const rows = Number(table.getAttribute('aria-rowcount')) - 1;
  if (rows < expected) throw new Error(`the list ends after ${rows} rows, at ${document.querySelector('main').innerText.slice(-200)}`);
  return rows;
}

async function timedScrolls({ count, moves }) {
  const frame = () => new Promise(requestAnimationFrame);
  const times = [];
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    if (moves) scrollTo(0, (document.documentElement.scrollHeight * ((i * 37) % count)) / count);
    await frame();
    await frame();
    times.push(performance.now() - began);
  }
  return times;
}

async function timedFilter(label) {
  const frame = () => new Promise(requestAnimationFrame);
  const button = [...document.querySelectorAll('.filters .tabs button')].find((b) => b.textContent === label);
  const began = performance.now();
  button.click();
  do await frame();
  while (button.getAttribute('aria-pressed') !== 'true');
  await frame();
  const wrong = [...document.querySelectorAll('table.jobs .state')].some((state) => label !== 'All' && !state.textContent.includes(label));
  if (wrong) throw new Error(`the filter ${label} shows other jobs`);
  return performance.now() - began;
}
