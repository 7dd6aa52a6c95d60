import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import {
  createHttpClient,
  withoutRetries,
  type HttpClient,
  type HttpOptions,
} from '../../../src/host/http.ts';
import type { RunEvent } from '../../../src/model/index.ts';
import { collectBytes } from '../../support/bytes.ts';
import { serveHttp } from '../../support/http-server.ts';

const BODY = Buffer.from('0123456789'.repeat(1000));
const signal = AbortSignal.timeout(60_000);
const limits = { maxBytes: 1_000_000, signal };

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const whole: Answer = (_, response) => response.end(BODY);
const hanging: Answer = () => undefined;
const half: Answer = (_, response) => {
  response.writeHead(200, { 'content-length': BODY.length, etag: '"one"' });
  response.write(BODY.subarray(0, BODY.length / 2), () => response.destroy());
};
const stalling: Answer = (_, response) => {
  response.writeHead(200, { 'content-length': BODY.length });
  response.write(BODY.subarray(0, 10));
};
const broken: Answer = (request) => request.socket.destroy();
const status =
  (code: number): Answer =>
  (_, response) =>
    response.writeHead(code).end('no\n');

/** A client, and a server that answers each request with the next of `answers`, and the last one for ever. */
async function arrange(answers: readonly Answer[], options: Partial<HttpOptions> = {}) {
  let served = 0;
  const server = await serveHttp((request, response) => {
    answers[Math.min(served, answers.length - 1)]?.(request, response);
    served += 1;
  });
  const events: RunEvent[] = [];
  const http = createHttpClient({ retryDelayMs: 1, emit: (event) => events.push(event), ...options });
  onTestFinished(() => http.close());
  return { server, http, events, url: `${server.url}/dists/InRelease` };
}

async function readAll(
  http: HttpClient,
  url: string,
  maxBytes = limits.maxBytes,
): Promise<Buffer | 'absent'> {
  const answer = await http.stream(url, { maxBytes, signal });
  return answer.kind === 'absent' ? 'absent' : collectBytes(answer.chunks);
}

