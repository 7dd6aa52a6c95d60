import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { openFactory } from '../../../src/cli/open-factory.ts';
import { openSession } from '../../../src/cli/session.ts';
import type { Target } from '../../../src/model/index.ts';
import { ownCatalog } from '../../support/repository.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const catalog = await ownCatalog();
const LOCAL: Target = { name: 'local', kind: 'local' };
const COMPANY: Target = { name: 'company', kind: 'registry', registry: 'registry.example', prefix: 'golden' };

interface Place {
  readonly target: Target;
  readonly isTTY?: boolean;
  readonly CI?: string;
}

/** A machine on which nothing was done yet, and where no mirror answers. */
async function freshRequest({ target, isTTY = false, CI }: Place) {
  const folder = await temporaryFolder();
  const [XDG_CONFIG_HOME, XDG_CACHE_HOME] = ['config', 'cache'].map((name) => path.join(folder, name));
  const request = {
    catalog,
    target,
    environment: { HOME: folder, CI, XDG_CONFIG_HOME, XDG_CACHE_HOME },
    cwd: folder,
    stdin: Object.assign(new PassThrough(), { isTTY }),
    startedAt: new Date('2026-11-26T03:00:00Z'),
    emit: () => undefined,
    signal: AbortSignal.abort(),
  };
  return { folder, request };
}

describe('a key pair that is not there', () => {
  test.each<Place & { readonly isMade: boolean }>([
    { target: LOCAL, isMade: true },
    { target: LOCAL, CI: 'true', isMade: true },
    { target: COMPANY, isTTY: true, isMade: true },
    { target: COMPANY, isTTY: true, CI: '', isMade: true },
    { target: COMPANY, isTTY: false, isMade: false },
    { target: COMPANY, isTTY: true, CI: 'true', isMade: false },
  ])('for $target.name, at a terminal: $isTTY, CI: $CI, is made: $isMade', async ({ isMade, ...place }) => {
    const { folder, request } = await freshRequest(place);
    await using closing = new AsyncDisposableStack();
    // cancelled already: nothing is fetched, whatever becomes of the key
    const choices = { platforms: [], keyUse: 'sign' } as const;
    await expect(openSession(request, choices, closing)).rejects.toMatchObject(
      isMade ? {} : { code: 'USAGE' },
    );
    const made = await readdir(path.join(folder, 'config/ingot')).catch(() => []);
    expect(made.sort()).toEqual(isMade ? ['cosign.key', 'cosign.pub'] : []);
  });

  test('is told before anything is fetched', async () => {
    const { folder, request } = await freshRequest({ target: COMPANY });
    await using factory = openFactory({ ...request, signal: new AbortController().signal });
    await expect(factory.plan([])).rejects.toMatchObject({
      code: 'USAGE',
      hint: expect.stringContaining('cosign.pub') as string,
    });
    expect(await readdir(folder)).toEqual([]);
  });
});
