// Processes of Heritage that can be killed and started again on the same ports: `./heritage up`, or its parts with a
// broker of their own.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

const scratch = process.env.SCRATCH;
const home = process.env.CHECKOUT;
const heritage = join(home, 'heritage');
const READY_MILLIS = 240_000;
const LOOK_EVERY_MILLIS = 200;

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

/** By name. */
const children = new Map();
process.once('exit', () => children.forEach((child) => child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(143));

const output = (name, kind) => join(scratch, `${name}.${kind}`);
const told = (name, kind) => readFileSync(output(name, kind), 'utf8');

/** @param {Record<string, string>} [variables] of its environment, beside those of this process */
function launch(name, command, words, variables = {}) {
  const [out, err] = ['out', 'err'].map((kind) => openSync(output(name, kind), 'a'));
  const child = spawn(command, words, { stdio: ['ignore', out, err], env: { ...process.env, ...variables } });
  closeSync(out);
  closeSync(err);
  children.set(name, child);
}

/** @param {() => Promise<boolean>} isReady */
async function waitFor(name, isReady) {
  const child = children.get(name);
  const deadline = Date.now() + READY_MILLIS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}\n${told(name, 'err').slice(-2000)}`);
    if (await isReady()) return;
    await new Promise((r) => setTimeout(r, LOOK_EVERY_MILLIS));
  }
  throw new Error(`${name} is not ready after ${READY_MILLIS / 1000} s`);
}

async function takesJobs(key) {
  const headers = key ? { Authorization: `Bearer ${key}` } : {};
  const answers = await Promise.all(['interpolate', 'restore'].map((endpoint) => fetch(`${site}v2/${endpoint}/health`, { headers }).then((r) => r.ok, () => false)));
  return answers.every(Boolean);
}

/** @param {string} name of the process @param {'SIGKILL' | 'SIGTERM'} signal */
export async function stop(name, signal = 'SIGTERM') {
  const child = children.get(name);
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}

/** Kills all processes, because nothing that they leave behind is needed. */
export const stopAll = () => Promise.all([...children.keys()].map((name) => stop(name, 'SIGKILL')));

/** Returns when the server accepts jobs. */
export async function up() {
  mkdirSync(scratch, { recursive: true });
  const config = join(scratch, 'up.yaml');
  writeFileSync(config, 'admin:\n  enabled: false\nsink:\n  webhook-private-addresses: true\n');
  launch('up', heritage, ['up', '--config', config, '--port', port, '--data', join(scratch, 'data'), '--models', join(scratch, 'ckpts')]);
  await waitFor('up', takesJobs);
}

export const readyLine = () => told('up', 'out');

// ---- parts

/**
 * @param {Record<string, string>} keys by owner
 * @param {string[]} names of the parts beside the broker
 */
export async function startParts(keys, names = ['sink', 'gateway', 'processor']) {
  const kafka = await startBroker(0);
  const sink = await freePort();
  const listed = Object.entries(keys).map(([owner, key]) => `    - name: ${owner}\n      owner: ${owner}\n      operations: "*"\n      sha256: ${createHash('sha256').update(key).digest('hex')}\n`);
  writeFileSync(
    join(scratch, 'parts.yaml'),
    `admin:
  enabled: false
kafka:
  bootstrap-servers: ${kafka}
  replication: 1
  media-partitions: 5
  event-partitions: 3
gateway:
  port: ${port}
  sink: http://127.0.0.1:${sink}
  keys:
${listed.join('')}processor:
  models: ${join(scratch, 'ckpts')}
  worker: worker-1
sink:
  port: ${sink}
  state-dir: ${join(scratch, 'sink')}
  webhook-private-addresses: true
`,
  );
  names.forEach((name) => startPart(name));
  await waitFor('gateway', () => takesJobs(Object.values(keys)[0]));
}

let brokerPort = 0;

/** @returns {Promise<string>} its address, once it takes requests */
async function startBroker(port) {
  const jar = join(home, 'standalone/target/heritage.jar');
  const ready = () => [...(children.has('broker') ? told('broker', 'out') : '').matchAll(/^ready (\S+)/gm)];
  const before = ready().length;
  launch('broker', join(process.env.JAVA_HOME, 'bin/java'), ['-Xmx512m', '-cp', jar, 'io.heritage.transport.broker.EmbeddedBrokerMain', join(scratch, 'broker'), String(port)]);
  await waitFor('broker', async () => ready().length > before);
  const [, address] = ready().at(-1);
  brokerPort = Number(address.split(':')[1]);
  return address;
}

/** On the port that the others know. */
export const restartBroker = () => startBroker(brokerPort);

/** A further processor, a process of its own. */
export function startWorker(name) {
  const variables = { HERITAGE_PROCESSOR_WORKER: name };
  launch(name, heritage, ['processor', '--config', join(scratch, 'parts.yaml')], variables);
}

/** @param {'gateway' | 'processor' | 'sink'} name */
export function startPart(name) {
  launch(name, heritage, [name, '--config', join(scratch, 'parts.yaml')]);
}
