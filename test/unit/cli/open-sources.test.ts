import { readFile } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openSources } from '../../../src/cli/open-sources.ts';
import { createContentCache } from '../../../src/host/content-cache.ts';
import { createFileStore } from '../../../src/host/file-store.ts';
import { createHttpClient } from '../../../src/host/http.ts';
import type { Catalog } from '../../../src/model/index.ts';
import { serveHttp } from '../../support/http-server.ts';
import { serveNodejs } from '../../support/nodejs-releases.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const NODE = {
  kind: 'nodejs',
  name: 'node',
  range: '24',
  into: '/usr/local',
  keep: ['bin/node'],
} as const;

/** What nodejs.org published for this release. */
const SHASUMS = readFile(new URL('../../support/nodejs-shasums/v24.21.0.asc', import.meta.url));

async function open(nodejs: Catalog['sources']['nodejs']) {
  const folder = await temporaryFolder();
  const http = createHttpClient({ retryDelayMs: 1 });
  onTestFinished(() => http.close());
  const request = {
    catalog: { folder, sources: { nodejs } } as Partial<Catalog> as Catalog,
    environment: { HOME: folder },
    cwd: folder,
    startedAt: new Date('2026-11-24T03:00:00Z'),
    signal: new AbortController().signal,
    emit: () => undefined,
  };
  return openSources(request, {
    http,
    cache: createContentCache(folder),
    state: createFileStore(folder),
    resolve: () => {
      throw new Error('no Debian package is asked for');
    },
  });
}

describe('whose releases of Node.js count', () => {
  test("nodejs.org's, by the keys that come with ingot", async () => {
    const shasums = await SHASUMS;
    const { url } = await serveNodejs({ tamper: (path, bytes) => (path.endsWith('.asc') ? shasums : bytes) });
    const { nodejs } = await open({ url, keys: undefined });
    const { artifact } = await nodejs.open(NODE).lock('linux/amd64', '24.21.0');
    expect(artifact).toMatchObject({
      integrity: 'sha256-/Y5Z1aURUQ9qKYr7VI8Yx9KxvkBNi0on2U++SfVsstY=',
      signedBy: '5BE8A3F6C8A5C01D106C0AD820B1A390B168D356',
    });
  });

  test("nobody else's", async () => {
    const { url } = await serveNodejs();
    const { nodejs } = await open({ url, keys: undefined });
    await expect(nodejs.open(NODE).lock('linux/amd64', '24.21.0')).rejects.toMatchObject({
      code: 'SOURCE_SIGNATURE_INVALID',
      message: expect.stringContaining('expected a valid signature by one of the accepted keys'),
    });
  });

  test('with an empty list nothing is asked', async () => {
    const { url, requests } = await serveNodejs();
    const { nodejs } = await open({ url, keys: [] });
    await expect(nodejs.open(NODE).versions('linux/amd64')).rejects.toThrow(
      'the catalog has no release keys',
    );
    expect(requests).toEqual([]);
  });

  test('a source is asked again where it does not answer', async () => {
    const { url, requests } = await serveHttp((request) => request.socket.destroy());
    const { nodejs } = await open({ url, keys: undefined });
    await expect(nodejs.open(NODE).versions('linux/amd64')).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
    expect(requests.length).toBe(3);
  });
});
