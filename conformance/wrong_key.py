"""Tests how the official Python SDK reports a wrong key. $HERITAGE_BASE is a server with keys, $CONFORMANCE_KEY a valid one."""

import os

import requests
import runpod

runpod.endpoint_url_base = os.environ["HERITAGE_BASE"]
passed = 0


def expect(name, condition, found=None):
    global passed
    assert condition, f"{name}: {str(found)[:400]}"
    passed += 1


for key in ("wrong", "hk_" + os.environ["CONFORMANCE_KEY"]):
    runpod.api_key = key
    for name, call in (("health", lambda e: e.health()), ("run", lambda e: e.run({"a": 1})), ("unknown", lambda e: runpod.Endpoint("nothing").health())):
        try:
            call(runpod.Endpoint("interpolate"))
            expect(f"{name} with a wrong key", False)
        except RuntimeError as e:
            expect(f"{name} with a wrong key", str(e).startswith("401 Unauthorized"), e)
runpod.api_key = os.environ["CONFORMANCE_KEY"]
expect("the right key", "jobs" in runpod.Endpoint("interpolate").health())
url = f"{os.environ['HERITAGE_BASE']}/interpolate/health"
for value in (os.environ["CONFORMANCE_KEY"], f"bearer {os.environ['CONFORMANCE_KEY']}"):
    expect(value, requests.get(url, headers={"Authorization": value}, timeout=10).status_code == 200)
without = requests.get(url, timeout=10)
expect("no key", without.status_code == 401 and set(without.json()) == {"error", "detail"}, without.text)
print(f"python, keys: {passed} passed, 0 failed")
