import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitLogs } from '../../../../src/stages/test/containers/logs.ts';

function frame(stream: 1 | 2, text: string): Buffer {
  const bytes = Buffer.from(text);
  const header = Buffer.alloc(8);
  header.writeUInt8(stream, 0);
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

test('frames go to their streams in order, a cut one as far as it goes', () => {
  const log = Buffer.concat([frame(1, 'a'), frame(2, 'x'), frame(1, 'b\n'), frame(1, 'cut').subarray(0, 10)]);
  expect(splitLogs(log)).toEqual({ stdout: 'ab\ncu', stderr: 'x' });
});

test('any frames come out as they went in, and any bytes end', () => {
  const frames = fc.array(fc.tuple(fc.constantFrom<1 | 2>(1, 2), fc.string()));
  fc.assert(
    fc.property(frames, (list) => {
      const { stdout, stderr } = splitLogs(Buffer.concat(list.map(([stream, text]) => frame(stream, text))));
      const textOf = (wanted: number) => list.filter(([stream]) => stream === wanted).map(([, text]) => text);
      expect({ stdout, stderr }).toEqual({ stdout: textOf(1).join(''), stderr: textOf(2).join('') });
    }),
  );
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void splitLogs(Buffer.from(bytes))));
});
