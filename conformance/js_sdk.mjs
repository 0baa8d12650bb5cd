// The official JavaScript SDK (npm runpod-sdk), unchanged but for its baseUrl option.
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

// The server's wait (1 s at least) is over before the job is: the SDK goes on with status-sync.
const queued = await interpolate.run(request(17), 10000);
expect("run", queued.status === "IN_QUEUE", queued);
const finished = await interpolate.statusSync(queued.id, 90000);
expect("statusSync", ["COMPLETED", "IN_PROGRESS"].includes(finished.status), finished.status);

const long = await interpolate.run(request(129), 10000);
const cancelled = await interpolate.cancel(long.id);
expect("cancel", cancelled.status === "CANCELLED", cancelled);
const status = await interpolate.status(long.id);
expect("status", status.status === "CANCELLED" && status.completed && !status.succeeded, status);

const restoreHealth = await restore.runSync({ input: { action: "health" } });
expect("restore health", restoreHealth.output.status === "healthy", restoreHealth);
const failed = await restore.runSync({ input: { action: "initialize", model_type: "seedvr2_3b" } });
expect("failed job", failed.status === "FAILED" && failed.error.includes("seedvr2_ema_3b.pth"), failed);

await assert.rejects(runpod.endpoint("nothing-here").run({ input: { a: 1 } }), (e) => e.response?.status === 404);
passed++;

console.log(`javascript: ${passed} passed, 0 failed`);
