import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { runHadolint } from '../../../src/cli/run-hadolint.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

/** Its version is the proxy it was given. */
const PROGRAM = '#!/bin/sh\ncase "$1" in --version) echo "version $HTTP_PROXY" ;; *) echo "[]" ;; esac\n';

test('hadolint, and pip that fetches it, take the ways that the machine names', async () => {
  const folder = await temporaryFolder();
  await writeFile(path.join(folder, 'hadolint'), PROGRAM, { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}:${process.env['PATH'] ?? ''}`);
  const { run } = await runHadolint([], {
    environment: { HOME: folder, http_proxy: 'proxy.test:3128' },
    cwd: folder,
    startedAt: new Date(),
    signal: new AbortController().signal,
    emit: () => undefined,
  });
  expect(run).toEqual({ kind: 'ran', version: 'http://proxy.test:3128/' });
});
