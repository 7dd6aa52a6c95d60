/** Python of the toolbox, without anything of the user's or the environment's. */
export const PYTHON = ['/usr/bin/python3.13', '-I', '-c'];

/**
 * First process of the builder's container: starts the engine, and ends it when whoever started the container is gone
 * (its standard input ends then), or asks for it. Its argument is the engine's configuration.
 */
export const START_PROGRAM = `
import ctypes, os, signal, subprocess, sys, threading

os.makedirs('/run/ingot', mode=0o700, exist_ok=True)
with open('/run/ingot/engine.json', 'w') as file:
    file.write(sys.argv[1])

# the kernel's emulators, which a new /proc does not show; a kernel without binfmt_misc has none
ctypes.CDLL(None).mount(b'binfmt_misc', b'/proc/sys/fs/binfmt_misc', b'binfmt_misc', 0, None)

# cgroup v2, "no internal processes": a group that has processes cannot give controllers to groups below it
groups = '/sys/fs/cgroup'
if os.path.exists(groups + '/cgroup.controllers'):
    os.makedirs(groups + '/init', exist_ok=True)
    for pid in open(groups + '/cgroup.procs').read().split():
        with open(groups + '/init/cgroup.procs', 'w') as file:
            file.write(pid)
    controllers = open(groups + '/cgroup.controllers').read().split()
    with open(groups + '/cgroup.subtree_control', 'w') as file:
        file.write(' '.join('+' + name for name in controllers))

engine = subprocess.Popen(['dockerd', '--config-file=/run/ingot/engine.json'], stdin=subprocess.DEVNULL)

def stop(*_):
    engine.terminate()

def stop_at_end_of_input():
    sys.stdin.buffer.read()
    stop()

signal.signal(signal.SIGTERM, stop)
threading.Thread(target=stop_at_end_of_input, daemon=True).start()
# as process 1 it also takes leave of processes whose parents are gone
while True:
    pid, status = os.wait()
    if pid == engine.pid:
        os._exit(os.waitstatus_to_exitcode(status) & 0xff)
`;

/** Joins its standard streams to a Unix socket, or to a port of the loopback interface, in the container. */
export const RELAY_PROGRAM = `
import os, socket, sys, threading

target = sys.argv[1]
if target.isdigit():
    peer = socket.create_connection(('127.0.0.1', int(target)))
else:
    peer = socket.socket(socket.AF_UNIX)
    peer.connect(target)

def send():
    while data := os.read(0, 65536):
        peer.sendall(data)
    peer.shutdown(socket.SHUT_WR)

threading.Thread(target=send, daemon=True).start()
out = open(1, 'wb', buffering=0)
while data := peer.recv(65536):
    rest = memoryview(data)
    while rest:
        rest = rest[out.write(rest):]
os._exit(0)
`;

/** Prints the entries of binfmt_misc as a JSON object of texts, as \`readFormats\` of this host does. */
export const FORMATS_PROGRAM = `
import json, os

folder = '/proc/sys/fs/binfmt_misc'
names = [name for name in os.listdir(folder) if name != 'register']
print(json.dumps({name: open(os.path.join(folder, name)).read() for name in names}))
`;
