import { expect, test } from 'vitest';
import { openEcrView } from '../../../../src/cli/open-ecr.ts';
import { readEcrStatus } from '../../../../src/ecr/index.ts';
import type { ImageStatus } from '../../../../src/model/index.ts';
import { MEDIA_TYPE } from '../../../../src/oci/index.ts';
import { statusText } from '../../../../src/report/index.ts';
import { ACCOUNT, REGION } from '../../../support/ecr-answers.ts';
import { storedImage } from '../../../support/ecr-image-answers.ts';
import { digestOf } from '../../../support/ecr-images.ts';
import { ecrWorld } from '../../../support/ecr-world.ts';
import { imageId } from '../../../support/runs.ts';

const AT_MS = Date.parse('2026-11-20T10:00:00Z');
const HOUR_MS = 3_600_000;
const CONFIG = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf('config'), size: 1 };

function platformImage(architecture: string, pulledAtMs?: number) {
  const layers = [
    { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: digestOf(architecture), size: 1 },
  ];
  const image = storedImage(
    { mediaType: MEDIA_TYPE.manifest, config: CONFIG, layers },
    { tags: [], pushedAtMs: AT_MS, ...(pulledAtMs !== undefined && { pulledAtMs }) },
  );
  const { mediaType, digest, manifest } = image;
  const listed = { mediaType, digest, size: manifest.length, platform: { os: 'linux', architecture } };
  return { image, listed };
}

/** A release of two platforms: one was scanned and pulled last. */
async function released() {
  const world = await ecrWorld();
  await world.plan();
  await world.run('ecr', 'apply', 'plan.json');
  const [amd64, arm64] = [platformImage('amd64', AT_MS + 3 * HOUR_MS), platformImage('arm64')];
  const index = storedImage(
    { mediaType: MEDIA_TYPE.index, manifests: [amd64.listed, arm64.listed] },
    { tags: ['24.21.0.202611201000', '24', 'build-a'], pushedAtMs: AT_MS, pulledAtMs: AT_MS + HOUR_MS },
  );
  world.server.repositories.get('golden/node')!.images = [index, amd64.image, arm64.image];
  const completedAtMs = AT_MS + HOUR_MS;
  world.server.scans.set(amd64.image.digest, {
    states: [{ status: 'COMPLETE', completedAtMs, findings: [], severities: { CRITICAL: 1, LOW: 12 } }],
  });
  world.server.scans.set(arm64.image.digest, { states: [] });
  world.server.calls.length = 0;
  const registry = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
  const ref = { repository: `${registry}/golden/node`, digest: index.digest };
  return {
    ...world,
    images: [index, amd64.image, arm64.image],
    release: { ref, copies: [`${registry}/team-payments/node`] },
  };
}

function view() {
  const { signal } = new AbortController();
  const request = { environment: {}, cwd: '/', startedAt: new Date(), emit: () => undefined, signal };
  return openEcrView({ ...request, account: ACCOUNT, region: REGION });
}

test('tells tags, the last pull of any platform, and the scan of each, in five calls', async () => {
  const { release, server } = await released();
  using opened = view();
  const ecr = await readEcrStatus(release, opened);
  expect(ecr).toEqual({
    kind: 'known',
    tags: ['24', '24.21.0.202611201000', 'build-a'],
    lastPull: { at: '2026-11-20T13:00:00.000Z', repository: 'golden/node' },
    scans: [
      {
        platform: 'linux/amd64',
        status: 'COMPLETE',
        completedAt: '2026-11-20T11:00:00.000Z',
        severities: { CRITICAL: 1, LOW: 12 },
      },
      { platform: 'linux/arm64' },
    ],
  });
  expect(new Set(server.calls.map(({ input }) => input.registryId))).toEqual(new Set([ACCOUNT]));
  expect(server.calls.map(({ operation }) => operation)).toEqual([
    'BatchGetImage',
    'DescribeImages',
    'DescribeImages',
    'DescribeImageScanFindings',
    'DescribeImageScanFindings',
  ]);
  const statuses: readonly ImageStatus[] = [{ id: imageId('node-24'), ecr }];
  expect(statusText(statuses).split('\n\n')[1]).toMatchInlineSnapshot(`
    "image    last pull                             scans                                                                       tags
    node-24  2026-11-20T13:00:00.000Z golden/node  linux/amd64: COMPLETE 2026-11-20, 1 CRITICAL, 12 LOW; linux/arm64: no scan  24 24.21.0.202611201000 build-a"
  `);
});

test('a team pulls from its own repository', async () => {
  const { release, images, server } = await released();
  const pulledAtMs = AT_MS + 5 * HOUR_MS;
  const [index, ...platforms] = images;
  server.repositories.get('team-payments/node')!.images = [{ ...index!, pulledAtMs }, ...platforms];
  using opened = view();
  expect(await readEcrStatus(release, opened)).toMatchObject({
    tags: ['24', '24.21.0.202611201000', 'build-a'],
    lastPull: { at: '2026-11-20T15:00:00.000Z', repository: 'team-payments/node' },
  });
});

test('that ECR cannot be asked hides nothing of what is published', async () => {
  const { run, server } = await ecrWorld();
  server.fault = () => ({ kind: 'error', name: 'AccessDeniedException', message: 'no' });
  const { stdout, exitCode } = await run('status', '--target', 'production', '--json');
  const unknown = { kind: 'unknown', reason: expect.stringContaining('may not ecr:BatchGetImage') };
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout).map(({ ecr }: ImageStatus) => ecr)).toEqual([unknown, unknown, unknown]);
  const text = (await run('status', '--target', 'production')).stdout;
  expect(text).toContain(
    'ECR does not say more of 3 of them: cannot ask AWS to batch get image of "base-13"',
  );
});

test('ECR is not asked about other targets', async () => {
  const { run, server } = await ecrWorld();
  const { stdout } = await run('status', '--json');
  expect([JSON.parse(stdout)[0].ecr, server.calls]).toEqual([undefined, []]);
});
