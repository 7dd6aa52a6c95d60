import { describe, expect, test } from 'vitest';
import { MEDIA_TYPE, hexOf } from '../../../../src/oci/index.ts';
import { storedImage } from '../../../support/ecr-image-answers.ts';
import { digestOf } from '../../../support/ecr-images.ts';
import { digests, going, inUse, previewOf, previewWorld } from '../../../support/ecr-preview-world.ts';
import { NOW_MS, current, old, older, CONFIG, layers } from '../../../support/ecr-releases.ts';
import { serveRegistry } from '../../../support/registry.ts';

describe('ingot ecr preview, of what is in use', () => {
  test('what would go while it runs is named, with exit code 1', async () => {
    const made = await previewWorld();
    const { stdout, exitCode } = await made.run('--in-use', inUse(made, old[0].digest, current[0].digest));
    expect(exitCode).toBe(1);
    expect(stdout).toContain('24.1.0.202601270000 runs as in-use.txt:1: it must not go');
    expect(stdout).not.toContain('in-use.txt:2:');
  });

  test('the base of what runs is found by its layers', async () => {
    const made = await previewWorld();
    const registry = await serveRegistry();
    const app = storedImage(
      { mediaType: MEDIA_TYPE.manifest, config: CONFIG, layers: layers('base', 'old', 'app') },
      { tags: [], pushedAtMs: NOW_MS },
    );
    registry.repository('shop/cart').manifests.set(app.digest, {
      mediaType: MEDIA_TYPE.manifest,
      bytes: Buffer.from(app.manifest),
    });
    const file = inUse(made, `${registry.address}/shop/cart@${app.digest}`);
    const { endangered } = await previewOf(made, '--in-use', file);
    expect(
      endangered.map(({ image, uses, keep }) => ({ image: image.digest, uses, keep: keep.digest })),
    ).toEqual([
      {
        image: old[1]!.digest,
        uses: [{ relation: 'base', where: 'in-use.txt:1' }],
        keep: old[0].digest,
      },
    ]);
  });

  test('what cannot be read is told', async () => {
    const made = await previewWorld();
    const { stderr, exitCode } = await made.run('--in-use', inUse(made, digestOf('unknown')));
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringContaining('what in-use.txt:1 was built on is not known'),
    });
  });

  test('--keep tags it once, and it stays', async () => {
    const made = await previewWorld();
    const file = inUse(made, old[0].digest);
    const { stdout, exitCode } = await made.run('--in-use', file, '--keep');
    const tag = `in-use-${hexOf(old[0].digest)}`;
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringContaining(`kept by tag ${tag}`),
    });
    const puts = made.server.calls.filter(({ operation }) => operation === 'PutImage');
    expect(puts.map(({ input }) => input.imageTag)).toEqual([tag]);
    const again = await previewOf(made, '--in-use', file, '--keep');
    expect(going(again)).toEqual(digests(older[0], older[1]));
    expect(made.server.calls.filter(({ operation }) => operation === 'PutImage')).toHaveLength(1);
  });

  test('a tag that keeps is told where what runs needs it no longer', async () => {
    const made = await previewWorld();
    await made.run('--in-use', inUse(made, old[0].digest), '--keep');
    const tag = `in-use-${hexOf(old[0].digest)}`;
    const file = inUse(made, current[0].digest);
    expect((await previewOf(made, '--in-use', file)).unneededTags).toEqual([{ digest: old[0].digest, tag }]);
    expect((await made.run('--in-use', file)).stdout).toContain(
      `${old[0].digest.slice(0, 19)} is not in use in in-use.txt, and kept by tag ${tag}`,
    );
  });

  test.each([
    { summary: 'nobody looked', inUse: undefined },
    { summary: 'what something was built on is not known', inUse: digestOf('unknown') },
  ])('it is not where $summary', async ({ inUse: digest }) => {
    const made = await previewWorld();
    await made.run('--in-use', inUse(made, old[0].digest), '--keep');
    const argv = digest === undefined ? [] : ['--in-use', inUse(made, digest)];
    expect((await previewOf(made, ...argv)).unneededTags).toEqual([]);
  });

  test('a platform that ECR does not give ends it: what was built on it is not known', async () => {
    const made = await previewWorld();
    const node = made.server.repositories.get('golden/node')!;
    node.images = [...older, old[0], { ...old[1]!, failure: 'ImageInaccessible' }, ...current];
    const { exitCode, stderr } = await made.run('--in-use', inUse(made, current[0].digest));
    expect(exitCode).toBe(3);
    expect(stderr).toContain(`${old[1]!.digest}: ImageInaccessible`);
  });

  test('one that is in the archive by the list does not', async () => {
    const made = await previewWorld();
    const node = made.server.repositories.get('golden/node')!;
    node.images = [...older, old[0], { ...old[1]!, storageClass: 'archive' as const }, ...current];
    expect((await made.run('--in-use', inUse(made, current[0].digest))).exitCode).toBe(0);
  });

  test('credentials of another account tag nothing in it', async () => {
    const made = await previewWorld({ account: '999999999999', factory: 'arn:aws:iam::999999999999:role/f' });
    const { exitCode } = await made.run('--in-use', inUse(made, old[0].digest), '--keep');
    expect(exitCode).toBe(3);
    expect(made.server.calls.map(({ operation }) => operation)).toEqual(['GetRegistryScanningConfiguration']);
  });

  test.each(['', '# kubectl failed\n', '[]'])('a file of nothing is refused: %j', async (text) => {
    const made = await previewWorld();
    const { stderr, exitCode, stdout } = await made.run('--in-use', inUse(made, text));
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('cannot read what is in use: "in-use.txt" names no digest');
  });

  test('a file that is not there is a mistake of the command line', async () => {
    const made = await previewWorld();
    const { stderr, exitCode } = await made.run('--in-use', 'nowhere.txt');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining('cannot read what is in use: "'),
    });
  });

  test('a context that is not configured stops everything', async () => {
    const made = await previewWorld();
    const { stderr, exitCode, stdout } = await made.run('--kube-context', 'production');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('got "production"');
  });
});
