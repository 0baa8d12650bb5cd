"""Tests Heritage's extensions of RunPod's API end to end against `./heritage up`: media by reference, outputs as files, early ids,
idempotency keys, batches, events, and waiting calls that another client ends. Uses plain HTTP."""

import base64
import hashlib
import http.client
import json
import os
import pathlib
import socket
import threading
import time
import urllib.parse
import uuid

BASE = urllib.parse.urlsplit(os.environ["HERITAGE_BASE"])
EXAMPLES = pathlib.Path(__file__).resolve().parent.parent / "examples"
START = (EXAMPLES / "start.jpg").read_bytes()
END = (EXAMPLES / "end.jpg").read_bytes()
SMALL = {"output": "mp4", "resolution": 480, "frame_length": 17, "interpolation": 1}
passed = 0


def expect(name, condition, found=None):
    global passed
    assert condition, f"{name}: {str(found)[:600]}"
    passed += 1


class Reply:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.body[:400]}"


def connect():
    return http.client.HTTPConnection(BASE.hostname, BASE.port, timeout=320)


def call(method, path, body=None, **headers):
    """Header names have underscores in place of hyphens. A path without a leading slash is relative to the path of HERITAGE_BASE."""
    connection = connect()
    try:
        if isinstance(body, dict):
            body = json.dumps(body).encode()
        target = path if path.startswith("/") else f"{BASE.path}/{path}"
        connection.request(method, target, body, {name.replace("_", "-"): value for name, value in headers.items()})
        reply = connection.getresponse()
        return Reply(reply.status, reply.headers, reply.read())
    finally:
        connection.close()


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def wait_for(job, endpoint="interpolate"):
    return call("GET", f"{endpoint}/status-sync/{job}?wait=300000").json


# -- media that are stored in one piece, a job that names them, and ranges of its result
stored = call("PUT", "interpolate/media", START, Content_Type="image/jpeg", X_Heritage_SHA_256=sha256(START))
expect("PUT media", stored.status == 200 and stored.json["complete"] and stored.json["bytes"] == len(START), stored)
expect("PUT media: hash and type", stored.json["sha256"] == sha256(START) and stored.json["media_type"] == "image/jpeg", stored)
start = stored.json["media_ref"]
digest = base64.b64encode(hashlib.sha256(END).digest()).decode()
stored = call("PUT", "restore/media", END, Content_Digest=f"sha-256=:{digest}:")
expect("PUT media at another endpoint", stored.status == 200, stored)
end = stored.json["media_ref"]

job = call("POST", "interpolate/run", {"input": {**SMALL, "start_image_base64": start, "end_image_base64": end}, "policy": {"reply": "links"}})
expect("run by reference", job.status == 200 and job.json["status"] == "IN_QUEUE", job)
ended = wait_for(job.json["id"])
expect("a job by reference completes", ended["status"] == "COMPLETED", ended)
expect("links in place of base64", "video" not in ended["output"] or ended["output"]["video"].startswith("/v2/"), ended)
url = ended["output"]["video_url"]
whole = call("GET", url)
expect("GET output", whole.status == 200 and whole.headers["Content-Type"] == "video/mp4", whole)
expect("size and hash are those of the reply", sha256(whole.body) == ended["output"]["sha256"] and len(whole.body) == ended["output"]["size"], ended)
third = len(whole.body) // 3
ranges = [call("GET", url, Range=f"bytes={first}-{last}") for first, last in ((0, third - 1), (third, 2 * third - 1), (2 * third, ""))]
expect("GET with Range", [part.status for part in ranges] == [206] * 3 and b"".join(part.body for part in ranges) == whole.body, ranges)
expect("Content-Range", ranges[0].headers["Content-Range"] == f"bytes 0-{third - 1}/{len(whole.body)}", ranges[0].headers)
expect("ETag", call("GET", url, If_None_Match=whole.headers["ETag"]).status == 304)
expect("If-Range with another ETag gives the whole file", call("GET", url, Range="bytes=0-9", If_Range='"00"').status == 200)
expect("a range beyond the end", call("GET", url, Range=f"bytes={len(whole.body)}-").status == 416)
frame = call("GET", f"interpolate/output/{job.json['id']}/0/frame/3")
expect("GET a frame of the output", frame.status == 200 and frame.body[:8] == b"\x89PNG\r\n\x1a\n", frame)
given = call("GET", f"interpolate/input/{job.json['id']}/0")
expect("GET input", given.body == START and given.headers["Content-Type"] == "image/jpeg", given.headers)
encoded = {"start_image_base64": base64.b64encode(START).decode(), "end_image_base64": base64.b64encode(END).decode()}
same = call("POST", "interpolate/runsync", {"input": {**SMALL, **encoded}})
expect("the same media in base64 give the same bytes", base64.b64decode(same.json["output"]["video"]) == whole.body, same)

