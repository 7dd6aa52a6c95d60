import { createHash } from 'node:crypto';
import type { SbomFile } from './image-files.ts';
import type { SbomSubject } from './subject.ts';

/** The image's files as SPDX has them. */
export interface SpdxFiles {
  readonly list: readonly object[];
  /** What a package says of its files. */
  readonly of: (files: readonly SbomFile[]) => object;
}

/** Numbered by path: an id in a long list should be short. */
export function spdxFiles({ components, ownFiles }: SbomSubject): SpdxFiles {
  const files = [...ownFiles, ...components.flatMap((component) => component.files)].sort((a, b) =>
    a.path < b.path ? -1 : 1,
  );
  const ids = new Map(files.map((file, index) => [file.path, `SPDXRef-File-${String(index)}`]));
  return {
    list: files.map((file) => toFile(file, ids.get(file.path) ?? '')),
    of: (own) =>
      // clause 7.8: a package without files has not been analyzed
      own.length === 0
        ? { filesAnalyzed: false }
        : {
            filesAnalyzed: true,
            packageVerificationCode: { packageVerificationCodeValue: verificationCode(own) },
            hasFiles: own.map(({ path }) => ids.get(path) ?? ''),
          },
  };
}

/** Clause 8.1: names are relative to the package, here to the root of the image. */
function toFile({ path, sha1, sha256 }: SbomFile, id: string): object {
  return {
    SPDXID: id,
    fileName: `.${path}`,
    checksums: [
      { algorithm: 'SHA1', checksumValue: sha1 },
      { algorithm: 'SHA256', checksumValue: sha256 },
    ],
  };
}

/** Clause 7.9.4: over the sorted SHA-1 digests of all files. */
function verificationCode(files: readonly SbomFile[]): string {
  const digests = files.map(({ sha1 }) => sha1).sort();
  return createHash('sha1').update(digests.join('')).digest('hex');
}
