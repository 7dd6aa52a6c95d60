import { isUnpacked, toolsFolder, unpackTools, type Unpacking } from '../host/builder/index.ts';
import { markUsed } from '../host/cache-use.ts';
import type { ToolLock } from '../model/index.ts';
import { fetchTools, type FetchedTools, type ToolsDeps, type ToolSource } from '../pipeline/index.ts';

/** Tools unpacked into a folder of their own. */
export interface UnpackedTools {
  readonly lock: ToolLock;
  readonly folder: string;
}

/** Fetches and unpacks a tool set, where that has not been done. */
export async function prepareTools(
  source: ToolSource,
  parent: string,
  deps: ToolsDeps & Unpacking,
): Promise<UnpackedTools> {
  const locked = toolsFolder(source.lock.architectures[deps.architecture], parent);
  if (await isUnpacked(locked)) {
    await markUsed(locked);
    return { lock: source.lock, folder: locked };
  }
  const tools = await fetchTools(source, deps);
  const folder = toolsFolder(tools.packages, parent);
  if (!(await isUnpacked(folder))) {
    deps.emit({ kind: 'notice', level: 'info', message: `unpacking the ${tools.lock.name}, once` });
    await unpackTools(largestFirst(tools), folder, deps);
  }
  await markUsed(folder);
  return { lock: tools.lock, folder };
}

/** Begun first, the longest work does not stand alone at the end. */
function largestFirst({ packages, files }: FetchedTools): readonly string[] {
  const sorted = packages.toSorted((a, b) => b.size - a.size);
  return sorted.flatMap(({ sha256 }) => files.get(sha256) ?? []);
}
