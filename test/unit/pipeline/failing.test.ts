import { describe, expect, test } from 'vitest';
import { exitCodeOfRun } from '../../../src/cli/exit-code.ts';
import type { Finding, ImageOutcome } from '../../../src/model/index.ts';
import { listAttached, PREDICATE_TYPE } from '../../../src/oci/index.ts';
import type { RunningDeps } from '../../../src/pipeline/deps.ts';
import { rememberVerdict } from '../../../src/pipeline/follow-verdict.ts';
import { statusText } from '../../../src/report/status-text.ts';
import { findingOf } from '../../support/gate-facts.ts';
import { ENTRY, publishedImage, type PublishedImage } from '../../support/published-image.ts';
import { releaseWorkshop, tagsOf } from '../../support/release-workshop.ts';

const EXPLOITED = findingOf({ knownExploited: true });
const OTHER = findingOf({ id: 'CVE-2026-4', source: 'expat', package: 'libexpat1', knownExploited: true });

function told(outcome: ImageOutcome | undefined): string {
  if (outcome?.kind !== 'blocked') {
    return outcome?.kind ?? 'to be made again';
  }
  const [once, always] = [exitCodeOfRun([outcome]), exitCodeOfRun([outcome], 'any')];
  return `blocked since ${outcome.failingSince.slice(0, 10)}, exit ${once}, any ${always}`;
}

/** Digests of the verdicts that are attested in a repository. */
async function verdictsOf(
  { workshop, record }: PublishedImage,
  repository: string,
): Promise<readonly string[]> {
  const attached = await listAttached({ repository, digest: record.digest }, 'att', workshop.registry);
  return attached
    .filter(({ annotations }) => annotations?.['predicateType'] === PREDICATE_TYPE.verdict)
    .map(({ digest }) => digest);
}

describe('a published image that policy newly says no to', () => {
  test('is told once, until something new is wrong with it', async () => {
    const image = await publishedImage();
    const before = tagsOf(image.workshop.served);
    const nights: readonly (readonly [string, readonly Finding[], string])[] = [
      ['2026-11-22', [], 'unchanged'],
      ['2026-11-23', [EXPLOITED], 'blocked since 2026-11-23, exit 1, any 1'],
      ['2026-11-24', [EXPLOITED], 'blocked since 2026-11-23, exit 0, any 1'],
      ['2026-11-25', [EXPLOITED, OTHER], 'blocked since 2026-11-23, exit 1, any 1'],
      ['2026-11-26', [OTHER], 'blocked since 2026-11-23, exit 0, any 1'],
      ['2026-11-27', [], 'unchanged'],
      ['2026-11-28', [EXPLOITED], 'blocked since 2026-11-28, exit 1, any 1'],
    ];
    for (const [date, findings, expected] of nights) {
      expect([date, told(await image.recheck({ date, findings }))]).toEqual([date, expected]);
    }
    expect(tagsOf(image.workshop.served)).toEqual(before);
  });

  test('is failing in its status, with the reason, until policy says yes again', async () => {
    const image = await publishedImage();
    expect((await image.status())[0]).not.toHaveProperty('failing');
    await image.recheck({ date: '2026-11-23', findings: [EXPLOITED] });
    const statuses = await image.status();
    expect(statuses).toMatchObject([
      { record: image.record, failing: { judged: 'release', since: '2026-11-23T02:00:00.000Z' } },
    ]);
    expect(statusText(statuses).split('\n\n')[1]).toBe(
      [
        'python-3.13: failing since 2026-11-23',
        '  known-exploited: openssl: 3.5.1-1 is installed, nothing fixes CVE-2026-126714',
      ].join('\n'),
    );
    await image.recheck({ date: '2026-11-24', findings: [] });
    expect((await image.status())[0]).not.toHaveProperty('failing');
  });

  test('remembers it in every namespace, and writes no other while nothing changes', async () => {
    const image = await publishedImage();
    const { repository, copy } = image.workshop;
    await image.recheck({ date: '2026-11-22', findings: [] });
    expect([await verdictsOf(image, repository), await verdictsOf(image, copy)]).toEqual([[], []]);
    await image.recheck({ date: '2026-11-23', findings: [EXPLOITED] });
    const told = await verdictsOf(image, repository);
    expect([told, await verdictsOf(image, copy)]).toEqual([[expect.any(String)], [expect.any(String)]]);
    await image.recheck({ date: '2026-11-24', findings: [EXPLOITED] });
    expect(await verdictsOf(image, repository)).toEqual(told);
  });
});

describe('a build that is blocked', () => {
  const reasons = [{ rule: 'drift-package-added', message: 'linux/amd64: package appeared: x' }] as const;
  const verdict = { kind: 'block', reasons } as const;
  const build = { entry: ENTRY, judged: 'next build', buildId: 'b2' } as const;

  test('is told once while an older release stays, also where each night makes another', async () => {
    const image = await publishedImage();
    const night = (date: string, buildId: string): ReturnType<typeof rememberVerdict> =>
      rememberVerdict(
        verdict,
        { ...build, buildId, released: image.record },
        image.depsAt({ date, findings: [] }),
      );
    expect(await night('2026-11-23', 'b2')).toMatchObject({ isNews: true });
    expect(await night('2026-11-24', 'b3')).toMatchObject({
      isNews: false,
      failingSince: '2026-11-23T02:00:00.000Z',
    });
    expect(statusText(await image.status())).toContain(
      'python-3.13: its next build is blocked since 2026-11-23\n  drift-package-added: ',
    );
  });

  test('is told every time where there is no release that could remember', async () => {
    const image = await publishedImage();
    for (const date of ['2026-11-23', '2026-11-24']) {
      const deps = image.depsAt({ date, findings: [] });
      expect(await rememberVerdict(verdict, { ...build, released: undefined }, deps)).toEqual({
        failingSince: `${date}T02:00:00.000Z`,
        isNews: true,
      });
    }
  });
});

test('a release whose SBOM tells no licences is made again where policy denies some', async () => {
  const image = await publishedImage();
  const night = { date: '2026-11-23', findings: [], policy: { deniedLicences: ['AGPL-*'] } };
  expect(told(await image.recheck(night))).toBe('to be made again');
});

test('a verdict that another key signed is no memory', async () => {
  const image = await publishedImage();
  const other = await releaseWorkshop();
  const night = { date: '2026-11-23', findings: [EXPLOITED] };
  const { deps } = other;
  const forged = { ...image.depsAt(night), sign: { ...image.workshop.deps, signer: deps.signer } };
  const judged = { entry: ENTRY, judged: 'release', buildId: 'b1', released: image.record } as const;
  const reasons = [{ rule: 'known-exploited', message: 'openssl' }] as const;
  await rememberVerdict({ kind: 'block', reasons }, judged, forged as unknown as RunningDeps);
  await expect(image.recheck(night)).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
  await expect(image.status()).rejects.toMatchObject({ code: 'SIGNATURE_INVALID' });
});
