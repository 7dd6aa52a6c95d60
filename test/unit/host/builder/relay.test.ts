import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openRelay, unframe } from '../../../../src/host/builder/relay.ts';
import { temporaryFolder } from '../../../support/temporary-folder.ts';

function frame(content: Buffer): Buffer {
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, content]);
}

async function* cut(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Buffer> {
  let at = 0;
  for (const size of sizes) {
    yield bytes.subarray(at, at + size);
    at += size;
  }
  yield bytes.subarray(at);
}

it('gives the bytes of the frames, wherever the stream is cut', async () => {
  const contents = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(contents, fc.array(fc.nat(20)), async (written, sizes) => {
      const frames = Buffer.concat(written.map((content) => frame(Buffer.from(content))));
      const read: Buffer[] = [];
      for await (const chunk of unframe(cut(frames, sizes))) {
        read.push(chunk);
      }
      expect(Buffer.concat(read)).toEqual(Buffer.concat(written));
    }),
  );
});

/** A container whose one program answers what it was sent, in capitals, once it was sent everything. */
function capitalizing(started: string[][]): Docker.Container {
  const program = (): Duplex => {
    const sent: Buffer[] = [];
    return new Duplex({
      read: () => undefined,
      write(chunk: Buffer, _encoding, done) {
        sent.push(chunk);
        done();
      },
      final(done) {
        this.push(frame(Buffer.from(Buffer.concat(sent).toString().toUpperCase())));
        this.push(null);
        done();
      },
    });
  };
  const container = {
    exec: async ({ Cmd }: { readonly Cmd: string[] }) => {
      started.push(Cmd);
      return { start: async () => program() };
    },
  };
  return container as unknown as Docker.Container;
}

it('joins a connection to a program in the container, and its end as well', async () => {
  const started: string[][] = [];
  const socket = path.join(await temporaryFolder(), 's');
  const relay = await openRelay({ path: socket }, '/run/docker.sock', capitalizing(started));
  const connection = connect({ path: socket, allowHalfOpen: true });
  connection.end('hello');
  expect(await text(connection)).toBe('HELLO');
  expect(started.map((argv) => argv.at(-1))).toEqual(['/run/docker.sock']);
  await relay.close();
});

it('ends what is under way when it is closed', async () => {
  const relay = await openRelay({ port: 0, host: '127.0.0.1' }, '8080', capitalizing([]));
  const connection = connect(relay.port, '127.0.0.1');
  await once(connection, 'connect');
  connection.write('half a request');
  const closed = once(connection, 'close');
  await new Promise((resolve) => setTimeout(resolve, 20));
  connection.on('error', () => undefined);
  await relay.close();
  await closed;
});
