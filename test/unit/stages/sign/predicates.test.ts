import { describe, expect, test } from 'vitest';
import type { GatedImage } from '../../../../src/model/index.ts';
import { PREDICATE_TYPE } from '../../../../src/oci/index.ts';
import {
  imageStatements,
  parseLockPredicate,
  parseTestPredicate,
} from '../../../../src/stages/sign/index.ts';
import { evidence } from '../../../support/evidence.ts';
import { gatedImage } from '../../../support/gated-image.ts';

function predicateOf(image: GatedImage, type: string): unknown {
  const subject = image.tested.built.index.digest;
  return imageStatements(image, evidence()).find(
    (each) => each.predicateType === type && each.subject === subject,
  )?.predicate;
}

test('SBOMs and what is excused stand on the index and on platforms, the rest on the index', async () => {
  const image = await gatedImage({ platforms: ['linux/amd64', 'linux/arm64'] });
  const { index, platforms } = image.tested.built;
  const names = new Map<string, string>([
    [index.digest, 'index'],
    ...platforms.map(({ manifest, platform }) => [manifest.digest, platform] as const),
  ]);
  expect(
    imageStatements(image, { ...evidence(), vex: {} }).map(
      (each) => `${names.get(each.subject)} ${each.predicateType}`,
    ),
  ).toEqual([
    `index ${PREDICATE_TYPE.provenance}`,
    `index ${PREDICATE_TYPE.cyclonedx}`,
    `index ${PREDICATE_TYPE.spdx}`,
    `linux/amd64 ${PREDICATE_TYPE.cyclonedx}`,
    `linux/amd64 ${PREDICATE_TYPE.spdx}`,
    `index ${PREDICATE_TYPE.cyclonedx}`,
    `index ${PREDICATE_TYPE.spdx}`,
    `linux/arm64 ${PREDICATE_TYPE.cyclonedx}`,
    `linux/arm64 ${PREDICATE_TYPE.spdx}`,
    `index ${PREDICATE_TYPE.vulnerabilities}`,
    `index ${PREDICATE_TYPE.vex}`,
    `linux/amd64 ${PREDICATE_TYPE.vex}`,
    `linux/arm64 ${PREDICATE_TYPE.vex}`,
    `index ${PREDICATE_TYPE.run}`,
    `index ${PREDICATE_TYPE.testResult}`,
    `index ${PREDICATE_TYPE.lock}`,
  ]);
});

test('a scan report is in the form that cosign checks', async () => {
  const image = await gatedImage();
  expect(predicateOf(image, PREDICATE_TYPE.vulnerabilities)).toMatchObject({
    scanner: {
      uri: 'debian-archive',
      version: '1',
      db: { uri: 'debian trixie', version: '2026-11-20T00:00:00.000Z' },
      result: { status: 'up-to-date', findings: [] },
    },
    metadata: { scanStartedOn: '2026-11-21T03:12:00.000Z', scanFinishedOn: '2026-11-21T03:12:00.000Z' },
  });
});

test('a test report is in in-toto form, and is read again as it was', async () => {
  const image = await gatedImage();
  const predicate = predicateOf(image, PREDICATE_TYPE.testResult);
  expect(predicate).toMatchObject({ result: 'PASSED', passedTests: ['linux/amd64 hello'], failedTests: [] });
  expect(parseTestPredicate(predicate)).toEqual(image.tested.report);
});

test('lock and inputs are read again as they were', async () => {
  const image = await gatedImage();
  const { locked, inputs } = image.tested.built.rendered;
  expect(parseLockPredicate(predicateOf(image, PREDICATE_TYPE.lock))).toEqual({ lock: locked.lock, inputs });
});

describe('a record of another version is refused', () => {
  test.each([undefined, {}, { lock: { schemaVersion: 2 }, inputs: { schemaVersion: 1 } }])(
    'lock %o',
    (predicate) => {
      expect(() => parseLockPredicate(predicate)).toThrow(
        expect.objectContaining({ code: 'REGISTRY_INVALID' }),
      );
    },
  );

  test.each([undefined, {}, { report: { checks: [] } }])('test report %o', (predicate) => {
    expect(() => parseTestPredicate(predicate)).toThrow(
      expect.objectContaining({ code: 'REGISTRY_INVALID' }),
    );
  });
});
