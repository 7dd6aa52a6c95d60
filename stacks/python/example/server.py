import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer


class Hello(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello from python\n")


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
server = HTTPServer(("", 8080), Hello)
print("ready", flush=True)
server.serve_forever()
