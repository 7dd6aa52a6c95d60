import { createHash } from 'node:crypto';
import type { BuildInputs, Descriptor, Lock, Platform } from '../../../model/index.ts';
import type { Json } from './canonical-json.ts';
import type { PipelineStep } from './layout.ts';
import type { Artifacts, Hashes } from './metadata.ts';

/** Texts by name, as they are kept in the folder of the run. */
export type KeptFiles = Readonly<Record<string, string>>;

/** What the stages of one image read and made. */
export interface PipelineEvidence {
  readonly lock: Pick<Lock, 'suites'>;
  readonly inputs: Pick<BuildInputs, 'packages' | 'files' | 'toolbox' | 'builder'>;
  /** Lock and Dockerfile. */
  readonly planned: KeptFiles;
  readonly index: Pick<Descriptor, 'digest'>;
  readonly platforms: readonly {
    readonly platform: Platform;
    readonly manifest: Pick<Descriptor, 'digest'>;
  }[];
  readonly tests: KeptFiles;
  /** Scan and SBOMs. */
  readonly findings: KeptFiles;
  /** Of the index, in the golden repository. */
  readonly signature: Uint8Array;
  readonly statements: readonly { readonly predicateType: string; readonly payload: Uint8Array }[];
}

export interface Link {
  readonly materials: Artifacts;
  readonly products: Artifacts;
}

/** What each step read and made, by digest. A name that two steps have means the same thing in both. */
export function pipelineLinks(evidence: PipelineEvidence): Readonly<Record<PipelineStep, Link>> {
  const planned = hashesOf(evidence.planned);
  const packages = prefixed('packages', evidence.inputs.packages);
  const image = imageArtifacts(evidence);
  const tests = hashesOf(evidence.tests);
  const findings = hashesOf(evidence.findings);
  return {
    resolve: { materials: resolveMaterials(evidence), products: { ...planned, ...packages } },
    build: { materials: { ...planned, ...packages }, products: image },
    test: { materials: image, products: tests },
    scan: { materials: { ...image, ...only(planned, 'lock.json') }, products: findings },
    sign: {
      materials: { ...image, ...tests, ...findings },
      products: { signature: sha256(evidence.signature), ...attestations(evidence) },
    },
  };
}

/** in-toto specification 1.0, section 4.4. */
export function linkMetadata(step: PipelineStep, { materials, products }: Link): Json {
  return { _type: 'link', name: step, command: [], materials, products, byproducts: {}, environment: {} };
}

/** The signed indexes are what everything else was reached from. */
function resolveMaterials({ lock, inputs }: PipelineEvidence): Artifacts {
  const indexes = lock.suites.map(
    ({ archive, suite, inRelease }) => [`indexes/${archive}/${suite}/InRelease`, hashes(inRelease)] as const,
  );
  const { toolbox, builder } = inputs;
  return {
    ...Object.fromEntries(indexes),
    ...prefixed('stacks', inputs.files),
    ...prefixed('tools', { toolbox, builder }),
  };
}

function imageArtifacts({ index, platforms }: PipelineEvidence): Artifacts {
  const manifests = platforms.map(({ platform, manifest }) => [platform, manifest.digest] as const);
  return prefixed('image', { 'index.json': index.digest, ...Object.fromEntries(manifests) });
}

/** An image has several attestations of some types: one for each scanner. */
function attestations({ statements }: PipelineEvidence): Artifacts {
  const counted = new Map<string, number>();
  return Object.fromEntries(
    statements.map(({ predicateType, payload }) => {
      const count = (counted.get(predicateType) ?? 0) + 1;
      counted.set(predicateType, count);
      return [`attestations/${predicateType}/${count}`, sha256(payload)];
    }),
  );
}

/** `linux/amd64 layer name version` becomes a path. */
function prefixed(folder: string, digests: Readonly<Record<string, string>>): Artifacts {
  return Object.fromEntries(
    Object.entries(digests).map(([name, digest]) => [
      `${folder}/${name.replaceAll(' ', '/')}`,
      hashes(digest),
    ]),
  );
}

/** `sha256:<hex>` of Debian and OCI, or npm's subresource integrity, `sha512-<base64>`. */
function hashes(digest: string): Hashes {
  const [, algorithm = '', base64 = ''] = /^(sha\d+)-(.+)$/.exec(digest) ?? [];
  return algorithm === ''
    ? { sha256: digest.replace(/^sha256:/, '') }
    : { [algorithm]: Buffer.from(base64, 'base64').toString('hex') };
}

function hashesOf(files: KeptFiles): Artifacts {
  return Object.fromEntries(Object.entries(files).map(([name, text]) => [name, sha256(Buffer.from(text))]));
}

function only(artifacts: Artifacts, name: string): Artifacts {
  return Object.fromEntries(Object.entries(artifacts).filter(([each]) => each === name));
}

function sha256(bytes: Uint8Array): Hashes {
  return { sha256: createHash('sha256').update(bytes).digest('hex') };
}
