import { gunzipSync } from 'node:zlib';
import { debFiles } from './deb-content.ts';
import { readDeb } from './deb.ts';

/** The longest changelog in Debian 13 is below a quarter of this. */
const MAX_CHANGELOG_BYTES = 64 << 20;

export interface PackageNews {
  /** Seconds since 1970 when the package was built. */
  readonly date: number;
  readonly changelog: Changelog;
}

/** Packages of one source may share a documentation folder, policy 12.3: the link names the package that has it. */
export type Changelog =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'elsewhere'; readonly package: string }
  | { readonly kind: 'none' };

/** Reads what a .deb says about its own changes. */
export async function readNews(bytes: Uint8Array, name: string): Promise<PackageNews> {
  const deb = readDeb(bytes);
  const folder = `/usr/share/doc/${name}`;
  let changelog: Changelog = { kind: 'none' };
  for await (const file of debFiles(deb)) {
    if (file.path === folder && file.linkname !== undefined) {
      changelog = { kind: 'elsewhere', package: file.linkname.slice(file.linkname.lastIndexOf('/') + 1) };
    } else if (isChangelog(file.path, folder) && file.type === 'file') {
      changelog = toChangelog(await file.read());
      break;
    }
  }
  return { date: deb.date, changelog };
}

/** One that cannot be read says as little as one that is not there. */
function toChangelog(compressed: Buffer): Changelog {
  try {
    const bytes = gunzipSync(compressed, { maxOutputLength: MAX_CHANGELOG_BYTES });
    return { kind: 'text', text: bytes.toString('utf8') };
  } catch {
    return { kind: 'none' };
  }
}

/** Policy 12.7: `changelog.Debian.gz`, or `changelog.gz` in packages that are Debian's own. */
function isChangelog(path: string, folder: string): boolean {
  return path === `${folder}/changelog.Debian.gz` || path === `${folder}/changelog.gz`;
}
