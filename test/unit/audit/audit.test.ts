import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import canonicalize from 'canonicalize';
import { expect, test } from 'vitest';
import { audit, auditMarkdown, auditText, type AuditReport } from '../../../src/audit/index.ts';
import { createProcessRunner } from '../../../src/host/process.ts';
import { sha256Of, type Statement } from '../../../src/oci/index.ts';
import { serveRegistry } from '../../support/registry.ts';
import { testKeys, testPool } from '../../support/signing.ts';
import { ROOT } from '../../support/source-tree.ts';
import { relist, typeOf } from '../../support/tampering.ts';
import { trustIn } from '../../support/trust.ts';
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

/** What a run attests of `decisions/`: digests by path. */
type Files = Readonly<Record<string, string>>;

interface CommittedCatalog {
  readonly folder: string;
  readonly commit: string;
  readonly files: Files;
}

/** A catalog in a folder of its repository: one decision that Bob reviewed, one that nobody but Ada saw. */
async function catalogInGit(): Promise<CommittedCatalog> {
  const folder = path.join(await temporaryFolder(), 'catalog');
  const files: Record<string, string> = {};
  const committer = { GIT_COMMITTER_NAME: 'Ada', GIT_COMMITTER_EMAIL: 'ada@example.com' };
  async function git(...args: string[]): Promise<string> {
    const { stdout } = await processes.run(['git', '-C', folder, ...args], { env: { ...ENV, ...committer } });
    return stdout.trim();
  }
  await mkdir(path.join(folder, 'decisions'), { recursive: true });
  await git('init', '--quiet', '..');
  for (const { file, message } of [REVIEWED, ALONE]) {
    const decision = {
      kind: 'waive',
      target: 'python-*',
      owner: 'platform@example.com',
      reason: 'not reachable',
      expires: '2027-01-31',
    };
    const text = `${JSON.stringify(decision, null, 2)}\n`;
    await writeFile(path.join(folder, file), text);
    files[file] = sha256Of(text);
    await git('add', file);
    await git('commit', '--quiet', '--message', message);
  }
  return { folder, commit: await git('rev-parse', 'HEAD'), files };
}

interface World {
  readonly report: AuditReport;
  readonly commit: string;
}

interface Run {
  readonly commit: string;
  readonly digest: string;
  readonly files: Files;
}

interface Change {
  readonly tamper?: (at: ReturnType<typeof releasedRepository>) => Promise<void>;
  /** What the run says of `decisions/` instead. */
  readonly attested?: (run: Run) => Run;
}

async function auditWith(
  used: readonly string[],
  { tamper = async () => {}, attested = (run) => run }: Change = {},
): Promise<World> {
  const { address } = await serveRegistry();
  const { folder, commit, files } = await catalogInGit();
  const said = attested({ commit, digest: digestOf(files), files });
  const ours = testKeys();
  const place = { address, folder: await temporaryFolder() };
  const at = releasedRepository(place, { name: 'golden/python', ours });
  const first = await at.release('one');
  const run: Statement = {
    subject: first.published.ref.digest,
    predicateType: 'urn:ingot:attestation:run:v1',
    predicate: {
      decisions: { ...said, dirty: false, used: used.map((file) => ({ file })) },
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
  const report = await audit([{ image: 'python-3.13', repository: at.repository, track: TRACK }], PERIOD, {
    registry: at.registry,
    pool: testPool(),
    trust: trustIn(ours),
    git: { processes, folder, signal },
  });
  return { report, commit };
}

function digestOf(files: Files): string {
  return sha256Of(canonicalize(files) ?? '');
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
  const { report } = await auditWith([], {
    tamper: async ({ pointTag, registry, repository }) => {
      const newest = await registry.headManifest(repository, TRACK);
      await pointTag('release-3.13-000002', newest!.digest);
    },
  });
  expect(report.releases.map(({ record }) => record.sequence)).toEqual([1]);
  expect(report.gaps).toEqual([
    expect.stringContaining('python-3.13: record 2: REGISTRY_INVALID: cannot read'),
  ]);
});

const TAG = '3.13.5.202611210412';
const OTHER = sha256Of('{"kind":"waive"}');

test.each<{
  summary: string;
  attested: (run: Run) => Run;
  told: (commit: string, run: Files) => readonly string[];
}>([
  {
    summary: 'a file that was another one',
    attested: (run) => withFiles(run, { [REVIEWED.file]: OTHER }),
    told: (commit, files) => [
      `are not those of commit ${commit}: ${REVIEWED.file} was ${OTHER}, and is ${files[REVIEWED.file] ?? ''}`,
    ],
  },
  {
    summary: 'a file that is in no commit',
    attested: (run) => withFiles(run, { 'decisions/secret.json': OTHER }),
    told: (commit) => [`are not those of commit ${commit}: decisions/secret.json was never committed`],
  },
  {
    summary: 'a file that the run did not have',
    attested: ({ files: { [REVIEWED.file]: _gone, ...files }, ...run }) => ({
      ...run,
      files,
      digest: digestOf(files),
    }),
    told: (commit) => [`are not those of commit ${commit}: ${REVIEWED.file} was not there`],
  },
  {
    summary: 'a digest of other files',
    attested: (run) => ({ ...run, digest: OTHER }),
    told: (commit) => [`are not those of commit ${commit}: the digest of all is not that of the files`],
  },
  {
    summary: 'a commit that the clone does not have',
    attested: (run) => ({ ...run, commit: 'd'.repeat(40) }),
    told: () => [`were not compared: commit ${'d'.repeat(40)} is not in the git clone of the catalog`],
  },
])('the decisions of the run are compared with its commit: $summary', async ({ attested, told }) => {
  let committed: Files = {};
  const { report, commit } = await auditWith([], {
    attested: (run) => {
      committed = run.files;
      return attested(run);
    },
  });
  const gaps = report.gaps.filter((gap) => gap.includes('its decisions'));
  expect(gaps).toEqual(told(commit, committed).map((text) => `python-3.13 ${TAG}: its decisions ${text}`));
});

function withFiles(run: Run, more: Files): Run {
  const files = { ...run.files, ...more };
  return { ...run, files, digest: digestOf(files) };
}

test('what is as it was committed is counted, in JSON too', async () => {
  const { report } = await auditWith([]);
  expect(report.releases.map(({ decisionFiles }) => decisionFiles)).toEqual([
    { status: 'as-committed', count: 2 },
    { status: 'not-compared', reason: 'no commit is attested' },
  ]);
});