describe('get', () => {
  test('gives the bytes and their validators', async () => {
    const modified = 'Sat, 21 Nov 2026 09:15:44 GMT';
    const { http, url } = await arrange([
      (_, response) => response.writeHead(200, { etag: '"one"', 'last-modified': modified }).end(BODY),
    ]);
    const expected = { kind: 'fresh', bytes: BODY, etag: '"one"', lastModified: modified };
    expect(await http.get(url, limits)).toEqual(expected);
  });

  test('asks with the validators at hand', async () => {
    const { http, url, server } = await arrange([status(304)]);
    const answer = await http.get(url, { ...limits, etag: '"one"', lastModified: 'then' });
    expect(answer).toEqual({ kind: 'not-modified' });
    expect(server.requests[0]?.headers).toMatchObject({
      'if-none-match': '"one"',
      'if-modified-since': 'then',
    });
  });

  test.each([404, 410])('%i is absent, at once', async (code) => {
    const { http, url, server } = await arrange([status(code)]);
    expect(await http.get(url, limits)).toEqual({ kind: 'absent' });
    expect(await http.stream(url, limits)).toEqual({ kind: 'absent' });
    expect(server.requests.length).toBe(2);
  });

  test('follows redirections, and not for ever', async () => {
    const toNext: Answer = (_, response) => response.writeHead(302, { location: '/next' }).end();
    const moved = await arrange([toNext, whole]);
    expect(await moved.http.get(moved.url, limits)).toMatchObject({ kind: 'fresh', bytes: BODY });
    const circle = await arrange([toNext]);
    await expect(circle.http.get(circle.url, limits)).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
  });

  test('sends credentials of the URL as a header, and tells nobody', async () => {
    const { http, server } = await arrange([status(403)]);
    const url = `${server.url.replace('//', '//reader:s%40cret@')}/private?token=hidden`;
    const failure = await http.get(url, limits).catch((error: unknown) => String(error));
    expect(failure).toContain('/private: the server answered 403');
    expect(failure).not.toMatch(/reader|cret|hidden/);
    const basic = Buffer.from('reader:s@cret').toString('base64');
    expect(server.requests[0]?.headers.authorization).toBe(`Basic ${basic}`);
    expect(server.requests.length).toBe(1);
  });

  test('sends credentials known for a host to that host, and no other', async () => {
    const known = { authorization: 'Basic YTpi', kind: 'known', file: 'netrc' } as const;
    const places = ['"netrc"'];
    const mirror = await arrange([whole]);
    const there = mirror.url.replace('127.0.0.1', 'localhost');
    const { http, url, server } = await arrange(
      [(_, response) => response.writeHead(302, { location: there }).end()],
      {
        credentials: {
          places,
          find: ({ hostname }) => (hostname === '127.0.0.1' ? known : { kind: 'unknown' }),
        },
      },
    );
    await http.get(url, limits);
    await http.get(url.replace('//', '//reader:secret@'), limits);
    const sent = [server, mirror.server].map(({ requests }) =>
      requests.map(({ headers }) => headers.authorization),
    );
    expect(sent).toEqual([
      ['Basic YTpi', `Basic ${Buffer.from('reader:secret').toString('base64')}`],
      [undefined, undefined],
    ]);
  });

  test('a redirection within the server keeps the credentials of the URL', async () => {
    const { http, url, server } = await arrange([
      (_, response) => response.writeHead(307, { location: '/next' }).end(),
      whole,
    ]);
    await http.get(url.replace('//', '//reader:secret@'), limits);
    const [first, second] = server.requests.map(({ headers }) => headers.authorization);
    expect(first).toMatch(/^Basic /);
    expect(second).toBe(first);
  });

  test.each(['ftp://mirror.test/', 'http://', undefined])('refuses a redirection to %s', async (location) => {
    const { http, url } = await arrange([
      (_, response) => response.writeHead(302, location === undefined ? {} : { location }).end(),
    ]);
    await expect(http.get(url, limits)).rejects.toMatchObject({
      code: 'NETWORK_FAILED',
      message: expect.stringContaining('it redirects to what is no http or https URL'),
    });
  });

  test('tells which file has the credentials that a server refuses', async () => {
    const credentials = {
      places: [],
      find: () => ({ kind: 'known', authorization: 'Basic YTpi', file: '/root/.netrc' }) as const,
    };
    const { http, url } = await arrange([status(403)], { credentials });
    await expect(http.get(url, limits)).rejects.toMatchObject({
      code: 'NETWORK_FAILED',
      message: `cannot fetch ${url}: the server answered 403 to the user name and password of "/root/.netrc"`,
    });
  });

  test.each(['http://', ''])('goes through the proxy of the environment (%s)', async (scheme) => {
    const proxy = await serveHttp((request, response) => response.end(`proxied ${request.url ?? ''}`));
    vi.stubEnv('http_proxy', proxy.url.replace('http://', scheme));
    vi.stubEnv('no_proxy', '');
    const { http } = await arrange([whole]);
    const answer = await http.get('http://mirror.invalid/debian', limits);
    expect(answer.kind === 'fresh' && Buffer.from(answer.bytes).toString()).toContain('/debian');
  });

  test.each(['ada:secret@:1', 'ftp://ada:secret@proxy.example'])('refuses the proxy %s', (proxy) => {
    vi.stubEnv('https_proxy', proxy);
    expect(() => createHttpClient()).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: 'cannot use the proxy in https_proxy: expected an http or https URL',
      }),
    );
  });
});

