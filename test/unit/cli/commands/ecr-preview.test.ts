import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { RepositoryPreview } from '../../../../src/ecr/index.ts';
import type { Sha256 } from '../../../../src/model/index.ts';
import { MEDIA_TYPE, hexOf } from '../../../../src/oci/index.ts';
import { temporaryFolder, writeCatalog } from '../../../support/catalog-folder.ts';
import { ACCOUNT } from '../../../support/ecr-answers.ts';
import { ecrCatalog } from '../../../support/ecr-target-files.ts';
import { storedImage, type StoredImage } from '../../../support/ecr-image-answers.ts';
import { digestOf } from '../../../support/ecr-images.ts';
import { serveEcr, type EcrServer } from '../../../support/ecr-server.ts';
import { NOW_MS, current, old, older, CONFIG, layers } from '../../../support/ecr-releases.ts';
import { runFakeCli, type CliResult } from '../../../support/fake-factory.ts';
import { serveRegistry } from '../../../support/registry.ts';

interface World {
  readonly server: EcrServer;
  readonly folder: string;
  run(...argv: readonly string[]): Promise<CliResult>;
}

/** One release of node stays; two would go. */
async function world(): Promise<World> {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  writeCatalog(folder.path, ecrCatalog({ retention: { runtime: { releases: 1, days: 30 } } }));
  const server = await serveEcr();
  for (const [name, value] of Object.entries(server.environment)) {
    vi.stubEnv(name, value);
  }
  server.nowMs = NOW_MS;
  server.pageSize = 4;
  server.repositories.set('golden/node', {
    repositoryName: 'golden/node',
    repositoryArn: `arn:aws:ecr:eu-central-1:${ACCOUNT}:repository/golden/node`,
    registryId: ACCOUNT,
    createdAt: 1,
    imageTagMutability: 'MUTABLE',
    encryptionConfiguration: { encryptionType: 'AES256' },
    tags: new Map(),
    images: [...older, ...old, ...current],
  });
  return {
    server,
    folder: folder.path,
    run: (...argv) => runFakeCli(['ecr', 'preview', 'node', ...argv], { cwd: folder.path }),
  };
}

function inUse({ folder }: World, ...lines: readonly string[]): string {
  writeFileSync(path.join(folder, 'in-use.txt'), lines.join('\n'));
  return 'in-use.txt';
}

async function previewOf({ run }: World, ...argv: readonly string[]): Promise<RepositoryPreview> {
  const { stdout, stderr } = await run('--json', ...argv);
  const [preview] = JSON.parse(stdout || 'null') ?? [];
  return preview ?? expect.fail(stderr);
}

function going({ going: judged }: RepositoryPreview): readonly Sha256[] {
  return judged.map(({ image }) => image.digest).toSorted();
}

function digests(...images: readonly (StoredImage | undefined)[]): readonly Sha256[] {
  return images.flatMap((image) => image?.digest ?? []).toSorted();
}

const WRITING = /^(Put|Create|Delete|BatchDelete|Set|Tag)/;

describe('ingot ecr preview', () => {
  test('says what would go, with its platforms, the same as ECR; and only reads', async () => {
    const made = await world();
    const preview = await previewOf(made);
    expect(going(preview)).toEqual(digests(old[0], old[1], older[0], older[1]));
    expect(preview.ecr).toEqual({ kind: 'compared', differences: [] });
    expect(preview.leftOver.map(({ digest }) => digest).toSorted()).toEqual(digests(old[2], older[2]));
    expect(made.server.calls.filter(({ operation }) => WRITING.test(operation))).toEqual([]);
  });

  test('as text, and where ECR differs', async () => {
    const made = await world();
    made.server.spared.add(old[0].digest);
    const { stdout, exitCode, stderr } = await made.run();
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringContaining('not in the registry yet: team-payments/node'),
    });
    await expect(stdout).toMatchFileSnapshot('../../../golden/ecr/preview-command.txt');
  });

  test.each([
    { fault: { kind: 'html' } as const, reason: 'the endpoint does not know StartLifecyclePolicyPreview' },
    {
      fault: { kind: 'error', name: 'AccessDeniedException', message: 'no' } as const,
      reason: 'may not ecr:StartLifecyclePolicyPreview',
    },
  ])('where ECR does not answer ($reason) the simulation stands alone', async ({ fault, reason }) => {
    const made = await world();
    made.server.fault = ({ operation }) => (operation === 'StartLifecyclePolicyPreview' ? fault : undefined);
    const preview = await previewOf(made);
    expect(preview.ecr).toEqual({ kind: 'unanswered', reason: expect.stringContaining(reason) });
    expect(going(preview)).toEqual(digests(old[0], old[1], older[0], older[1]));
  });
});

describe('in use', () => {
  test('what would go while it runs is named, with exit code 1', async () => {
    const made = await world();
    const { stdout, exitCode } = await made.run('--in-use', inUse(made, old[0].digest, current[0].digest));
    expect(exitCode).toBe(1);
    expect(stdout).toContain('24.1.0.202601270000 runs as in-use.txt:1: it must not go');
    expect(stdout).not.toContain('in-use.txt:2:');
  });

  test('the base of what runs is found by its layers', async () => {
    const made = await world();
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
    const made = await world();
    const { stderr, exitCode } = await made.run('--in-use', inUse(made, digestOf('unknown')));
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringContaining('what in-use.txt:1 was built on is not known'),
    });
  });

  test('--keep tags it once, and it stays', async () => {
    const made = await world();
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
    const { unneededTags } = await previewOf(made);
    expect(unneededTags).toEqual([{ digest: old[0].digest, tag }]);
  });

  test('a file that is not there is a mistake of the command line', async () => {
    const made = await world();
    const { stderr, exitCode } = await made.run('--in-use', 'nowhere.txt');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining('cannot read what is in use: "'),
    });
  });

  test('a context that is not configured stops everything', async () => {
    const made = await world();
    const { stderr, exitCode, stdout } = await made.run('--kube-context', 'production');
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('got "production"');
  });
});
