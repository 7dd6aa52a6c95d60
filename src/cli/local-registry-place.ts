import path from 'node:path';
import type { IngotPaths } from '../host/paths.ts';

/** Golden repositories of the local target; other targets name their own prefix. */
export const LOCAL_PREFIX = 'golden';

/** The port every registry tutorial uses. */
export const LOCAL_PORT = 5000;

/** Releases live here: it is data, not cache. */
export function registryFolder(paths: IngotPaths): string {
  return path.join(paths.data, 'registry');
}
