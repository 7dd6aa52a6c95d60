import { access, realpath } from 'node:fs/promises';
import path from 'node:path';

/** Where npm is installed, in the words of `sources/npm`. */
export interface HostNpm {
  readonly npmPath: string;
  readonly execPath: string;
}

/**
 * The npm of the host, not one below node_modules: its folder tells where the global npmrc is.
 * Without one, this process's own node stands in.
 */
export async function findNpm(environment: NodeJS.ProcessEnv, execPath: string): Promise<HostNpm> {
  const folders = (environment['PATH'] ?? '').split(path.delimiter);
  for (const folder of folders) {
    const npm = path.join(folder, 'npm');
    if (path.isAbsolute(folder) && !folder.includes('node_modules') && (await exists(npm))) {
      // npm is a link to npm/bin/npm-cli.js, and its global prefix is above the folder of the link.
      return {
        npmPath: path.dirname(path.dirname(await realpath(npm))),
        execPath: path.join(folder, 'node'),
      };
    }
  }
  return { npmPath: path.dirname(execPath), execPath };
}

async function exists(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
