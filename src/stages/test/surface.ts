import type { Surface } from '../../model/index.ts';
import { resolvePath, type ImageContent, type RootEntry, type RootFilesystem } from '../../oci/index.ts';
import { openPortsIn } from './containers/index.ts';

const SETUID_SETGID = 0o6000;
const EXECUTABLE = 0o111;

/** Folders for programs: what has an x bit elsewhere is a library, a module or a script that a program reads. */
const PROGRAM_FOLDER = /\/(?:s?bin\/[^/]+|libexec\/.+)$/;

/** What of an image an attacker would look at first; `sockets` is what its example's server had open, if it ran. */
export function surfaceOf({ root, config }: ImageContent, sockets: string | undefined): Surface {
  const exposed = config.config.ExposedPorts.map((port) => (port.includes('/') ? port : `${port}/tcp`));
  const ports = sockets === undefined ? undefined : [...exposed, ...openPortsIn(sockets, exposed)];
  return {
    setuidFiles: pathsWhere(root, isPrivileged),
    executables: pathsWhere(root, (entry) => PROGRAM_FOLDER.test(entry.path) && isProgram(entry, root)),
    ...(ports === undefined ? {} : { openPorts: [...new Set(ports)].sort() }),
  };
}

function isPrivileged({ type, mode, hasCapabilities }: RootEntry): boolean {
  return hasCapabilities || (type !== 'symlink' && (mode & SETUID_SETGID) !== 0);
}

/** A link to a program is one more name to run it by. */
function isProgram(entry: RootEntry, root: RootFilesystem): boolean {
  const found = entry.type === 'symlink' ? resolvePath(root.entries, entry.path) : entry;
  return found?.type === 'file' && (found.mode & EXECUTABLE) !== 0;
}

function pathsWhere({ entries }: RootFilesystem, isWanted: (entry: RootEntry) => boolean): readonly string[] {
  return [...entries.values()]
    .filter(isWanted)
    .map(({ path }) => path)
    .sort();
}
