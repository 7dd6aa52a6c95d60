import { enableCompileCache } from 'node:module';
import path from 'node:path';
import { homeFolder, ingotPaths } from '../host/paths.ts';

/**
 * Keeps what Node makes of every file that is loaded from here on: of a short command, stripping types and compiling is
 * the largest part. Node looks at each file's text again, so a change counts at once. Where nothing can be kept, ingot
 * runs as it did without.
 */
export function keepCompiledCode(environment: NodeJS.ProcessEnv): void {
  let cache: string;
  try {
    ({ cache } = ingotPaths(environment, homeFolder(environment)));
  } catch {
    return;
  }
  enableCompileCache(path.join(cache, 'compiled'));
}
