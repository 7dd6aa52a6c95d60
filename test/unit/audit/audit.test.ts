import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { audit, auditMarkdown, auditText, type AuditReport } from '../../../src/audit/index.ts';
import { createProcessRunner } from '../../../src/host/process.ts';
import type { Statement } from '../../../src/oci/index.ts';
import { keyTrust } from '../../../src/verify/index.ts';
import { serveRegistry } from '../../support/registry.ts';
import { testKeys, testPool } from '../../support/signing.ts';
import { ROOT } from '../../support/source-tree.ts';
import { relist, typeOf } from '../../support/tampering.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { releasedRepository, TRACK, withoutDigests } from '../../support/verified-release.ts';

const processes = createProcessRunner();
const { signal } = new AbortController();
const PERIOD = { since: new Date('2026-11-21T00:00:00Z'), until: new Date('2026-11-22T00:00:00Z') };

const ADA = { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.com' };
const DATE = '2026-11-20T10:00:00Z';
const ENV = { GIT_AUTHOR_DATE: DATE, GIT_COMMITTER_DATE: DATE, GIT_CONFIG_GLOBAL: '/dev/null', ...ADA };

const REVIEWED = { file: 'decisions/openssl.json', message: 'Waive\n\nReviewed-by: Bob <bob@example.com>' };
const ALONE = { file: 'decisions/zlib.json', message: 'Waive another' };

/** A catalog in git: one decision that Bob reviewed, one that nobody but Ada saw. */
async function catalogInGit(): Promise<{ folder: string; commit: string }> {
  const folder = await temporaryFolder();
  const committer = { GIT_COMMITTER_NAME: 'Ada', GIT_COMMITTER_EMAIL: 'ada@example.com' };
  async function git(...args: string[]): Promise<string> {
    const { stdout } = await processes.run(['git', '-C', folder, ...args], { env: { ...ENV, ...committer } });
    return stdout.trim();
  }
  await git('init', '--quiet', '.');
  await mkdir(path.join(folder, 'decisions'));
  for (const { file, message } of [REVIEWED, ALONE]) {
    const decision = {
      kind: 'waive',
      target: 'python-*',
      owner: 'platform@example.com',
      reason: 'not reachable',
      expires: '2027-01-31',
    };
    await writeFile(path.join(folder, file), JSON.stringify(decision));
    await git('add', file);
    await git('commit', '--quiet', '--message', message);
  }
  return { folder, commit: await git('rev-parse', 'HEAD') };
}

interface World {
  readonly report: AuditReport;
  readonly commit: string;
}

async function auditWith(
  used: readonly string[],
  tamper = async (_at: ReturnType<typeof releasedRepository>) => {},
) {
  const { address } = await serveRegistry();
  const { folder, commit } = await catalogInGit();
  const ours = testKeys();
  const place = { address, folder: await temporaryFolder() };
  const at = releasedRepository(place, { name: 'golden/python', ours });
  const first = await at.release('one');
  const run: Statement = {
    subject: first.published.ref.digest,
    predicateType: 'urn:ingot:attestation:run:v1',
    predicate: {
      decisions: { commit, dirty: false, files: {}, used: used.map((file) => ({ file })) },
      verdict: { kind: 'pass' },
    },
  };
  await at.sign(first, [run]);
  const second = await at.release('two');
  // as releases of before are
  await relist(at, second.published.ref.digest, (layers) =>
    layers.filter((layer) => typeOf(layer) !== run.predicateType),
  );
  await tamper(at);
  const trust = keyTrust({ name: 'key cosign.pub', file: 'cosign.pub', verify: ours.verify });
  const report = await audit([{ image: 'python-3.13', repository: at.repository, track: TRACK }], PERIOD, {
    registry: at.registry,
    pool: testPool(),
    trust: { ...trust, verify: ours.verify },
    git: { processes, folder, signal },
  });
  return { report, commit } satisfies World;
}

/** Digests and the registry's port are of this run. */
function still(text: string, commit: string): string {
  return withoutDigests(text)
    .replaceAll(commit, 'c0ffee'.padEnd(40, '0'))
    .replaceAll(commit.slice(0, 12), 'c0ffee000000');
}

test('releases, verdicts, decisions and who approved them; what is not known is told as a gap', async () => {
  const { report, commit } = await auditWith([REVIEWED.file, ALONE.file]);
  expect(report.releases.map(({ record, verdict }) => [record.sequence, verdict])).toEqual([
    [1, 'pass'],
    [2, null],
  ]);
  expect(report.gaps).toEqual([
    'python-3.13 3.13.5.202611210512: no run is attested: verdict and decisions are not known',
    `${ALONE.file} at ${commit}: nobody but its author, Ada <ada@example.com>, approved it`,
  ]);
  await expect(`${still(auditText(report), commit)}\n`).toMatchFileSnapshot(
    path.join(ROOT, 'test/golden/verify/audit.txt'),
  );
  await expect(still(auditMarkdown(report), commit)).toMatchFileSnapshot(
    path.join(ROOT, 'test/golden/verify/audit.md'),
  );
});

test('a decision that the commit does not have', async () => {
  const { report, commit } = await auditWith(['decisions/secret.json']);
  expect(report.gaps).toContain(`decisions/secret.json at ${commit}: the catalog's git does not have it`);
});

test('outside of the period there is nothing, and a record that cannot be trusted is a gap', async () => {
  const { report } = await auditWith([], async ({ pointTag, registry, repository }) => {
    const newest = await registry.headManifest(repository, TRACK);
    await pointTag('release-3.13-000002', newest!.digest);
  });
  expect(report.releases.map(({ record }) => record.sequence)).toEqual([1]);
  expect(report.gaps).toEqual([
    expect.stringContaining('python-3.13: record 2: REGISTRY_INVALID: cannot read'),
  ]);
});
