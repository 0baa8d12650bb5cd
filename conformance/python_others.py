"""Tests clients that are built on RunPod's API: Flash (PyPI runpod-flash) and LangChain's (PyPI langchain-runpod). Only base URL and
key are changed."""

import asyncio
import base64
import logging
import os
import pathlib

os.environ["RUNPOD_ENDPOINT_BASE_URL"] = os.environ["HERITAGE_BASE"]
os.environ["RUNPOD_API_KEY"] = "any"
os.environ["RUNPOD_URL_MIXED_OK"] = "1"  # only endpoints are called

import requests
from langchain_runpod import RunPod
from runpod_flash import Endpoint
from runpod_flash.core.resources.serverless import JobOutput, ServerlessHealth

logging.disable(logging.ERROR)  # LangChain's client logs whole outputs
EXAMPLES = pathlib.Path(__file__).resolve().parent.parent / "examples"
REQUEST = {
    "start_image_base64": base64.b64encode((EXAMPLES / "start.jpg").read_bytes()).decode(),
    "end_image_base64": base64.b64encode((EXAMPLES / "end.jpg").read_bytes()).decode(),
    "output": "mp4",
    "resolution": 480,
    "frame_length": 17,
    "interpolation": 1,
}
passed = 0


def expect(name, condition, found=None):
    global passed
    assert condition, f"{name}: {str(found)[:400]}"
    passed += 1


def check(name, job, status):
    """Flash's model of a result requires id, worker and times, also for a failed job."""
    model = JobOutput(**job._data)
    expect(name, model.status == status and job.done, job._data.keys())


async def flash():
    interpolate, restore = Endpoint(id="interpolate"), Endpoint(id="restore")
    job = await interpolate.run(REQUEST)
    expect("flash: run", job.id and not job.done)
    await job.wait(timeout=200)
    check("flash: wait", job, "COMPLETED")
    expect("flash: output", job.output["video"])
    check("flash: runsync", await interpolate.runsync(REQUEST), "COMPLETED")
    check("flash: a job that the gateway refuses", await restore.runsync({"action": "restore"}), "FAILED")
    check("flash: a job that fails", await restore.runsync({"action": "initialize", "model_type": "seedvr2_70b"}), "FAILED")
    job = await interpolate.run({**REQUEST, "frame_length": 129}, webhook="https://example.invalid/done")
    await job.cancel()
    expect("flash: cancel", job.done and await job.status() == "CANCELLED")


asyncio.run(flash())
health = ServerlessHealth(**requests.get(f"{os.environ['HERITAGE_BASE']}/interpolate/health", timeout=10).json())
expect("flash: health", health.is_ready, health)

llm = RunPod(endpoint_id="interpolate", api_key="any", api_base=os.environ["HERITAGE_BASE"])
expect("langchain", "'video': '" in llm.invoke("she turns", **{k: v for k, v in REQUEST.items()}))
try:
    llm.invoke("no pictures")
    expect("langchain: a job that fails", False)
except Exception as e:
    expect("langchain: a job that fails says why", "start_image_base64 is required" in str(e), e)
print(f"python, others: {passed} passed, 0 failed")
