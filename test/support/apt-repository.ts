import { onTestFinished } from 'vitest';
import type { AptRepository } from '../../src/model/index.ts';
import type { RepositoryPlace } from '../../src/stages/resolve/index.ts';
import {
  createArchive,
  createArchiveKey,
  serveArchive,
  type ArchiveOptions,
  type ArchiveServer,
} from './archive.ts';

/** As a catalog would name it; two of the packages of a repository may be used. */
export const PGDG: AptRepository = {
  name: 'pgdg',
  suites: ['trixie-pgdg'],
  component: 'main',
  packages: ['libpq5', 'postgresql-client-*'],
};

export const PGDG_SUITE = { archive: 'debian', suite: 'trixie-pgdg', validUntil: 'none' } as const;

export interface ServedRepository {
  readonly server: ArchiveServer;
  /** What `ResolveHost` has of it. */
  readonly repositories: ReadonlyMap<string, RepositoryPlace>;
}

/** A further apt repository on 127.0.0.1, signed by a key of its own unless the test brings one. */
export async function serveRepository(options: ArchiveOptions): Promise<ServedRepository> {
  const key = options.key ?? (await createArchiveKey());
  const archive = await createArchive({ suites: [PGDG_SUITE], ...options, key });
  const server = await serveArchive(archive);
  onTestFinished(() => server.close());
  const place = { url: server.urls.debian, keys: () => Promise.resolve([key.publicKey]) };
  return { server, repositories: new Map([[PGDG.name, place]]) };
}
