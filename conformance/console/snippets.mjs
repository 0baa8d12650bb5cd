// Takes every code snippet from the console and runs it unchanged, in a folder that has the pictures.
import { execFile } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { WORK_MILLIS, api, check, home, until } from './harness.mjs';

const execute = promisify(execFile);

const RUNNERS = {
  'run.sh': ['bash', ['-euo', 'pipefail', 'run.sh']],
  'run.py': [process.env.SDK_PYTHON, ['run.py']],
  'run.mjs': ['node', ['run.mjs']],
  'run.go': ['go', ['run', 'run.go']],
  'heritage.sh': ['bash', ['-euo', 'pipefail', 'heritage.sh']],
};

/** Has what careless quoting would change: a literal of JSON, an apostrophe, two hyphens. */
const PROMPT = "a true friend -- isn't it";

const SMALL = {
  interpolate: async (page) => {
    await page.raw.getByLabel('Shorter side').selectOption('480');
    await page.raw.getByLabel('Frames to make').fill('17');
    await page.raw.getByLabel('Multiply frames').selectOption('1');
    await page.raw.getByLabel('Prompt', { exact: true }).fill(PROMPT);
  },
  restore: async (page) => {
    await page.raw.getByLabel('Width').fill('64');
    await page.raw.getByLabel('Height').fill('64');
  },
};
const MAGIC = { 'result.mp4': ['ftyp', 4], 'result.png': ['PNG', 1] };

/** @param {string[]} pictures that the form gets */
export async function run(page, kind, pictures) {
  const texts = [];
  await check(`the form of ${kind} as code in five languages`, async () => {
    await page.goto(`#/${kind}`, { fresh: true });
    await page.drop(pictures);
    await page.locator('.slot figure').first().waitFor();
    await SMALL[kind](page);
    await page.raw.getByRole('button', { name: 'Copy as code' }).click();
    for (const language of await page.raw.locator('dialog .tabs button').allTextContents()) {
      await page.raw.locator('dialog .tabs button', { hasText: new RegExp(`^${language}$`) }).click();
      const code = page.raw.locator('dialog pre');
      texts.push([language, await code.getAttribute('data-file'), await code.textContent()]);
    }
    await page.raw.keyboard.press('Escape');
    if (texts.length !== 5) throw new Error(`${texts.length} snippets`);
  });
  await check('the Python SDK is installed', sdkInstalled);
  await Promise.all(texts.map(async ([language, file, text]) => {
    await check(`the ${language} snippet of ${kind} runs`, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'snippet-'));
      for (const picture of pictures) copyFileSync(picture, join(folder, basename(picture)));
      symlinkSync(join(home, 'heritage'), join(folder, 'heritage'));
      symlinkSync(join(import.meta.dirname, 'node_modules'), join(folder, 'node_modules'));
      writeFileSync(join(folder, file), text);
      const [command, words] = RUNNERS[file];
      await execute(command, words, { cwd: folder, timeout: WORK_MILLIS }).catch((e) => {
        throw new Error(`${e.message}\n${e.stderr}`);
      });
      const [name] = readdirSync(folder).filter((found) => found.startsWith('result.'));
      const result = readFileSync(join(folder, name));
      const [magic, at] = MAGIC[name];
      if (result.subarray(at, at + magic.length).toString('latin1') !== magic) throw new Error(`${name} is not what its name says`);
      rmSync(folder, { recursive: true });
      return `${name}, ${result.length} bytes`;
    });
  }));
  if (kind === 'interpolate') await check('the prompt arrived as it was typed, from every language', () => arrived(texts.length));
}

/** The Python SDK is installed while other checks run. */
async function sdkInstalled() {
  const file = join(process.env.SCRATCH, 'sdk');
  await until(() => existsSync(file), Boolean, WORK_MILLIS);
  const told = readFileSync(file, 'utf8').trim();
  if (told !== 'installed') throw new Error(told);
}

async function arrived(count) {
  const { requests } = await api('interpolate/requests?status=COMPLETED');
  const prompts = await Promise.all(requests.map(async ({ id }) => (await api(`interpolate/requests/${id}`)).input.positive_prompt));
  const found = prompts.filter((prompt) => prompt === PROMPT).length;
  if (found !== count) throw new Error(`${found} of ${count} jobs have the prompt: ${prompts}`);
}
