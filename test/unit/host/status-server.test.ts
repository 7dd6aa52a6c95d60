import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { serveStatus } from '../../../src/host/status-server.ts';

async function answersWhile(isReady: boolean): Promise<readonly (readonly [number, string])[]> {
  const metrics = () => Promise.resolve('ingot_runs_total 1\n');
  const served = await serveStatus(
    { host: '127.0.0.1', port: 0 },
    { isReady: () => isReady, metrics, metricsType: 'text/plain; version=0.0.4' },
  );
  try {
    const paths = ['/healthz', '/readyz', '/metrics', '/other'];
    const answers = paths.map(async (path) => {
      const response = await fetch(`http://127.0.0.1:${String(served.port)}${path}`);
      return [response.status, await response.text()] as const;
    });
    return await Promise.all(answers);
  } finally {
    await served.close();
  }
}

test.each([
  { isReady: true, ready: [200, 'ready\n'] },
  { isReady: false, ready: [503, 'stopping\n'] },
])('while it is ready ($isReady)', async ({ isReady, ready }) => {
  expect(await answersWhile(isReady)).toEqual([
    [200, 'ok\n'],
    ready,
    [200, 'ingot_runs_total 1\n'],
    [404, 'expected /healthz, /readyz or /metrics\n'],
  ]);
});

test.each([
  { asked: '/healthz?verbose', status: '200' },
  { asked: '//', status: '404' },
  { asked: '//[', status: '404' },
  { asked: 'http://', status: '404' },
  { asked: '*', status: '404' },
])('whatever is asked is answered: $asked', async ({ asked, status }) => {
  const answers = { isReady: () => true, metrics: () => Promise.resolve(''), metricsType: 'text/plain' };
  const served = await serveStatus({ host: '127.0.0.1', port: 0 }, answers);
  const socket = connect(served.port, '127.0.0.1');
  socket.write(`GET ${asked} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  expect(await text(socket)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  await served.close();
});

test('an address that is taken says what to do', async () => {
  const answers = { isReady: () => true, metrics: () => Promise.resolve(''), metricsType: 'text/plain' };
  const first = await serveStatus({ host: '127.0.0.1', port: 0 }, answers);
  await expect(serveStatus({ host: '127.0.0.1', port: first.port }, answers)).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringMatching(/^cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE/),
    hint: expect.stringContaining('--listen'),
  });
  await first.close();
});
