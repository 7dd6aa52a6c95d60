import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  createArchive,
  serveArchive,
  type ArchiveServer,
  type FakeArchive,
  type Fault,
} from '../../support/archive.ts';

const IN_RELEASE = 'debian/dists/trixie/InRelease';

let archive: FakeArchive;
let server: ArchiveServer;
let url: string;
let bytes: Uint8Array;

beforeAll(async () => {
  archive = await createArchive({ packages: [{ name: 'hello' }] });
  server = await serveArchive(archive);
  url = `${server.urls.debian}/dists/trixie/InRelease`;
  bytes = archive.files.debian.get('dists/trixie/InRelease')!;
});

afterAll(() => server.close());

async function getWith(fault: Fault | undefined, headers: Record<string, string> = {}): Promise<Response> {
  server.fault(IN_RELEASE, fault);
  return fetch(url, { headers, signal: AbortSignal.timeout(200) });
}

describe('serveArchive', () => {
  test('serves what the archive has, in both archives', async () => {
    const response = await getWith(undefined);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(Uint8Array.from(bytes));
    const security = await fetch(`${server.urls['debian-security']}/dists/trixie-security/InRelease`);
    expect(security.status).toBe(200);
    expect(server.log).toContain('200 debian-security/dists/trixie-security/InRelease');
  });

  test('answers 404 for anything else', async () => {
    expect((await fetch(`${server.urls.debian}/dists/sid/InRelease`)).status).toBe(404);
    expect((await fetch(new URL('/', url))).status).toBe(404);
  });

  test.each(['etag', 'last-modified'])('answers 304 to its own %s', async (validator) => {
    const value = (await getWith(undefined)).headers.get(validator) ?? '';
    const header = validator === 'etag' ? 'if-none-match' : 'if-modified-since';
    expect((await getWith(undefined, { [header]: value })).status).toBe(304);
    expect((await getWith(undefined, { [header]: '"other"' })).status).toBe(200);
  });

  test('fails as often as it is told to', async () => {
    const fault = { kind: 'status', status: 503, times: 2 } as const;
    server.fault(IN_RELEASE, fault);
    const statuses = [await fetch(url), await fetch(url), await fetch(url)].map(({ status }) => status);
    expect(statuses).toEqual([503, 503, 200]);
  });

  test('flips one bit', async () => {
    const changed = Buffer.from(await (await getWith({ kind: 'flipped', at: 3 })).arrayBuffer());
    expect(changed.length).toBe(bytes.length);
    expect([...changed.keys()].filter((at) => changed[at] !== bytes[at])).toEqual([3]);
  });

  test.each(['truncated', 'stalling'] as const)('does not end a %s body', async (kind) => {
    const response = await getWith({ kind });
    expect(response.headers.get('content-length')).toBe(String(bytes.length));
    await expect(response.arrayBuffer()).rejects.toThrow();
  });

  test('never answers when hanging', async () => {
    await expect(getWith({ kind: 'hanging' })).rejects.toThrow(/timeout/);
  });
});
