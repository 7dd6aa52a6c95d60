import { existsSync, readFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { batchDeletes } from '../../../../src/ecr/index.ts';
import { ACCOUNT } from '../../../support/ecr-answers.ts';
import { digestOf } from '../../../support/ecr-images.ts';
import { unknownMembers } from '../../../support/ecr-model.ts';
import { previewWorld } from '../../../support/ecr-preview-world.ts';
import { NOW_MS, current, old, older } from '../../../support/ecr-releases.ts';

const [, , orphan] = old;
const [, , young] = older;

/** Of `older` and `old` only the signatures are there, of which one was pushed a moment ago. */
async function leftBehind() {
  const made = await previewWorld();
  made.server.repositories.get('golden/node')!.images = [
    ...current,
    orphan!,
    { ...young!, pushedAtMs: NOW_MS - 3_600_000 },
  ];
  return made;
}

test('--left-over writes what AWS deletes it with, and deletes nothing', async () => {
  const made = await leftBehind();
  const { stdout, exitCode } = await made.run('--left-over', 'left');
  expect(exitCode).toBe(0);
  expect(stdout).toContain(
    'aws ecr batch-delete-image --region eu-central-1 --cli-input-json file://left/golden/node.1.json',
  );
  const input = JSON.parse(readFileSync(path.join(made.folder, 'left/golden/node.1.json'), 'utf8'));
  expect(input).toEqual({
    registryId: ACCOUNT,
    repositoryName: 'golden/node',
    imageIds: [{ imageDigest: orphan!.digest }],
  });
  expect(unknownMembers('BatchDeleteImage', 'input', input)).toEqual([]);
  expect(made.server.calls.filter(({ operation }) => /Delete/.test(operation))).toEqual([]);
});

test('what belongs to an image that would go stays with it until then', async () => {
  const made = await previewWorld();
  const { stdout } = await made.run('--left-over', 'left');
  expect(stdout).toContain('left over of images that are gone: 2,');
  expect(stdout).toContain('nothing is left over of images that are gone for a day');
  expect(existsSync(path.join(made.folder, 'left'))).toBe(false);
});

test('nothing is added to what an earlier look wrote', async () => {
  const made = await leftBehind();
  mkdirSync(path.join(made.folder, 'left'));
  const { stderr, exitCode } = await made.run('--left-over', 'left');
  expect(exitCode).toBe(2);
  expect(stderr).toContain('is there already');
});

test('a call deletes a hundred at most', () => {
  const digests = Array.from({ length: 201 }, (_, at) => digestOf(String(at)));
  const calls = batchDeletes({ account: ACCOUNT, repository: 'golden/node', digests });
  expect(calls.map(({ imageIds }) => imageIds.length)).toEqual([100, 100, 1]);
  expect(calls.flatMap(({ imageIds }) => imageIds.map(({ imageDigest }) => imageDigest))).toEqual(digests);
});
