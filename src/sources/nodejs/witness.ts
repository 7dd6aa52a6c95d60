import semver from 'semver';
import type { ContentCache } from '../../host/content-cache.ts';
import type { FileStore } from '../../host/file-store.ts';
import {
  FactoryError,
  type FactoryErrorCode,
  type LockedNpmArtifact,
  type Platform,
  type Witness,
} from '../../model/index.ts';
import { isSha256 } from '../../oci/index.ts';
import { cachedBytes } from '../cached-bytes.ts';
import type { Store } from '../source.ts';
import { fileDigest } from './archive-file.ts';
import type { NodejsSource } from './nodejs-source.ts';

/** A repackage, and the file of it that is the upstream's own. */
export interface Testimony {
  readonly artifact: LockedNpmArtifact;
  readonly platform: Platform;
  readonly file: string;
  /** The range it was chosen from. */
  readonly range: string;
  /** Fetches the repackage. */
  readonly fetch: (store: Store) => Promise<string>;
}

export interface Witnessed {
  /** Absent where the witness could not be asked. */
  readonly witness?: Witness;
  readonly notices: readonly string[];
}

/** Compares a repackage with what nodejs.org signed. */
export type NodejsWitness = (testimony: Testimony) => Promise<Witnessed>;

export interface WitnessDeps {
  readonly nodejs: NodejsSource;
  readonly cache: ContentCache;
  /** What was compared once stays so: nothing is downloaded for it again. */
  readonly state: FileStore;
}

/** A witness that cannot be asked, or not be understood, says nothing against anybody. */
const SILENCE: readonly FactoryErrorCode[] = [
  'NETWORK_FAILED',
  'ARTIFACT_NOT_FOUND',
  'SOURCE_SIGNATURE_INVALID',
];

export function createNodejsWitness(deps: WitnessDeps): NodejsWitness {
  return async (testimony) => {
    const { name, version } = testimony.artifact;
    try {
      const notices = await olderThanUpstream(testimony, deps);
      return { witness: await recalledOrCompared(testimony, deps), notices };
    } catch (error) {
      if (!(error instanceof FactoryError && SILENCE.includes(error.code))) {
        throw error;
      }
      const recalled = await recall(testimony, deps.state);
      return recalled === undefined
        ? { notices: [`${name} ${version} is not witnessed by nodejs.org: ${error.message}`] }
        : { witness: recalled, notices: [] };
    }
  };
}

async function olderThanUpstream(
  { artifact: { name, version }, platform, range }: Testimony,
  { nodejs }: WitnessDeps,
): Promise<readonly string[]> {
  const released = await nodejs.open(requestOf(name, range)).versions(platform);
  const newest = semver.maxSatisfying([...released], range);
  const isOlder = newest !== null && semver.gt(newest, version);
  return isOlder ? [`${name} ${version} is older than ${newest}, which nodejs.org has released`] : [];
}

function requestOf(name: string, range: string): Parameters<NodejsSource['open']>[0] {
  return { kind: 'nodejs', name, range, into: '/', keep: ['*'] };
}

async function recalledOrCompared(testimony: Testimony, deps: WitnessDeps): Promise<Witness> {
  const recalled = await recall(testimony, deps.state);
  if (recalled !== undefined) {
    return recalled;
  }
  const sha256 = await compare(testimony, deps);
  await deps.state.write(stateName(testimony), sha256);
  return { by: 'nodejs', file: testimony.file, sha256 };
}

async function recall(testimony: Testimony, state: FileStore): Promise<Witness | undefined> {
  const sha256 = (await state.read(stateName(testimony))) ?? '';
  return isSha256(sha256) ? { by: 'nodejs', file: testimony.file, sha256 } : undefined;
}

function stateName({ artifact, file }: Testimony): string {
  return `witness ${artifact.integrity} ${file}`;
}

async function compare(
  { artifact, platform, file, fetch }: Testimony,
  deps: WitnessDeps,
): Promise<Witness['sha256']> {
  const { nodejs, cache } = deps;
  const official = await nodejs
    .open(requestOf(artifact.name, artifact.version))
    .lock(platform, artifact.version);
  const original = { ...official.artifact, fetch: (store: Store) => nodejs.fetch(official.artifact, store) };
  const expected = await digestIn(original, file, cache);
  const got = await digestIn({ ...artifact, fetch }, file, cache);
  if (expected === undefined || expected !== got) {
    throw new FactoryError(
      'DIGEST_MISMATCH',
      `cannot use npm package "${artifact.package}@${artifact.version}": expected ${file} of nodejs.org's signed release, ${expected ?? 'which has none'}, got ${got ?? 'none'}`,
      {
        hint: 'the repackage is not what it says it is: stay with the release before it, and tell its publisher',
      },
    );
  }
  return expected;
}

interface Release extends Pick<LockedNpmArtifact, 'name' | 'version' | 'integrity'> {
  readonly fetch: (store: Store) => Promise<string>;
}

async function digestIn(
  { name, version, ...release }: Release,
  file: string,
  cache: ContentCache,
): Promise<Witness['sha256'] | undefined> {
  return fileDigest(await cachedBytes({ ...release, what: `${name} ${version}` }, cache), file);
}
