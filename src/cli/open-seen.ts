import path from 'node:path';
import { createFileStore } from '../host/file-store.ts';
import { homeFolder, stateFolder } from '../host/paths.ts';
import { createSeenReleases, type SeenReleases } from '../stages/promote/index.ts';
import type { LocalRequest } from './factory.ts';

/** Releases that this machine has seen, whichever command saw them. */
export function openSeen({ environment }: Pick<LocalRequest, 'environment'>): SeenReleases {
  const folder = path.join(stateFolder(environment, homeFolder(environment)), 'seen-releases');
  return createSeenReleases(createFileStore(folder), folder);
}
