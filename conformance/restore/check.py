"""Decodes the files of the examples with FFmpeg (PyPI av), and compares their codec, size, frames and audio streams."""

import json
import sys

import av


def opened(path):
    with av.open(path) as media:
        video = media.streams.video[0]
        size = video.codec_context.name, video.width, video.height
        frames = sum(1 for _ in media.decode(video))
        return *size, frames, len(media.streams.audio)


def expect(name, found, expected):
    assert found == expected, f"{name}: expected {expected}, found {found}"
    print(f"{name}: {found}")


expect("restored_video.mp4", opened("restored_video.mp4"), ("h264", 1280, 720, 5, 1))
expect("restored_image.png", opened("restored_image.png"), ("png", 1280, 720, 1, 0))

# curl.out has two replies, one after the other: health, then the restored video.
text = open("curl.out").read()
health, end = json.JSONDecoder().raw_decode(text)
restored, _ = json.JSONDecoder().raw_decode(text[end:].strip())
expect("health", (health["status"], health["output"]["status"], health["output"]["tiny"]), ("COMPLETED", "healthy", True))
expect(
    "curl video",
    (restored["success"], restored["media_type"], restored["model_type"], restored["resolution"], restored["tiny"]),
    (True, "video", "seedvr2_7b", "1280x720", True),
)
expect("curl processing_info", restored["processing_info"]["frames"], 5)
expect("curl media is in the envelope too", restored["output"]["media"] == restored["videos"] == restored["media"], True)
