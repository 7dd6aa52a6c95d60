import { matchesPattern } from '../model/index.ts';
import { resolvePath, type Entries } from './root-filesystem.ts';

/**
 * Paths of a root filesystem that a pattern means, as a program in the container would find them: folders on the way may
 * be links, `/bin/*` in an image with a merged /usr too. `*` stands for any characters.
 */
export function presentPaths(entries: Entries, pattern: string): readonly string[] {
  const parts = pattern.split('/').filter((part) => part !== '');
  const firstOpen = parts.findIndex((part) => part.includes('*'));
  const fixed = parts.slice(0, firstOpen < 0 ? -1 : firstOpen);
  const folder = resolvePath(entries, `/${fixed.join('/')}`)?.path;
  if (folder === undefined) {
    return [];
  }
  const rest = parts.slice(fixed.length).join('/');
  const wanted = `${folder === '/' ? '' : folder}/${rest}`;
  return [...entries.keys()].filter((path) => matchesPattern(path, wanted));
}
