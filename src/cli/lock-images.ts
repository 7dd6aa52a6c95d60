import { architectureOf } from '../oci/index.ts';
import type { CatalogEntry, HoldDecision, Relocked } from '../model/index.ts';
import { lockImages } from '../pipeline/index.ts';
import { decisionsFor } from '../stages/gate/index.ts';
import { openArchive } from '../stages/resolve/index.ts';
import type { LockRequest } from './factory.ts';
import { readLockFile, writeLockFile } from './lock-files.ts';
import { openResolve } from './open-resolve.ts';

/** Locks images anew from the verified indexes, and writes `locks/` in the catalog's folder. */
export async function relockImages(request: LockRequest): Promise<readonly Relocked[]> {
  const { catalog, entries } = request;
  await using closing = new AsyncDisposableStack();
  const resolve = await openResolve(request, catalog.archives, closing);
  const architectures = [...new Set(entries.flatMap(({ platforms }) => platforms.map(architectureOf)))];
  const archive = openArchive({ architectures }, resolve);
  const files = {
    read: readLockFile.bind(undefined, catalog.folder),
    write: writeLockFile.bind(undefined, catalog.folder),
  };
  const conditions = { decisions: catalog.decisions, now: request.startedAt };
  function holds({ id }: CatalogEntry): readonly HoldDecision[] {
    return decisionsFor('hold', id, conditions).inForce;
  }
  return await lockImages(entries, { resolve, archive, files, holds });
}
