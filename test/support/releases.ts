import type { ImageId, ReleaseRecord, Reproduction, RolledBack, Sha256, Tag } from '../../src/model/index.ts';
import { BUILD_ID, DIGEST } from './runs.ts';

/** `python-3.13`, back from its second release to its first. */
export function rolledBack(id: ImageId): RolledBack {
  const [repository = '', track = ''] = id.split(/-(?=[^-]*$)/);
  const to: ReleaseRecord = {
    schemaVersion: 1,
    repository: `golden/${repository}`,
    track,
    sequence: 1,
    digest: DIGEST,
    buildId: BUILD_ID,
    tags: { unique: `${track}.5.202611220300`, moving: track },
    version: `${track}.5`,
    epoch: 1_790_000_000,
    promotedAt: '2026-11-22T03:00:00Z',
    reason: 'first release',
  };
  const digest = `sha256:${'ef'.repeat(32)}` as Sha256;
  const from = { ...to, sequence: 2, digest, tags: { ...to.tags, unique: `${track}.5.202611230300` } };
  const tags = { ...to.tags, unique: `${track}.5.202611232145` };
  const withdrawn = [
    { digest, tag: from.tags.unique, at: '2026-11-23T21:45:30Z', reason: 'crashes under load' },
  ];
  const record: ReleaseRecord = {
    ...to,
    sequence: 3,
    tags,
    promotedAt: '2026-11-23T21:45:30Z',
    reason: 'crashes under load',
    previous: digest,
    rolledBackFrom: from.tags.unique,
    withdrawn,
  };
  return { record, from, to, tags: [tags.unique, tags.moving].map((tag) => tag as Tag), copied: [] };
}

export function reproduction(isIdentical: boolean): Reproduction {
  const digest = `sha256:${'12'.repeat(32)}` as Sha256;
  const difference = 'layer 2 of 3: /usr/bin/python3.13: mode: expected 0755, got 0700';
  return {
    ref: { repository: '127.0.0.1:5000/golden/python', digest: DIGEST },
    rebuilt: isIdentical ? DIGEST : digest,
    isIdentical,
    platforms: [
      { platform: 'linux/amd64', published: DIGEST, rebuilt: DIGEST },
      isIdentical
        ? { platform: 'linux/arm64', published: DIGEST, rebuilt: DIGEST }
        : { platform: 'linux/arm64', published: DIGEST, rebuilt: digest, difference },
    ],
    inputs: { 'the cache': 28, 'the copies in 127.0.0.1:5000/golden': 1 },
    builder: 'docker-buildx 0.13.1+ds1-3, docker.io 26.1.5+dfsg1-9+b13',
  };
}
