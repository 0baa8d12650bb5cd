import requests
import base64

# Read image file
with open("input_image.jpg", "rb") as f:
    image_data = f.read()
    image_b64 = base64.b64encode(image_data).decode('utf-8')

# API request
payload = {
    "input": {
        "action": "restore",
        "media": image_b64,
        "media_type": "image",  # explicitly set as image
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
    # Decode restored image
    restored_image_b64 = result["media"][0]
    restored_image_data = base64.b64decode(restored_image_b64)
    
    with open("restored_image.png", "wb") as f:
        f.write(restored_image_data)
    
    print(f"Image restored successfully! Type: {result.get('media_type')}")
else:
    print(f"Error: {result.get('error')}")
