import type { ArchiveFormat, ArtifactRequest } from '../../model/index.ts';

/** What `templates/partials/unpack-artifact.hbs` may use. */
export interface ArtifactView {
  readonly name: string;
  readonly into: string;
  /** A zip is repacked as tar, so that both are unpacked by the same rules. */
  readonly isZip: boolean;
  /** The download is the program, and this is its name. */
  readonly program: string | null;
  readonly strip: number;
  /** Patterns of what is kept, with a star for each folder that is left away. */
  readonly patterns: readonly string[];
  /** Module zips have neither modes nor files called go.mod: what the go command does after unpacking one. */
  readonly isToolchain: boolean;
}

interface Packing {
  readonly format: ArchiveFormat;
  readonly strip: number;
}

export function toArtifactView(request: ArtifactRequest): ArtifactView {
  const { name, into, keep } = request;
  const { format, strip } = packingOf(request);
  return {
    name,
    into,
    isZip: format === 'zip',
    program: format === 'file' ? (keep[0] ?? name) : null,
    strip,
    patterns: keep.map((pattern) => `${'*/'.repeat(strip)}${pattern}`),
    isToolchain: request.kind === 'go',
  };
}

function packingOf(request: ArtifactRequest): Packing {
  switch (request.kind) {
    case 'npm':
      return { format: 'tar', strip: 1 };
    case 'nodejs':
      return { format: 'tar', strip: 1 };
    case 'go':
      // golang.org/toolchain@v0.0.1-go1.27.4.linux-amd64/
      return { format: 'zip', strip: 2 };
    case 'https':
      return { format: request.format, strip: request.strip };
  }
}
