// Tests how the official JavaScript SDK reports a wrong key. $HERITAGE_BASE is a server with keys, $CONFORMANCE_KEY a valid one.
import assert from "node:assert/strict";
import runpodSdk from "runpod-sdk";

const baseUrl = process.env.HERITAGE_BASE;
const wrong = runpodSdk("wrong", { baseUrl }).endpoint("interpolate");
for (const call of [() => wrong.health(10000), () => wrong.run({ input: { a: 1 } }, 10000), () => wrong.runSync({ input: { a: 1 } }, 10000)]) {
  await assert.rejects(call, (e) => e.response?.status === 401 && e.response.data.error === "unauthorized");
}
const right = await runpodSdk(process.env.CONFORMANCE_KEY, { baseUrl }).endpoint("interpolate").health(10000);
assert.ok(Number.isInteger(right.workers.ready));
console.log("javascript, keys: 4 passed, 0 failed");
