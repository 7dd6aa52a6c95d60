import path from 'node:path';
import { expect, test } from 'vitest';
import { FactoryError, type ImageId, type LockChange, type Relocked } from '../../../src/model/index.ts';
import { lockSummary } from '../../../src/report/index.ts';
import { ROOT } from '../../support/source-tree.ts';

const id = (text: string) => text as ImageId;
const file = (text: string) => `locks/${text}.json`;
const platforms = ['linux/amd64', 'linux/arm64'] as const;

const changes: readonly LockChange[] = [
  { kind: 'artifact', name: 'node', before: '24.20.0', after: '24.21.0', platforms, cves: [] },
  {
    kind: 'package',
    name: 'libssl3t64',
    before: '3.5.4-1',
    after: '3.5.4-1+deb13u2',
    platforms,
    cves: ['CVE-2026-99999', 'CVE-2026-126714'],
  },
  { kind: 'package', name: 'libnew', after: '1.0-1', platforms: ['linux/arm64'], cves: [] },
  { kind: 'package', name: 'libold', before: '1.0-1', platforms, cves: [] },
];

test('a summary for the pull request', async () => {
  const relocked: readonly Relocked[] = [
    { kind: 'unchanged', id: id('base-13'), file: file('base-13') },
    { kind: 'changed', id: id('node-24'), file: file('node-24'), version: '24.21.0', platforms, changes },
    { kind: 'changed', id: id('cc-13'), file: file('cc-13'), version: '13.8.0', platforms, changes: [] },
    { kind: 'new', id: id('ruby-3.3'), file: file('ruby-3.3'), version: '3.3.8', inputs: 31 },
    {
      kind: 'failed',
      id: id('php-8.4'),
      error: new FactoryError('PACKAGE_NOT_FOUND', 'cannot find package "php9"', { hint: 'check the name' }),
    },
    { kind: 'unchanged', id: id('static-13'), file: file('static-13') },
  ];
  await expect(lockSummary(relocked)).toMatchFileSnapshot(path.join(ROOT, 'test/golden/report/locks.md'));
});

test('nothing changed', () => {
  expect(lockSummary([{ kind: 'unchanged', id: id('base-13'), file: file('base-13') }])).toBe(
    '# Locks\n\n1 unchanged.\n\nUnchanged: base-13.\n',
  );
});
