"""Tests the official Python SDK (PyPI runpod). Only base URL and key are changed."""

import asyncio
import base64
import os
import pathlib
import time

os.environ["RUNPOD_ENDPOINT_BASE_URL"] = os.environ["HERITAGE_BASE"]

import aiohttp
import requests
import runpod
from runpod import AsyncioEndpoint

EXAMPLES = pathlib.Path(__file__).resolve().parent.parent / "examples"
PNG = b"\x89PNG\r\n\x1a\n"
passed = 0


def expect(name, condition, found=None):
    global passed
    assert condition, f"{name}: {str(found)[:400]}"
    passed += 1


def image(name):
    return base64.b64encode((EXAMPLES / name).read_bytes()).decode()


def frames_request(length=17):
    return {
        "start_image_base64": image("start.jpg"),
        "end_image_base64": image("end.jpg"),
        "steps": 8,
        "resolution": 480,
        "frame_length": length,
    }


runpod.api_key = "YOUR_API_KEY"
runpod.endpoint_url_base = os.environ["HERITAGE_BASE"]
interpolate = runpod.Endpoint("interpolate")
restore = runpod.Endpoint("restore")

health = interpolate.health()
expect("health jobs", set(health["jobs"]) == {"completed", "failed", "inProgress", "inQueue", "retried"}, health)
expect(
    "health workers",
    set(health["workers"]) == {"idle", "initializing", "ready", "running", "throttled", "unhealthy"},
    health,
)
expect("counters are integers", all(type(n) is int for group in health.values() for n in group.values()), health)

output = interpolate.run_sync(frames_request(), timeout=300)
expect("run_sync", len(output["frames"]) == 33 and output["metadata"]["frame_count"] == 33, output and output.keys())
expect("run_sync frames", all(base64.b64decode(f)[:8] == PNG for f in output["frames"]))

# A job that outlasts the wait of /runsync: the SDK names no wait, so the server answers after 90 s, and the SDK asks for the status
# each second. Its HTTP session adds a shorter wait here; the requests are the same otherwise.
impatient = runpod.Endpoint("interpolate")
session = impatient.rp_client.rp_session
session.params = {"wait": 1000}
asked = []
session.hooks["response"].append(lambda reply, **_: asked.append((reply.request.path_url.split("?")[0].split("/")[3], reply.json()["status"])))
output = impatient.run_sync({**frames_request(65), "output": "mp4"}, timeout=300)
expect("run_sync of a long job", output["metadata"]["frame_count"] == 129 and output["video"], output and output.keys())
expect("run_sync: the first answer comes before the end", asked[0][0] == "runsync" and asked[0][1] in ("IN_QUEUE", "IN_PROGRESS"), asked)
expect("run_sync: it goes on by status", {path for path, _ in asked[1:]} == {"status"} and asked[-1][1] == "COMPLETED", asked)

job = interpolate.run({"input": frames_request()})
output = job.output(timeout=300)
expect("run and output", len(output["frames"]) == 33, output)
expect("status", job.status() == "COMPLETED", job.status())

job = interpolate.run(frames_request(129))
job.cancel()
expect("cancel", job.status() == "CANCELLED", job.status())

running = interpolate.run(frames_request(129))
while running.status() == "IN_QUEUE":
    time.sleep(0.2)
waiting = [interpolate.run(frames_request()) for _ in range(3)]
expect("waiting jobs", all(job.status() == "IN_QUEUE" for job in waiting))
purged = interpolate.purge_queue()
expect("purge_queue", purged == {"removed": 3, "status": "completed"}, purged)
expect("purged jobs", all(job.status() == "CANCELLED" for job in waiting))
expect("a purge leaves the running job", running.status() == "IN_PROGRESS", running.status())
running.cancel()

expect("restore health", restore.run_sync({"action": "health"})["status"] == "healthy")
expect("output of a failed job has its error code", restore.run_sync({"action": "initialize", "model_type": "seedvr2_3b"}) == {"error_code": "NOT_POSSIBLE"})

model = {"model_type": "seedvr2_7b", "model_variant": "sharp", "sp_size": 1}
output = restore.run_sync({"action": "initialize", **model}, timeout=120)
expect("initialize", output["message"] == "Model seedvr2_7b (sharp) initialized successfully" and output["tiny"], output)
output = restore.run_sync({"action": "restore", "image": image("start.jpg"), "res_h": 64, "res_w": 96, **model}, timeout=120)
expect("restore", output["success"] and output["media_type"] == "image" and output["tiny"], output)
expect("restored media", base64.b64decode(output["media"][0])[:8] == PNG and output["videos"] == output["media"])
job = restore.run({"action": "restore"})
expect("a job without media fails", job.output(timeout=60) == {"error_code": "BAD_INPUT"} and job.status() == "FAILED", job.status())

try:
    runpod.Endpoint("nothing-here").run({"a": 1})
    expect("unknown endpoint", False)
except requests.HTTPError as e:
    expect("unknown endpoint", e.response.status_code == 404, e)




def check_chunks(name, chunks, states, output):
    """Every frame came once, in order, and equals that of the final output. The first came while the job ran."""
    frames = []
    for chunk in chunks:
        expect(f"{name}: order", chunk["first_frame"] == len(frames), (chunk["first_frame"], len(frames)))
        frames += chunk["frames"]
    expect(f"{name}: frames", frames == output["frames"], (len(frames), len(output["frames"])))
    expect(f"{name}: while it runs", states[0] == "IN_PROGRESS" and len(chunks) > 1, states)


job = interpolate.run(frames_request())
chunks, states = [], []
for chunk in job.stream():
    chunks.append(chunk)
    states.append(states[0] if states else requests.get(
        f"{os.environ['HERITAGE_BASE']}/interpolate/status/{job.job_id}", timeout=10).json()["status"])
check_chunks("stream", chunks, states, job.output(timeout=60))
expect("a stream that was read to its end is empty", list(job.stream()) == [])

job = restore.run({"action": "initialize", "model_type": "seedvr2_3b"})
expect("the stream of a failed job ends", list(job.stream()) == [] and job.status() == "FAILED")


async def asyncio_client():
    async with aiohttp.ClientSession() as session:
        endpoint = AsyncioEndpoint("interpolate", session)
        job = await endpoint.run(frames_request())
        output = await job.output(timeout=300)
        expect("asyncio output", len(output["frames"]) == 33, output)
        expect("asyncio status", await job.status() == "COMPLETED")
        job = await endpoint.run(frames_request(129))
        await job.cancel()
        expect("asyncio cancel", await job.status() == "CANCELLED")
        job = await endpoint.run(frames_request())
        chunks, states = [], []
        async for chunk in job.stream():
            chunks.append(chunk)
            states.append(states[0] if states else await job.status())
        check_chunks("asyncio stream", chunks, states, await job.output(timeout=60))


asyncio.run(asyncio_client())
print(f"python: {passed} passed, 0 failed")
