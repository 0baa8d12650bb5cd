// Tests the official JavaScript SDK (npm runpod-sdk). Only its baseUrl option is changed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import runpodSdk from "runpod-sdk";

const examples = join(process.cwd(), "examples");
const image = (name) => readFileSync(join(examples, name)).toString("base64");
const request = (length) => ({
  input: {
    start_image_base64: image("start.jpg"),
    end_image_base64: image("end.jpg"),
    steps: 8,
    resolution: 480,
    frame_length: length,
  },
});
let passed = 0;
const expect = (name, condition, found) => {
  assert.ok(condition, `${name}: ${JSON.stringify(found)?.slice(0, 400)}`);
  passed++;
};

const runpod = runpodSdk("YOUR_API_KEY", { baseUrl: process.env.HERITAGE_BASE });
const interpolate = runpod.endpoint("interpolate");
const restore = runpod.endpoint("restore");

const health = await interpolate.health();
expect("health", Number.isInteger(health.jobs.inQueue) && Number.isInteger(health.workers.idle), health);

const sync = await interpolate.runSync(request(17), 300000);
expect("runSync", sync.status === "COMPLETED" && sync.succeeded && sync.output.frames.length === 33, sync.status);

// statusSync sends one request, with a wait of up to 90 s. The job may still run when it returns.
const queued = await interpolate.run(request(17), 10000);
expect("run", queued.status === "IN_QUEUE", queued);
const finished = await interpolate.statusSync(queued.id, 90000);
expect("statusSync", ["COMPLETED", "IN_PROGRESS"].includes(finished.status), finished.status);

const long = await interpolate.run(request(129), 10000);
const cancelled = await interpolate.cancel(long.id);
expect("cancel", cancelled.status === "CANCELLED", cancelled);
const status = await interpolate.status(long.id);
expect("status", status.status === "CANCELLED" && status.completed && !status.succeeded, status);

// Counts the requests for the stream: the SDK does not pause between them.
let streamCalls = 0;
let statusSyncCalls = 0;
const plainFetch = globalThis.fetch;
globalThis.fetch = (resource, options) => {
  streamCalls += String(resource?.url ?? resource).includes("/stream/") ? 1 : 0;
  statusSyncCalls += String(resource?.url ?? resource).includes("/status-sync/") ? 1 : 0;
  return plainFetch(resource, options);
};

const streamed = await interpolate.run(request(17), 10000);
const frames = [];
let firstState;
for await (const { output } of interpolate.stream(streamed.id)) {
  firstState ??= (await interpolate.status(streamed.id, 10000)).status;
  assert.equal(output.first_frame, frames.length, "stream: order");
  frames.push(...output.frames);
}
const whole = await interpolate.status(streamed.id, 60000);
expect("stream: while it runs", firstState === "IN_PROGRESS", firstState);
expect("stream: every frame once", whole.output.frames.every((f, i) => f === frames[i]) && frames.length === 33, frames.length);
expect("stream: requests are counted", streamCalls > 1, streamCalls);

// A job that waits behind another has nothing to stream. The server holds each request for seconds.
statusSyncCalls = 0;
const ahead = await interpolate.run(request(129), 10000);
const waiting = await interpolate.run(request(17), 10000);
streamCalls = 0;
const began = Date.now();
// Another waits, too: after its wait of 3 s the SDK asks for its status, again without a pause.
const polling = interpolate.runSync(request(17), 3000).then((reply) => ({ reply, seconds: (Date.now() - began) / 1000 }));
const cancelling = new Promise((done) => setTimeout(done, 8000)).then(() => interpolate.cancel(waiting.id, 10000));
for await (const chunk of interpolate.stream(waiting.id)) {
  assert.fail(`a waiting job streamed a chunk: ${JSON.stringify(chunk).slice(0, 200)}`);
}
await cancelling;
const polled = await polling;
expect("runSync: its time is over", polled.reply.status === "IN_QUEUE" && !polled.reply.completed, polled.reply);
expect("status-sync: at most a request a second while idle", statusSyncCalls > 1 && statusSyncCalls <= polled.seconds, { statusSyncCalls, polled });
await interpolate.cancel(polled.reply.id, 10000);
const purged = await interpolate.purgeQueue(10000);
expect("purgeQueue", purged.status === "completed" && purged.removed === 0, purged);
await interpolate.cancel(ahead.id, 10000);
const seconds = (Date.now() - began) / 1000;
expect("stream: at most a request a second while idle", streamCalls <= seconds, { streamCalls, seconds });

const restoreHealth = await restore.runSync({ input: { action: "health" } });
expect("restore health", restoreHealth.output.status === "healthy", restoreHealth);
const failed = await restore.runSync({ input: { action: "initialize", model_type: "seedvr2_3b" } });
expect("failed job", failed.status === "FAILED" && failed.error.includes("seedvr2_ema_3b.pth"), failed);

const model = { model_type: "seedvr2_7b", model_variant: "sharp", sp_size: 1 };
const initialized = await restore.runSync({ input: { action: "initialize", ...model } }, 120000);
expect("initialize", initialized.output.ready && initialized.output.tiny, initialized);
const restored = await restore.runSync(
  { input: { action: "restore", media: image("start.jpg"), res_h: 64, res_w: 96, ...model } }, 120000);
expect("restore", restored.output.success && restored.output.media[0].startsWith("iVBORw0KGgo"), restored.output?.media_type);
expect("restore: the fields of output are beside it, too", restored.success && restored.tiny && restored.resolution === "64x96", Object.keys(restored));
const nothing = await restore.runSync({ input: { action: "restore" } });
expect("no media", nothing.error === "No video data provided", nothing);
const unknown = await restore.runSync({ input: { action: "initialize", model_type: "seedvr2_70b" } });
expect("unknown model", unknown.error.includes("model_type") && unknown.error.includes("seedvr2_70b"), unknown);

await assert.rejects(runpod.endpoint("nothing-here").run({ input: { a: 1 } }), (e) => e.response?.status === 404);
passed++;

console.log(`javascript: ${passed} passed, 0 failed`);
