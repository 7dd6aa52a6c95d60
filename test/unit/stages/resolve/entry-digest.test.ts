import { describe, expect, test } from 'vitest';
import type { CatalogEntry, Stack } from '../../../../src/model/index.ts';
import { entryDigest } from '../../../../src/stages/resolve/entry-digest.ts';
import { entryOf, NODE_REQUEST, stackOf } from '../../../support/resolve-world.ts';

const base = stackOf('base', { packages: ['libc6'] });
const node = stackOf('node', { packages: ['tini'], artifacts: [NODE_REQUEST] });
const entry = entryOf({ stacks: [base, node], version: { kind: 'artifact', name: 'node' } });

function withStack(changes: Partial<Stack>): CatalogEntry {
  return { ...entry, stacks: [base, { ...node, ...changes }] };
}

describe('another digest', () => {
  const others: Readonly<Record<string, CatalogEntry>> = {
    'a package': withStack({ packages: ['tini', 'libstdc++6'] }),
    'an exclude': withStack({ exclude: [{ package: 'debconf', reason: 'asks nobody' }] }),
    'the range of an artifact': withStack({ artifacts: [{ ...NODE_REQUEST, range: '26' }] }),
    'the order of the chain': { ...entry, stacks: [node, base] },
    'a stack less': { ...entry, stacks: [node] },
    'the suite': { ...entry, suite: 'bookworm' },
    'the platforms': { ...entry, platforms: ['linux/amd64'] },
    'what names the version': { ...entry, version: { kind: 'package', name: 'tini' } },
    'a field that nobody has decided about': { ...entry, unheardOf: 1 } as CatalogEntry,
  };

  test.each(Object.entries(others))('%s', (_, other) => {
    expect(entryDigest(other)).not.toBe(entryDigest(entry));
  });
});

describe('the same digest', () => {
  const same: Readonly<Record<string, CatalogEntry>> = {
    'where it is written': { ...entry, file: 'images/other.json', field: 'tracks[7]' },
    'what is said of it': { ...entry, title: 'Node', description: 'x', annotations: { a: 'b' } },
    'what is done with the files': withStack({ drop: ['/usr/share/**'], steps: ['bytecode'], folder: 'x' }),
    'what the SBOM says of an artifact': withStack({
      artifacts: [{ ...NODE_REQUEST, upstream: { supplier: 'somebody' } }],
    }),
    'fields in another order': Object.fromEntries(Object.entries(entry).reverse()) as unknown as CatalogEntry,
  };

  test.each(Object.entries(same))('%s', (_, other) => {
    expect(entryDigest(other)).toBe(entryDigest(entry));
  });
});
