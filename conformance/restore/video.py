import requests
import base64

# Read video file
with open("input_video.mp4", "rb") as f:
    video_data = f.read()
    video_b64 = base64.b64encode(video_data).decode('utf-8')

# API request
payload = {
    "input": {
        "action": "restore",
        "media": video_b64,
        "media_type": "video",  # or "auto" for automatic detection
        "res_h": 1280,
        "res_w": 720,
        "seed": 42
    }
}

response = requests.post(
    "https://api.runpod.ai/v2/YOUR_ENDPOINT_ID/runsync",
    headers={"Authorization": "Bearer YOUR_API_KEY"},
    json=payload
)

result = response.json()
if result.get("success"):
    # Decode restored video
    restored_video_b64 = result["media"][0]  # or result["videos"][0]
    restored_video_data = base64.b64decode(restored_video_b64)
    
    with open("restored_video.mp4", "wb") as f:
        f.write(restored_video_data)
    
    print("Video restored successfully!")
else:
    print(f"Error: {result.get('error')}")
