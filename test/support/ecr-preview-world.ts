import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import type { RepositoryPreview } from '../../src/ecr/index.ts';
import type { Sha256 } from '../../src/model/index.ts';
import { temporaryFolder, writeCatalog } from './catalog-folder.ts';
import { ACCOUNT } from './ecr-answers.ts';
import type { StoredImage } from './ecr-image-answers.ts';
import { NOW_MS, current, old, older } from './ecr-releases.ts';
import { serveEcr, type EcrServer } from './ecr-server.ts';
import { ecrCatalog } from './ecr-target-files.ts';
import { runFakeCli, type CliResult } from './fake-factory.ts';

export interface PreviewWorld {
  readonly server: EcrServer;
  readonly folder: string;
  run(...argv: readonly string[]): Promise<CliResult>;
}

/** One release of node stays; two would go. */
export async function previewWorld(target: object = {}): Promise<PreviewWorld> {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  writeCatalog(folder.path, ecrCatalog({ retention: { runtime: { releases: 1, days: 30 } }, ...target }));
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

/** A file that names what is in use. */
export function inUse({ folder }: PreviewWorld, ...lines: readonly string[]): string {
  writeFileSync(path.join(folder, 'in-use.txt'), lines.join('\n'));
  return 'in-use.txt';
}

export async function previewOf(
  { run }: PreviewWorld,
  ...argv: readonly string[]
): Promise<RepositoryPreview> {
  const { stdout, stderr } = await run('--json', ...argv);
  const [preview] = JSON.parse(stdout || 'null') ?? [];
  return preview ?? expect.fail(stderr);
}

export function going({ going: judged }: RepositoryPreview): readonly Sha256[] {
  return judged.map(({ image }) => image.digest).toSorted();
}

export function digests(...images: readonly (StoredImage | undefined)[]): readonly Sha256[] {
  return images.flatMap((image) => image?.digest ?? []).toSorted();
}