describe('attempts', () => {
  const options = { headersTimeoutMs: 200, bodyTimeoutMs: 200, connectTimeoutMs: 200 };

  test.each([
    { summary: '503', fault: status(503) },
    { summary: '429', fault: status(429) },
    { summary: '408', fault: status(408) },
    { summary: 'a broken connection', fault: broken },
    { summary: 'half a body', fault: half },
    { summary: 'no answer', fault: hanging },
    { summary: 'a body that stops', fault: stalling },
  ])('$summary is tried again, then told', { timeout: 20_000 }, async ({ fault }) => {
    const healed = await arrange([fault, whole], options);
    const lasting = await arrange([fault], { ...options, attempts: 2 });
    const [answer] = await Promise.all([
      healed.http.get(healed.url, limits),
      expect(lasting.http.get(lasting.url, limits)).rejects.toMatchObject({
        code: 'NETWORK_FAILED',
        message: expect.stringContaining(`cannot fetch ${lasting.url}: `),
        hint: expect.any(String),
      }),
    ]);
    expect(answer).toMatchObject({ kind: 'fresh', bytes: BODY });
    expect(healed.events.map((event) => event.kind)).toEqual(['notice']);
    expect(lasting.server.requests.length).toBe(2);
  });

  test('what nothing waits for is not tried again', async () => {
    const { http, url, server, events } = await arrange([broken, whole]);
    await expect(withoutRetries(http).get(url, limits)).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
    expect(server.requests.length).toBe(1);
    expect(events).toEqual([]);
  });

  test.each([400, 401, 403, 451])('%i is not tried again', async (code) => {
    const { http, url, server } = await arrange([status(code), whole]);
    await expect(http.get(url, limits)).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
    expect(server.requests.length).toBe(1);
  });

  test('nobody listens', async () => {
    const { http } = await arrange([whole]);
    await expect(http.get('http://127.0.0.1:1/', limits)).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
  });

  test('a cancelled run waits for nothing', async () => {
    const { http, url } = await arrange([hanging]);
    const reason = new Error('stop');
    const cancelled = AbortSignal.abort(reason);
    await expect(http.get(url, { ...limits, signal: cancelled })).rejects.toBe(reason);
    const controller = new AbortController();
    const asked = http.get(url, { ...limits, signal: controller.signal });
    setTimeout(() => controller.abort(reason), 20);
    await expect(asked).rejects.toBe(reason);
  });
});

describe('limits', () => {
  test('a body that is too long is refused, without another attempt', async () => {
    const { http, url, server } = await arrange([whole]);
    const expected = { code: 'NETWORK_FAILED', message: expect.stringContaining('at most 99 bytes') };
    await expect(http.get(url, { ...limits, maxBytes: 99 })).rejects.toMatchObject(expected);
    await expect(readAll(http, url, 99)).rejects.toMatchObject(expected);
    expect(server.requests.length).toBe(2);
  });
});

describe('stream', () => {
  const rest: Answer = (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]);
    const range = `bytes ${start}-${BODY.length - 1}/${BODY.length}`;
    response.writeHead(206, { 'content-range': range }).end(BODY.subarray(start));
  };

  test.each([
    { summary: 'at once', answers: [whole] },
    { summary: 'after a break, with a part', answers: [half, rest] },
    { summary: 'after a break, from a server that sends everything again', answers: [half, whole] },
    { summary: 'after two breaks and a busy server', answers: [half, status(503), half, whole] },
  ])('the whole body: $summary', async ({ answers }) => {
    const { http, url } = await arrange(answers);
    expect(await readAll(http, url)).toEqual(BODY);
  });

  test('a part is asked for of the same representation only', async () => {
    const { http, url, server } = await arrange([half, whole]);
    await readAll(http, url);
    expect(server.requests[1]?.headers).toMatchObject({ 'if-range': '"one"', range: expect.any(String) });
  });

  test('gives up after some attempts', async () => {
    const { http, url, server } = await arrange([half]);
    await expect(readAll(http, url)).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
    expect(server.requests.length).toBe(3);
  });

  test('says so when the file vanishes meanwhile', async () => {
    const { http, url } = await arrange([half, status(404)]);
    await expect(readAll(http, url)).rejects.toMatchObject({
      code: 'NETWORK_FAILED',
      message: expect.stringContaining('vanished'),
    });
  });
});