# -- an upload in pieces; the connection of the second one breaks off
half = len(START) // 2
first = call("PUT", "interpolate/media", START[:half], Content_Range=f"bytes 0-{half - 1}/{len(START)}")
expect("a piece", first.status == 200 and not first.json["complete"] and first.json["bytes"] == half, first)
place = f"interpolate/media/{first.json['media_ref']}"
with socket.create_connection((BASE.hostname, BASE.port)) as broken:
    head = f"PUT {BASE.path}/{place} HTTP/1.1\r\nHost: {BASE.netloc}\r\nContent-Length: {len(START) - half}\r\nContent-Range: bytes {half}-{len(START) - 1}/{len(START)}\r\n\r\n"
    broken.sendall(head.encode() + START[half : half + 1000])
told = call("GET", place)
expect("GET media: bytes received so far", told.status == 200 and told.json["bytes"] == half and told.json["total"] == len(START), told)
expect("a job that names an incomplete upload fails", call("POST", "interpolate/runsync", {"input": {**SMALL, "start_image_base64": first.json["media_ref"], "end_image_base64": end}}).json["status"] == "FAILED")
skipping = call("PUT", place, START[half + 1 :], Content_Range=f"bytes {half + 1}-{len(START) - 1}/{len(START)}")
expect("a piece that leaves a gap", skipping.status == 409, skipping)
last = call("PUT", place, START[half:], Content_Range=f"bytes {half}-{len(START) - 1}/{len(START)}", X_Heritage_SHA_256=sha256(START))
expect("the rest, sent again", last.status == 200 and last.json["complete"] and last.json["sha256"] == sha256(START), last)
small = {"res_h": 64, "res_w": 96, "model_type": "seedvr2_7b", "seed": 7}
by_reference = call("POST", "restore/runsync", {"input": {"media": last.json["media_ref"], **small}, "policy": {"reply": "once"}})
expect("restore by reference", by_reference.json["status"] == "COMPLETED", by_reference)
by_base64 = call("POST", "restore/runsync", {"input": {"media": encoded["start_image_base64"], **small}, "policy": {"reply": "once"}})
expect("restore by base64 gives the same picture", by_reference.json["output"]["media"] == by_base64.json["output"]["media"], by_base64)
expect("with policy.reply once, the reply has the media once", by_base64.body.count(by_base64.json["output"]["media"][0].encode()) == 1, by_base64.json.keys())
wrong = call("PUT", "interpolate/media", START, X_Heritage_SHA_256=sha256(END))
expect("a wrong hash is refused", wrong.status == 400 and "id" not in wrong.json and "media_ref" not in wrong.json, wrong)
boundary = uuid.uuid4().hex
form = f'--{boundary}\r\nContent-Disposition: form-data; name="f"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'.encode() + START + f"\r\n--{boundary}--\r\n".encode()
posted = call("POST", "interpolate/media", form, Content_Type=f"multipart/form-data; boundary={boundary}")
expect("upload with a form", posted.status == 200 and posted.json["sha256"] == sha256(START), posted)
inside = call("POST", "restore/runsync", {"input": {"media_url": "http://127.0.0.1:1/a.mp4"}})
expect("no private address is fetched", inside.json["status"] == "FAILED" and inside.json["output"]["error_code"] == "BAD_INPUT", inside)
made_up = call("POST", "restore/runsync", {"input": {"media": start[:-4] + "AAAA"}})
expect("a made-up reference is refused", made_up.json["status"] == "FAILED", made_up)

# -- one request, sent twice
key = str(uuid.uuid4())
body = {"input": {"start_image_base64": start, "end_image_base64": end, **SMALL}}
twice = [call("POST", "interpolate/run", body, Idempotency_Key=key) for _ in range(2)]
expect("the same key and body give the same job", twice[0].json["id"] == twice[1].json["id"], twice)
other = call("POST", "interpolate/run", {"input": {}}, Idempotency_Key=key)
expect("the same key with another body is refused", other.status == 409, other)
expect("that job completes", wait_for(twice[0].json["id"])["status"] == "COMPLETED")

# -- while the endpoint is paused: early ids, places in the queue, and waiting calls that another client ends
expect("pause", call("POST", "interpolate/pause").json["paused"] is True)
connection = connect()
connection.request("POST", f"{BASE.path}/interpolate/runsync?wait=60000", json.dumps(body), {"X-Heritage-Early-Id": "1"})
begun = time.monotonic()
reply = connection.getresponse()
early = reply.headers["X-Heritage-Job-Id"]
expect("runsync sends the id before the job ends", reply.status == 200 and time.monotonic() - begun < 10, early)
expect("the early id is that of a job", call("GET", f"interpolate/status/{early}").json["status"] == "IN_QUEUE", early)

answers = {}


def run_sync(name):
    answers[name] = (call("POST", "interpolate/runsync?wait=60000", body), time.monotonic())


caller = threading.Thread(target=run_sync, args=("cancelled",))
caller.start()
waiting = []
while len(waiting) < 2:
    waiting = [one["id"] for one in call("GET", "interpolate/requests?status=IN_QUEUE").json["requests"]]
