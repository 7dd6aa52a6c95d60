import path from 'node:path';
import { writeWhole } from '../files/index.ts';
import type { LockedPackage, ToolLock } from '../model/index.ts';
import { lockTools, toolLockText } from '../stages/resolve/index.ts';
import type { LocalRequest, RelockedTools } from './factory.ts';
import { openResolve, openToolArchive } from './open-resolve.ts';
import { OWN_FOLDER } from './own-folder.ts';
import { allTools, readToolSources } from './tool-sources.ts';

/** Locks toolboxes, builder and emulator anew from Debian's verified indexes, and writes `locks/`. */
export async function relockTools(request: LocalRequest): Promise<readonly RelockedTools[]> {
  await using closing = new AsyncDisposableStack();
  const resolve = await openResolve(request, {}, closing);
  const sources = await readToolSources(OWN_FOLDER, { kept: resolve.state });
  const archive = openToolArchive(resolve);
  const relocked: RelockedTools[] = [];
  for (const source of allTools(sources)) {
    const { name } = source.committed;
    const lock = await lockTools({ name, requests: source.requests }, archive);
    const file = path.join(OWN_FOLDER, `locks/${name}.json`);
    await writeWhole(file, toolLockText(lock));
    relocked.push({ name, file, changes: changedPackages(source.committed, lock) });
  }
  return relocked;
}

/** `libssl3t64 3.5.8-1 → 3.5.9-1`, once for all architectures. */
function changedPackages(before: ToolLock, after: ToolLock): readonly string[] {
  const old = versions(before);
  const now = versions(after);
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  return names
    .filter((name) => old.get(name) !== now.get(name))
    .map((name) => `${name} ${old.get(name) ?? '(new)'} → ${now.get(name) ?? '(gone)'}`);
}

function versions({ architectures }: ToolLock): ReadonlyMap<string, string> {
  const packages: readonly LockedPackage[] = [...architectures.amd64, ...architectures.arm64];
  return new Map(packages.map(({ name, version }) => [name, version]));
}
