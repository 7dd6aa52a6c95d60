import path from 'node:path';
import { expect, test } from 'vitest';
import { FactoryError, type ImageId, type LockChange, type Relocked } from '../../../src/model/index.ts';
import { lockSummary } from '../../../src/report/index.ts';
import { ROOT } from '../../support/source-tree.ts';

const id = (text: string) => text as ImageId;
const locked = (text: string, ...notices: readonly string[]) => ({
  id: id(text),
  file: `locks/${text}.json`,
  notices,
});
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

const WITNESS: readonly LockChange[] = [
  { ...changes[0]!, before: '24.21.0', witness: 'gained' },
  { ...changes[0]!, platforms: ['linux/amd64'], witness: 'lost' },
];

const LAGGING = 'node 24.21.0 is older than 24.22.0, which nodejs.org has released';
const UNWITNESSED = 'node 24.21.0 is not witnessed by nodejs.org: cannot fetch <the list>';

test('a summary for the pull request', async () => {
  const relocked: readonly Relocked[] = [
    { kind: 'unchanged', ...locked('base-13') },
    { kind: 'changed', ...locked('node-24', LAGGING), version: '24.21.0', platforms, changes },
    {
      kind: 'changed',
      ...locked('node-dev-24', LAGGING, UNWITNESSED),
      version: '24.21.0',
      platforms,
      changes: WITNESS,
    },
    { kind: 'changed', ...locked('cc-13'), version: '13.8.0', platforms, changes: [] },
    { kind: 'new', ...locked('ruby-3.3'), version: '3.3.8', inputs: 31 },
    {
      kind: 'failed',
      id: id('php-8.4'),
      error: new FactoryError('PACKAGE_NOT_FOUND', 'cannot find package "php9"', { hint: 'check the name' }),
    },
    { kind: 'unchanged', ...locked('node-22', UNWITNESSED) },
  ];
  await expect(lockSummary(relocked)).toMatchFileSnapshot(path.join(ROOT, 'test/golden/report/locks.md'));
});

test('nothing changed', () => {
  expect(lockSummary([{ kind: 'unchanged', ...locked('base-13') }])).toBe(
    '# Locks\n\n1 unchanged.\n\nUnchanged: base-13.\n',
  );
});
