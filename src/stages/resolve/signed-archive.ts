import { FactoryError, isDebianArchive, type Archive } from '../../model/index.ts';
import type { ResolveHost } from './deps.ts';

/** Where a further apt repository is, and the keys one of which has to have signed its suites. */
export interface RepositoryPlace {
  /** Without a slash at its end. */
  readonly url: string;
  /** ASCII-armoured; read when the first image asks. */
  readonly keys: () => Promise<readonly string[]>;
}

type Places = Pick<ResolveHost, 'mirrors' | 'repositories'>;

/** Base URL of an archive that a lock names; undefined for a repository that is not in the catalog any more. */
export function findArchive(archive: Archive, { mirrors, repositories }: Places): string | undefined {
  return isDebianArchive(archive) ? mirrors[archive] : repositories.get(archive)?.url;
}

export function urlOf(archive: Archive, places: Places): string {
  const url = findArchive(archive, places);
  if (url === undefined) {
    throw new FactoryError(
      'CATALOG_INVALID',
      `cannot open repository "${archive}": expected it in "repositories" of catalog.json, got none of that name`,
      { hint: 'lock the image again: its stacks name other repositories now' },
    );
  }
  return url;
}

/** Debian's keys say nothing about a further repository, nor its key about any other. */
export async function keysOf(
  archive: Archive,
  { keys, repositories }: Pick<ResolveHost, 'keys' | 'repositories'>,
): Promise<readonly string[]> {
  return isDebianArchive(archive) ? keys : ((await repositories.get(archive)?.keys()) ?? []);
}
