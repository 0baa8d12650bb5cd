// `./heritage up` in a process that can be killed and started again on the same port.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const scratch = process.env.SCRATCH;
const heritage = join(process.env.HERITAGE_HOME, 'heritage');

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

/** Returns when jobs are taken; counts of jobs may come a moment later. */
export async function start() {
  mkdirSync(scratch, { recursive: true });
  const [out, err] = ['up.out', 'up.err'].map((name) => openSync(join(scratch, name), 'w'));
  child = spawn(heritage, ['up', '--port', port, '--data', join(scratch, 'data'), '--models', join(scratch, 'ckpts')], { stdio: ['ignore', out, err] });
  closeSync(out);
  closeSync(err);
  const died = new Promise((_, reject) => child.once('exit', (code) => reject(new Error(`./heritage up ended with ${code}\n${readFileSync(join(scratch, 'up.err'), 'utf8').slice(-2000)}`))));
  died.catch(() => {});
  const deadline = Date.now() + 300_000;
  while (Date.now() < deadline) {
    const answers = await Promise.race([Promise.all(['interpolate', 'restore'].map((endpoint) => fetch(`${site}v2/${endpoint}/health`).then((r) => r.ok, () => false))), died]);
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
