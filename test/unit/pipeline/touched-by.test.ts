import { expect, test } from 'vitest';
import { exitCodeOfRun } from '../../../src/cli/exit-code.ts';
import { FactoryError, type RunEvent, type ScannerResult, type ToolLock } from '../../../src/model/index.ts';
import { nightly } from '../../../src/pipeline/index.ts';
import type { Scanner } from '../../../src/stages/scan/index.ts';
import { promote } from '../../../src/stages/promote/index.ts';
import { decided } from '../../support/decided.ts';
import { findingOf } from '../../support/gate-facts.ts';
import { gatedImage } from '../../support/gated-image.ts';
import { depsAt, ENTRY } from '../../support/published-image.ts';
import { RELEASE, releaseWorkshop } from '../../support/release-workshop.ts';
import { testPool } from '../../support/signing.ts';

const CVE = 'CVE-2026-126714';
const FIX = findingOf({ id: CVE, fixed: '3.5.4-1' });
const DATE = '2026-11-23';
/** What is made ends at once: it is not what is tested here. */
const FREEZE = decided({ kind: 'freeze', file: 'decisions/freeze.json' });

async function releasedImage() {
  const workshop = await releaseWorkshop();
  const image = await gatedImage();
  const { rendered } = image.tested.built;
  const { locked } = rendered;
  const lock = {
    ...locked.lock,
    suites: [{ archive: 'debian', suite: 'trixie', date: '2026-11-20T00:00:00.000Z' }],
  };
  const built = { ...image.tested.built, rendered: { ...rendered, locked: { ...locked, lock } } };
  const signed = await workshop.signed({
    ...image,
    tested: { ...image.tested, built },
  } as unknown as typeof image);
  await promote(signed, RELEASE, workshop.deps);
  return workshop;
}

type Answer = Partial<ScannerResult> | FactoryError;

function scannerOf(name: string, answer: Answer): Scanner {
  const looked = { tool: name, toolVersion: '1', feed: 'x', feedDate: `${DATE}T02:00:00.000Z` };
  return {
    name,
    scan: () => {
      if (answer instanceof FactoryError) {
        throw answer;
      }
      return Promise.resolve({ ...looked, status: 'clean', findings: [], ...answer });
    },
  };
}

/** A night for a fix, of one released image: how it ends, and what is said of it. */
async function nightFor(scanners: Readonly<Record<string, Answer>>, requiredScanners: readonly string[]) {
  const said: string[] = [];
  const night = { date: DATE, findings: [], policy: { requiredScanners }, decisions: [FREEZE] };
  const deps = {
    ...depsAt(await releasedImage(), night),
    target: 'local',
    locks: { toolboxes: new Map<string, ToolLock>(), builder: {} as ToolLock },
    scanners: Object.entries(scanners).map(([name, answer]) => scannerOf(name, answer)),
    pools: { images: testPool(), builds: testPool(), tests: testPool() },
    emit: (event: RunEvent) => {
      if (event.kind === 'notice') {
        said.push(event.message);
      }
    },
  };
  const asked = { isNamed: true, isForced: false };
  const request = {
    runId: 'run',
    entries: [ENTRY],
    asked,
    cve: CVE,
    now: () => new Date(`${DATE}T02:00:00Z`),
  };
  const { images } = await nightly(request, deps);
  const outcomes = images.map(({ outcome }) => outcome);
  return {
    images: outcomes.map((outcome) =>
      outcome.kind === 'failed'
        ? `${outcome.id}: ${outcome.error.message}`
        : `${outcome.id}: ${outcome.kind}`,
    ),
    codes: outcomes.flatMap((outcome) => (outcome.kind === 'failed' ? outcome.error.code : [])),
    exitCode: exitCodeOfRun(outcomes),
    said,
  };
}

const DOWN = new FactoryError('NETWORK_FAILED', 'cannot fetch https://api.osv.dev: no route');
const NONE = `none of 1 images is known to hold what a fix of ${CVE} touches`;
const HELD = `1 of 1 images hold what a fix of ${CVE} touches: python-3.13`;
const UNTOLD = '1 of 1 images nobody can tell of: python-3.13';
const UNKNOWN = `python-3.13: cannot tell whether a fix of ${CVE} touches python-3.13`;

test.each<{
  readonly summary: string;
  readonly scanners: Readonly<Record<string, Answer>>;
  readonly required?: readonly string[];
  readonly expected: Awaited<ReturnType<typeof nightFor>>;
}>([
  {
    summary: 'holds it',
    scanners: { osv: { status: 'findings', findings: [FIX] } },
    expected: { images: ['python-3.13: frozen'], codes: [], exitCode: 0, said: [HELD] },
  },
  {
    summary: 'holds it under another name',
    scanners: { osv: { status: 'findings', findings: [{ ...FIX, id: 'DSA-1-1', aliases: [CVE] }] } },
    expected: { images: ['python-3.13: frozen'], codes: [], exitCode: 0, said: [HELD] },
  },
  {
    summary: 'does not hold it',
    scanners: { osv: {} },
    expected: { images: [], codes: [], exitCode: 0, said: [NONE] },
  },
  {
    summary: 'holds what nothing fixes yet',
    scanners: { osv: { status: 'findings', findings: [findingOf({ id: CVE })] } },
    expected: { images: [], codes: [], exitCode: 0, said: [NONE] },
  },
  {
    summary: 'was not scanned',
    scanners: { osv: DOWN },
    expected: {
      images: [`${UNKNOWN}: osv: ${DOWN.message}`],
      codes: ['SCAN_MISSING'],
      exitCode: 3,
      said: [NONE, UNTOLD],
    },
  },
  {
    summary: 'was not scanned by the one that policy requires',
    scanners: { osv: DOWN, 'debian-archive': { status: 'up-to-date' } },
    expected: {
      images: [`${UNKNOWN}: osv: ${DOWN.message}`],
      codes: ['SCAN_MISSING'],
      exitCode: 3,
      said: [NONE, UNTOLD],
    },
  },
  {
    summary: 'was not scanned by one that policy does not require',
    scanners: { osv: {}, grype: DOWN },
    expected: { images: [], codes: [], exitCode: 0, said: [NONE] },
  },
  {
    summary: 'was scanned with old data',
    scanners: { osv: { status: 'stale' } },
    expected: {
      images: [`${UNKNOWN}: osv: its source did not answer, data is from ${DATE}T02:00:00.000Z`],
      codes: ['SCAN_STALE'],
      exitCode: 3,
      said: [NONE, UNTOLD],
    },
  },
  {
    summary: 'is looked at by nobody where policy requires nobody',
    scanners: { osv: DOWN },
    required: [],
    expected: {
      images: [`${UNKNOWN}: no scanner looked`],
      codes: ['SCAN_MISSING'],
      exitCode: 3,
      said: [NONE, UNTOLD],
    },
  },
])('an image that $summary: exit $expected.exitCode', async ({ scanners, required = ['osv'], expected }) => {
  expect(await nightFor(scanners, required)).toEqual(expected);
});
