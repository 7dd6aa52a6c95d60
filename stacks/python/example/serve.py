import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


def serve(text):
    """Answers every request with the same text, until it is told to end."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text.encode())

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = HTTPServer(("", 8080), Answer)
    print("ready", flush=True)
    server.serve_forever()
