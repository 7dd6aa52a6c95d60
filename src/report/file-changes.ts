import type { FileChange, FileFacts, PackageChange } from '../model/index.ts';
import { countsText } from './package-groups.ts';

/**
 * A version of a package brings new files, and a folder that came or went all that is in it: those say nothing. Rights
 * that changed always do.
 */
export function telling(
  files: readonly FileChange[],
  packages: readonly PackageChange[],
): readonly FileChange[] {
  const changed = new Set(packages.map(({ name }) => name));
  const whole = new Set(files.filter(isWholeFolder).map(({ path }) => path));
  return files.filter((file) => {
    const isExpected = file.package !== undefined && changed.has(file.package);
    return hasRightsChange(file) || !(isExpected || isInWhole(file.path, whole));
  });
}

/** A folder that one side does not have: nor anything in it. */
function isWholeFolder({ before, after }: FileChange): boolean {
  const isOneSided = before === undefined || after === undefined;
  return isOneSided && (after ?? before)?.type === 'directory';
}

function isInWhole(path: string, folders: ReadonlySet<string>): boolean {
  const parent = path.slice(0, path.lastIndexOf('/'));
  return parent !== '' && (folders.has(parent) || isInWhole(parent, folders));
}

function hasRightsChange({ before, after, differs }: FileChange): boolean {
  const isPrivileged = [before, after].some((facts) => facts !== undefined && givesRights(facts));
  return isPrivileged || differs.some((what) => what !== 'content' && what !== 'link');
}

function givesRights({ mode, capabilities }: FileFacts): boolean {
  return capabilities === true || (Number.parseInt(mode, 8) & 0o6000) !== 0;
}

export function fileCounts(files: readonly FileChange[]): {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
} {
  return {
    added: files.filter(({ before }) => before === undefined).length,
    removed: files.filter(({ after }) => after === undefined).length,
    changed: files.filter(({ before, after }) => before !== undefined && after !== undefined).length,
  };
}

export function fileCountsText(files: readonly FileChange[]): string {
  return countsText({ ...fileCounts(files) });
}

/** `~ mode 0755 → 4755  /usr/bin/x`, with `+` and `-` for what came and went. */
export function fileChangeText({ path, before, after, differs }: FileChange): string {
  if (before === undefined || after === undefined) {
    const facts = after ?? before;
    const link = facts?.linkTarget === undefined ? '' : ` → ${facts.linkTarget}`;
    return `${before === undefined ? '+' : '-'} ${path}${link}  ${facts === undefined ? '' : factsText(facts)}`;
  }
  const what = differs.map((difference) => differenceText(difference, before, after));
  return `~ ${path}  ${what.join(', ')}`;
}

function factsText({ type, mode, uid, gid, capabilities }: FileFacts): string {
  const rights = capabilities === true ? ' with capabilities' : '';
  return `${type} ${mode} ${uid}:${gid}${rights}`;
}

function contentText(before: FileFacts, after: FileFacts): string {
  return before.bytes === after.bytes ? 'content' : `content, ${before.bytes} → ${after.bytes} bytes`;
}

function linkText({ linkTarget = '' }: FileFacts): string {
  return linkTarget;
}

function differenceText(
  difference: FileChange['differs'][number],
  before: FileFacts,
  after: FileFacts,
): string {
  switch (difference) {
    case 'type':
      return `${before.type} → ${after.type}`;
    case 'content':
      return contentText(before, after);
    case 'link':
      return `link ${linkText(before)} → ${linkText(after)}`;
    case 'mode':
      return `mode ${before.mode} → ${after.mode}`;
    case 'owner':
      return `owner ${before.uid}:${before.gid} → ${after.uid}:${after.gid}`;
    case 'capabilities':
      return after.capabilities === true ? 'capabilities gained' : 'capabilities lost';
  }
}
