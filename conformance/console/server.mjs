// `./heritage up` in a process that can be killed and started again on the same port.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const scratch = process.env.SCRATCH;
const heritage = join(process.env.CHECKOUT, 'heritage');

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export const port = await freePort();
export const site = `http://127.0.0.1:${port}/`;

let child = null;
process.once('exit', () => child?.kill('SIGKILL'));
process.once('SIGTERM', () => process.exit(143));

/**
 * Returns when jobs are taken.
 *
 * @param {string} [key] that callers have to show from now on
 */
export async function start(key) {
  mkdirSync(scratch, { recursive: true });
  const config = join(scratch, 'heritage.yaml');
  const sha256 = createHash('sha256').update(key ?? '').digest('hex');
  writeFileSync(config, key ? `gateway:\n  keys:\n    - name: console\n      owner: local\n      sha256: ${sha256}\n` : '{}\n');
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  const [out, err] = ['up.out', 'up.err'].map((name) => openSync(join(scratch, name), 'a'));
  child = spawn(heritage, ['up', '--config', config, '--port', port, '--data', join(scratch, 'data'), '--models', join(scratch, 'ckpts')], { stdio: ['ignore', out, err] });
  closeSync(out);
  closeSync(err);
  const died = new Promise((_, reject) => child.once('exit', (code) => reject(new Error(`./heritage up ended with ${code}\n${readFileSync(join(scratch, 'up.err'), 'utf8').slice(-2000)}`))));
  died.catch(() => {});
  const deadline = Date.now() + 300_000;
  while (Date.now() < deadline) {
    const answers = await Promise.race([Promise.all(['interpolate', 'restore'].map((endpoint) => fetch(`${site}v2/${endpoint}/health`, { headers }).then((r) => r.ok, () => false))), died]);
    if (answers.every(Boolean)) return;
    await new Promise((r) => setTimeout(r, 200));
  }
  throw new Error('./heritage up is not ready');
}

export const readyLine = () => readFileSync(join(scratch, 'up.out'), 'utf8');

/** @param {'SIGKILL' | 'SIGTERM'} signal */
export async function stop(signal = 'SIGTERM') {
  if (!child || child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}
