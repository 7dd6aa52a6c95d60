import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findGoSettings } from '../../src/cli/go-settings.ts';
import { createContentCache } from '../../src/host/content-cache.ts';
import { createFileStore } from '../../src/host/file-store.ts';
import { createHttpClient } from '../../src/host/http.ts';
import { createProcessRunner } from '../../src/host/process.ts';
import { createGoSource } from '../../src/sources/go/index.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A release that has all it will ever have, so that its sum can be written down here. */
const VERSION = '1.25.0';
const SUM = 'h1:wVC9wx2XOcP5gHiN8ZzfyTfjlrDLSS7Hu1wjI01n68U=';

/** What the source itself would ask, but for Debian's package. */
function hasGoProxy(): boolean {
  const { GOPROXY = '', PATH = '' } = process.env;
  return GOPROXY !== '' || PATH.split(':').some((folder) => existsSync(path.join(folder, 'go')));
}

test("a toolchain from this machine's module proxy has the sum that the public checksum database signed", async ({
  skip,
}) => {
  skip(!hasGoProxy(), 'neither GOPROXY nor a go command says where this machine gets Go modules from');
  const folder = await temporaryFolder();
  const http = createHttpClient();
  const source = createGoSource({
    http,
    settings: () =>
      findGoSettings({
        environment: process.env,
        runner: createProcessRunner(),
        shippedDefaults: () => Promise.reject(new Error('this machine has a go command, or GOPROXY')),
      }),
    state: createFileStore(path.join(folder, 'state')),
    cache: createContentCache(folder),
    signal: new AbortController().signal,
  });
  const requested = source.open({
    kind: 'go',
    name: 'go',
    range: '1.25',
    into: '/usr/local/go',
    keep: ['*'],
  });
  expect(await requested.versions('linux/amd64')).toContain(VERSION);
  const { artifact } = await requested.lock('linux/amd64', VERSION);
  expect(artifact).toMatchObject({ version: VERSION, sum: SUM, published: '2025-08-08T19:33:32.000Z' });
  await http.close();
});
