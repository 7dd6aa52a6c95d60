import { z } from 'zod';
import { ARCHIVE_FORMATS, type ArtifactRequest } from '../model/index.ts';
import {
  absolutePath,
  cpePart,
  jsonPointer,
  name,
  npmPackageName,
  relativePath,
  spdxExpression,
  webAddress,
} from './patterns.ts';

const UpstreamFile = z.strictObject({
  supplier: z.string().min(1).optional().describe('Who makes it'),
  license: spdxExpression.optional().describe('As its publisher declares it; else its LICENSE file is shown'),
  cpe: z
    .strictObject({ vendor: cpePart, product: cpePart })
    .optional()
    .describe('What the National Vulnerability Database calls it'),
});

/** What is asked for, whatever its source. */
const common = {
  name: name.describe('What it is called in SBOM and report'),
  range: z.string().min(1).describe('semver range; the newest version every platform has is taken'),
  into: absolutePath.describe('Folder in the image'),
  keep: z
    .array(relativePath)
    .min(1)
    .describe('Globs below the outermost folder of the archive; nothing else is kept'),
  upstream: UpstreamFile.optional().describe('What the SBOM says of it'),
};

const perPlatform = z.strictObject({ 'linux/amd64': z.string().min(1), 'linux/arm64': z.string().min(1) });

const NpmFile = z.strictObject({
  kind: z.literal('npm'),
  ...common,
  package: npmPackageName.optional().describe('npm package that is the same for all platforms'),
  packages: z
    .strictObject({ 'linux/amd64': npmPackageName, 'linux/arm64': npmPackageName })
    .optional()
    .describe('npm package of each platform'),
  witness: z
    .strictObject({ by: z.literal('nodejs'), file: relativePath })
    .optional()
    .describe("The file that is compared with the one in nodejs.org's signed release"),
});

const GoFile = z.strictObject({ kind: z.literal('go'), ...common });

const NodejsFile = z.strictObject({ kind: z.literal('nodejs'), ...common });

const JsonFile = z.strictObject({ url: webAddress, pointer: jsonPointer });

const VersionsFile = z.union(
  [
    z.strictObject({
      fixed: z
        .array(z.strictObject({ version: z.string().min(1), published: z.iso.datetime() }))
        .min(1)
        .describe('The versions themselves, each with its date'),
    }),
    z.strictObject({
      url: webAddress,
      items: jsonPointer.describe('Items of the list in a JSON document; * stands for every part'),
      version: jsonPointer.describe('In an item: the version, or the text with it'),
      pattern: z.string().optional().describe('What of that text is the version: a group named "version"'),
      published: jsonPointer.optional().describe('In an item: its date'),
    }),
    z.strictObject({
      url: webAddress,
      pattern: z.string().describe('Finds each version in a text: a group named "version"'),
    }),
  ],
  { error: '{"fixed": […]}, {"url": "…", "items": "…", "version": "…"} or {"url": "…", "pattern": "…"}' },
);

const ChecksumFile = z.discriminatedUnion('format', [
  z.strictObject({ format: z.literal('sha256sum'), url: webAddress }),
  z.strictObject({ format: z.literal('json'), ...JsonFile.shape }),
]);

const HttpsFile = z.strictObject({
  kind: z.literal('https'),
  ...common,
  url: webAddress.describe('With {version}, {arch} and the named groups of the pattern of "versions"'),
  architectures: perPlatform
    .default({ 'linux/amd64': 'amd64', 'linux/arm64': 'arm64' })
    .describe('What {arch} is'),
  format: z.enum(ARCHIVE_FORMATS).default('tar').describe('tar, compressed or not; zip; a plain program'),
  strip: z.int().min(0).default(1).describe('Outermost folders that are left away'),
  versions: VersionsFile,
  checksum: ChecksumFile.describe('SHA-256 or SHA-512 of the file'),
  published: JsonFile.optional().describe('Date of a version, if the list has none'),
  signature: z
    .strictObject({
      of: z.enum(['checksums', 'release']),
      url: webAddress.optional().describe('Detached signature; without, the checksum file is clear-signed'),
      keys: z.array(relativePath).min(1).describe('Files with OpenPGP public keys, relative to the catalog'),
    })
    .optional(),
});

export type ArtifactFile = z.output<typeof ArtifactFile>;
export const ArtifactFile = z.discriminatedUnion('kind', [NpmFile, GoFile, NodejsFile, HttpsFile], {
  error: '"npm", "go", "nodejs" or "https"',
});

export function toArtifactRequest({ upstream, ...written }: ArtifactFile): ArtifactRequest {
  return { ...toRequest(written), ...(upstream === undefined ? {} : { upstream: withoutAbsent(upstream) }) };
}

function toRequest(written: Written): ArtifactRequest {
  switch (written.kind) {
    case 'npm':
      return toNpmRequest(written);
    case 'go':
    case 'nodejs':
      return written;
    case 'https':
      return toHttpsRequest(written);
  }
}

type WithoutUpstream<T> = T extends unknown ? Omit<T, 'upstream'> : never;
type Written = WithoutUpstream<ArtifactFile>;
type Kind<K extends ArtifactFile['kind']> = Extract<Written, { kind: K }>;

function toNpmRequest({ package: same = '', packages, witness, ...rest }: Kind<'npm'>): ArtifactRequest {
  return {
    ...rest,
    packages: packages ?? { 'linux/amd64': same, 'linux/arm64': same },
    ...(witness === undefined ? {} : { witness }),
  };
}

function toHttpsRequest({ versions, published, signature, ...rest }: Kind<'https'>): ArtifactRequest {
  return {
    ...rest,
    versions: toVersionList(versions),
    ...(published === undefined ? {} : { published }),
    ...(signature === undefined ? {} : { signature: withoutAbsent(signature) }),
  };
}

type VersionList = Extract<ArtifactRequest, { kind: 'https' }>['versions'];

function toVersionList(written: Kind<'https'>['versions']): VersionList {
  if ('fixed' in written) {
    return { kind: 'fixed', versions: written.fixed };
  }
  return 'items' in written
    ? { kind: 'json', ...withoutAbsent(written) }
    : { kind: 'text', url: written.url, pattern: written.pattern };
}

type Present<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

/** zod keeps a key that is written as absent; our records do not have it then. */
function withoutAbsent<T extends object>(value: T): Present<T> {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Present<T>;
}
