#!/usr/bin/env bash
# Tests the curl requests of the documentation of both services on RunPod. Only base URL and key are changed.
set -euo pipefail
cd "$(dirname "$0")/.."

passed=0
expect() { # expect NAME REPLY JQ-LIKE-PYTHON-EXPRESSION
  if printf %s "$2" | python3 -c "import json, sys; r = json.load(sys.stdin); sys.exit(0 if ($3) else 1)"; then
    passed=$((passed + 1))
  else
    printf 'FAILED %s: %.400s\n' "$1" "$2"
    exit 1
  fi
}
post() { # post ENDPOINT/OPERATION BODY
  printf %s "$2" | curl -sS -X POST "$HERITAGE_BASE/$1" -H "Authorization: Bearer YOUR_API_KEY" \
    -H "Content-Type: application/json" --data-binary @-
}

start=$(base64 <examples/start.jpg | tr -d '\n')
end=$(base64 <examples/end.jpg | tr -d '\n')
request='{
    "input": {
      "start_image_base64": "'$start'",
      "end_image_base64": "'$end'",
      "positive_prompt": "smooth cinematic motion",
      "negative_prompt": "static, blurry, low quality",
      "steps": 8,
      "resolution": 480,
      "frame_length": 17,
      "seed": 0
    }
  }'

# interpolation: the health check of the Postman collection, then sync and async generation
reply=$(post interpolate/runsync '{"input":{}}')
expect "interpolate health check" "$reply" 'r["status"] == "COMPLETED" and r["output"]["status"] == "success"'

reply=$(post interpolate/runsync "$request")
while [ "$(printf %s "$reply" | python3 -c 'import json, sys; print(json.load(sys.stdin)["status"])')" != COMPLETED ]; do
  id=$(printf %s "$reply" | python3 -c 'import json, sys; r = json.load(sys.stdin); assert r["status"] in ("IN_QUEUE", "IN_PROGRESS"), r; print(r["id"])')
  reply=$(curl -sS "$HERITAGE_BASE/interpolate/status-sync/$id?wait=60000" -H "Authorization: Bearer YOUR_API_KEY")
done
expect "interpolate sync" "$reply" 'len(r["output"]["frames"]) == 33 and r["output"]["metadata"]["frame_count"] == 33 and r["output"]["metadata"]["engine"] == "rife" and r["output"]["metadata"]["format"] == "png"'
expect "interpolate times" "$reply" 'isinstance(r["delayTime"], int) and isinstance(r["executionTime"], int) and isinstance(r["workerId"], str)'
expect "frames are PNG" "$reply" 'all(__import__("base64").b64decode(f, validate=True)[:8] == b"\x89PNG\r\n\x1a\n" for f in r["output"]["frames"])'

reply=$(post interpolate/run "$request")
expect "interpolate async" "$reply" 'r["status"] == "IN_QUEUE" and set(r) == {"id", "status"}'
id=$(printf %s "$reply" | python3 -c 'import json, sys; print(json.load(sys.stdin)["id"])')
reply=$(curl -sS -X POST "$HERITAGE_BASE/interpolate/cancel/$id" -H "Authorization: Bearer YOUR_API_KEY" -H "Content-Type: application/json")
expect "cancel" "$reply" 'r["status"] == "CANCELLED"'
reply=$(curl -sS "$HERITAGE_BASE/interpolate/status/$id" -H "Authorization: YOUR_API_KEY")
expect "status of the cancelled job" "$reply" 'r["status"] == "CANCELLED"'

# restoration: health, initialize and restore
reply=$(post restore/runsync '{"input": {"action": "health"}}')
expect "restore health" "$reply" 'r["status"] == "COMPLETED" and r["output"]["status"] == "healthy" and r["output"]["model_initialized"] is False'
reply=$(post restore/runsync '{"input": {"action": "initialize", "model_type": "seedvr2_3b", "model_variant": "normal", "sp_size": 1}}')
expect "restore initialize names the missing file" "$reply" 'r["status"] == "FAILED" and "seedvr2_ema_3b.pth" in r["error"]'
reply=$(post restore/runsync '{"input": {"action": "restore", "model_type": "seedvr2_3b", "video": "'$start'", "res_h": 1280, "res_w": 720}}')
expect "restore names the missing file" "$reply" 'r["status"] == "FAILED" and "seedvr2_ema_3b.pth" in r["error"]'
reply=$(post restore/runsync '{"input": {"action": "initialize", "model_type": "seedvr2_7b", "model_variant": "normal", "sp_size": 1}}')
expect "restore initialize" "$reply" 'r["message"] == "Model seedvr2_7b (normal) initialized successfully" and r["ready"] is True and r["tiny"] is True and r["model_type"] == "seedvr2_7b" and r["model_variant"] == "normal" and r["sp_size"] == 1'
reply=$(post restore/runsync '{"input": {"action": "health"}}')
expect "restore health names the model" "$reply" 'r["status"] == "COMPLETED" and r["output"]["model_initialized"] is True and r["output"]["model_type"] == "seedvr2_7b" and r["output"]["tiny"] is True'
reply=$(post restore/runsync '{"input": {"action": "restore"}}')
expect "restore without media" "$reply" 'r["error"] == "No video data provided"'
reply=$(post restore/runsync '{"input": {"action": "restore", "video": "AAAA!AAA"}}')
expect "restore with bad base64" "$reply" 'r["status"] == "FAILED" and r["error"].startswith("Invalid base64 video data: ")'
expect "a rejected job has the fields that Flash requires" "$reply" 'all(isinstance(r[k], t) for k, t in (("id", str), ("workerId", str), ("delayTime", int), ("executionTime", int)))'

echo "curl: $passed passed, 0 failed"
