import { expect, test } from 'vitest';
import { readToolSources } from '../../../src/cli/tool-sources.ts';
import { createFileStore } from '../../../src/host/file-store.ts';
import { ROOT } from '../../support/source-tree.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

test('what replaced a committed lock on this machine is in force, but not for a run that wants reviewed locks', async () => {
  const kept = createFileStore(await temporaryFolder());
  const { builder } = await readToolSources(ROOT, { kept });
  expect(builder.lock).toBe(builder.committed);
  const replacement = { ...builder.committed, suites: [] };
  await builder.keep(replacement);

  const later = await readToolSources(ROOT, { kept });
  expect(later.builder.lock).toEqual(replacement);
  const locked = await readToolSources(ROOT, { kept, locked: true });
  expect(locked.builder.lock).toEqual(builder.committed);
});
