import { once } from 'node:events';
import { createServer, type ListenOptions, type Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type Docker from 'dockerode';
import { PYTHON, RELAY_PROGRAM } from './container-programs.ts';

/** A socket of this host that stands for one in a container. */
export interface Relay {
  /** Of a TCP relay. */
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Joins every connection to the target in the container (path of a Unix socket, or a port on its loopback interface),
 * each by a program of its own there. So nothing has to be published or mounted, and it works for an engine on another
 * machine, or in one, as it does for one here.
 */
export async function openRelay(
  listen: ListenOptions,
  target: string,
  container: Docker.Container,
): Promise<Relay> {
  const open = new Set<Socket>();
  // a request may end before its answer does
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    join(socket, target, container).catch(() => socket.destroy());
  });
  server.listen(listen);
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) {
        socket.destroy();
      }
      await closed;
    },
  };
}

async function join(socket: Socket, target: string, container: Docker.Container): Promise<void> {
  const program = await container.exec({
    Cmd: [...PYTHON, RELAY_PROGRAM, target],
    AttachStdin: true,
    AttachStdout: true,
  });
  const stream = await program.start({ hijack: true, stdin: true });
  await Promise.all([pipeline(socket, stream), pipeline(stream, unframe, socket)]);
}

/** Docker Engine API, "Stream format": eight bytes, of which the last four are the length of what follows. */
const HEADER_BYTES = 8;
const LENGTH_AT = 4;

/** Takes the frames off the output of a container without a terminal. */
export async function* unframe(framed: AsyncIterable<Buffer | string>): AsyncGenerator<Buffer> {
  let unread = Buffer.alloc(0);
  let left = 0;
  for await (const chunk of framed) {
    unread = Buffer.concat([unread, Buffer.from(chunk)]);
    while (unread.length >= (left === 0 ? HEADER_BYTES : 1)) {
      if (left === 0) {
        left = unread.readUInt32BE(LENGTH_AT);
        unread = unread.subarray(HEADER_BYTES);
      } else {
        const content = unread.subarray(0, left);
        yield content;
        left -= content.length;
        unread = unread.subarray(content.length);
      }
    }
  }
}