begun = time.monotonic()
queued = call("POST", "interpolate/run", body)
expect("run answers within a second while the endpoint is paused", time.monotonic() - begun < 1, time.monotonic() - begun)
place = call("GET", f"interpolate/status/{queued.json['id']}").json
expect("place in the queue", place["outlook"]["paused"] is True and place["outlook"]["ahead"] == 2 and place["outlook"]["position"] == 3, place)
expect("IN_QUEUE has no other fields", set(place) <= {"id", "status", "outlook"}, place)
target = next(one for one in waiting if one != early)
cancelled_at = time.monotonic()
expect("cancel", call("POST", f"interpolate/cancel/{target}").json["status"] == "CANCELLED")
caller.join()
answer, at = answers["cancelled"]
expect("a call that waits for a cancelled job is answered CANCELLED", answer.status == 200 and answer.json["status"] == "CANCELLED", answer)
expect("and within 2 s", at - cancelled_at < 2, at - cancelled_at)
expect("cancel twice", call("POST", f"interpolate/cancel/{target}").json["status"] == "CANCELLED")
expect("cancel of an unknown job", call("POST", f"interpolate/cancel/{uuid.uuid4()}-u1").status == 404)
expect("purge", call("POST", "interpolate/purge-queue").json == {"removed": 2, "status": "completed"})
state = json.loads(reply.read())
connection.close()
expect("the reply with the early id ends with the state of the job", state["status"] == "CANCELLED" and state["id"] == early, state)

# -- a batch, events
batch = call("POST", "interpolate/batch", {"input": {**SMALL, "end_image_base64": end}, "inputs": [{"start_image_base64": start}, {"start_image_base64": end}]})
expect("batch", batch.status == 200 and batch.json["status"] == "IN_QUEUE", batch)
batch_id = batch.json["id"]
soon = time.monotonic() + 10
told = call("GET", f"interpolate/status/{batch_id}").json
while told["output"]["in_queue"] < 2 and time.monotonic() < soon:
    told = call("GET", f"interpolate/status/{batch_id}").json
expect("the batch counts its waiting jobs", told["output"]["jobs_total"] == 2 and told["output"]["in_queue"] == 2, told)
listening = connect()
listening.request("GET", f"{BASE.path}/interpolate/events/{batch_id}-b1")
events = listening.getresponse()
expect("events", events.headers["Content-Type"].startswith("text/event-stream"), events.headers)
expect("resume", call("POST", "interpolate/resume").json["paused"] is False)
seen = [json.loads(line[6:]) for line in events if line.startswith(b"data: ")]
listening.close()
expect("events begin with open and end with the end of the job", seen[0]["type"] == "open" and seen[-1]["status"] == "COMPLETED", seen[-1:])
expect("the numbers of events grow", [event["seq"] for event in seen] == sorted({event["seq"] for event in seen}), seen)
frames = call("POST", "interpolate/run", {"input": {"resolution": 480, "frame_length": 17, "start_image_base64": start, "end_image_base64": end}}).json["id"]
pushing = connect()
pushing.request("GET", f"{BASE.path}/interpolate/stream/{frames}", headers={"Accept": "text/event-stream"})
pushed = [line for line in pushing.getresponse() if not line.startswith(b":")]
pushing.close()
parts = [json.loads(line[6:]) for line in pushed if line.startswith(b"data: ")]
ids = [line[4:].strip().decode() for line in pushed if line.startswith(b"id: ")]
firsts = [part["output"]["first_frame"] for part in parts[:-1]]
expect("parts are pushed in order, and then the end", parts[-1]["status"] == "COMPLETED" and firsts == sorted(firsts) and sum(len(part["output"]["frames"]) for part in parts[:-1]) == 33, firsts)
again = call("GET", f"interpolate/stream/{frames}", Accept="text/event-stream", Last_Event_ID=ids[-2]).body
expect("behind the last part there is the end", b"event: part" not in again and b"event: end" in again, again)
ended = wait_for(batch_id)
expect("the batch ends with its last job", ended["status"] == "COMPLETED" and ended["output"]["completed"] == 2, ended)
call("GET", f"interpolate/status/{batch_id}?ttl=0")
time_to_forget = time.monotonic() + 2
while time.monotonic() < time_to_forget:
    time.sleep(0.2)
    kept = call("GET", f"interpolate/status/{batch_id}")
    assert kept.status == 200, kept
expect("?ttl has no effect on a batch", kept.json["status"] == "COMPLETED", kept)
job_id = f"{batch_id}-b0"
call("GET", f"interpolate/status/{job_id}?ttl=0")
gone = time.monotonic() + 10
while call("GET", f"interpolate/status/{job_id}").status == 200 and time.monotonic() < gone:
    time.sleep(0.2)
forgotten = call("GET", f"interpolate/status/{job_id}")
expect("?ttl lets a job of a batch expire", forgotten.status == 404 and "expired" in forgotten.json["error"], forgotten)
expect("an unknown job has another error than an expired one", call("GET", f"interpolate/status/{uuid.uuid4()}-u1").json["error"] == "job not found")
print(f"beyond: {passed} passed, 0 failed")
