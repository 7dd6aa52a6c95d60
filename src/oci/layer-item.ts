import type { Header } from 'tar-stream';
import { FactoryError } from '../model/index.ts';
import type { LayerItem } from './apply-layer.ts';
import { baseName, parentOf } from './root-filesystem.ts';
import type { EntryType, LayerEntry } from './root-filesystem.ts';

/** OCI image spec 1.1 "Whiteouts". */
const WHITEOUT_PREFIX = '.wh.';
const OPAQUE_WHITEOUT = '.wh..wh..opq';

/** Where tar keeps file capabilities, by the `SCHILY.xattr.` convention GNU tar, libarchive and Docker share. */
const CAPABILITY_RECORD = 'SCHILY.xattr.security.capability';

const ENTRY_TYPES: ReadonlyMap<string | null, EntryType> = new Map([
  ['file', 'file'],
  ['contiguous-file', 'file'],
  ['directory', 'directory'],
  ['symlink', 'symlink'],
  ['character-device', 'character-device'],
  ['block-device', 'block-device'],
  ['fifo', 'fifo'],
]);

/** What was kept of an entry's bytes. */
export type Captured = Pick<LayerEntry, 'start' | 'content' | 'digests' | 'elf'>;

/** What one tar entry says about the root filesystem. */
export function toLayerItem(path: string, header: Header, captured: Captured): LayerItem {
  const name = baseName(path);
  if (name === OPAQUE_WHITEOUT) {
    return { kind: 'opaque', directory: parentOf(path) };
  }
  if (name.startsWith(WHITEOUT_PREFIX)) {
    return {
      kind: 'whiteout',
      path: absolutePath(`${parentOf(path)}/${name.slice(WHITEOUT_PREFIX.length)}`),
    };
  }
  if (header.type === 'link') {
    return { kind: 'hard-link', path, target: absolutePath(header.linkname) };
  }
  return { kind: 'entry', entry: toEntry(path, header, captured) };
}

function toEntry(path: string, header: Header, captured: Captured): LayerEntry {
  const type = ENTRY_TYPES.get(header.type);
  if (type === undefined) {
    throw new FactoryError(
      'BUILD_FAILED',
      `cannot read layer entry "${path}": unknown type "${header.type}"`,
    );
  }
  return {
    path,
    type,
    mode: header.mode & 0o7777,
    uid: header.uid,
    gid: header.gid,
    size: type === 'file' ? header.size : 0,
    mtime: Math.floor(header.mtime.getTime() / 1000),
    ...(type === 'symlink' ? { linkTarget: header.linkname } : {}),
    hasCapabilities: hasCapabilities(header.pax),
    ...(type === 'file' ? captured : { start: captured.start }),
  };
}

function hasCapabilities(pax: unknown): boolean {
  return typeof pax === 'object' && pax !== null && CAPABILITY_RECORD in pax;
}

/** `./usr/bin/` → `/usr/bin`. A path that climbs is refused: no builder writes one. */
export function absolutePath(name: string): string {
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) {
    throw new FactoryError('BUILD_FAILED', `cannot read layer entry "${name}": its path leaves the root`);
  }
  return `/${parts.join('/')}`;
}
