import { packagesOn, type LockedPlatform } from '../../model/index.ts';
import { PREDICATE_TYPE } from '../../oci/index.ts';
import { packageInputs } from '../../stages/render/build-id.ts';
import { parseLockPredicate } from '../../stages/sign/published-predicates.ts';
import { predicatesOf, type ImageFacts, type PlatformFacts } from '../facts.ts';
import { attemptSync, faultsOf } from '../read.ts';
import { skippedCheck, toCheck, type Fault, type VerifyCheck } from '../result.ts';
import { parseCycloneDx, isDebian, type SbomPackage } from '../sbom-packages.ts';
import { someText } from '../words.ts';

type PublishedLock = ReturnType<typeof parseLockPredicate>;

/**
 * The lock, the SBOMs and the build id say the same: every package with its version and digest, and the tag of the
 * build id is this image's.
 */
export function checkLock(facts: ImageFacts): VerifyCheck {
  const [predicate] = predicatesOf(facts.top, PREDICATE_TYPE.lock);
  if (predicate === undefined) {
    return skippedCheck('lock', 'there is no trusted lock');
  }
  const read = attemptSync(() => parseLockPredicate(predicate));
  if (read.kind === 'unread') {
    return toCheck('lock', 'it cannot be read', faultsOf(read));
  }
  const faults = [
    ...facts.platforms.flatMap((platform) => platformFaults(platform, read.value)),
    ...inputFaults(read.value),
    ...buildFaults(facts),
  ];
  return toCheck('lock', `as in the SBOM; build id ${buildIdOf(facts)} leads here`, faults);
}

function buildIdOf({ build }: ImageFacts): string {
  return build.kind === 'read' ? (build.value?.buildId ?? '') : '';
}

function platformFaults({ subject }: PlatformFacts, { lock }: PublishedLock): readonly Fault[] {
  const locked = lock.platforms.find(({ platform }) => platform === subject.name);
  if (locked === undefined) {
    return [mismatch(`${subject.name}: the lock does not have this platform`)];
  }
  return predicatesOf(subject, PREDICATE_TYPE.cyclonedx).flatMap((predicate) => {
    const document = attemptSync(() => parseCycloneDx(predicate));
    return document.kind === 'unread' ? [] : differences(locked, document.value.packages);
  });
}

function differences(locked: LockedPlatform, components: readonly SbomPackage[]): readonly Fault[] {
  const inLock = new Set([
    ...packagesOn(locked).map(({ name, version, sha256 }) => `${name} ${version} ${sha256}`),
  ]);
  const inSbom = new Set(
    components
      .filter(isDebian)
      .map(({ name, version, hashes }) => `${name} ${version} sha256:${hashes['SHA-256'] ?? ''}`),
  );
  const artifacts = locked.layers.flatMap((layer) => layer.artifacts);
  const hexes = new Set(components.flatMap(({ hashes }) => Object.values(hashes)));
  const different = [
    ...inLock.symmetricDifference(inSbom),
    ...artifacts
      .filter(({ integrity }) => !hexes.has(hexOfIntegrity(integrity)))
      .map(({ name, version, integrity }) => `${name} ${version} ${integrity}`),
  ].sort();
  return different.length === 0
    ? []
    : [mismatch(`${locked.platform}: lock and SBOM disagree on ${someText(different)}`)];
}

/** W3C Subresource Integrity: `sha512-` and base64. */
function hexOfIntegrity(integrity: string): string {
  return Buffer.from(integrity.slice(integrity.indexOf('-') + 1), 'base64').toString('hex');
}

/** The build id covers the inputs, so the inputs must cover the lock. */
function inputFaults({ lock, inputs }: PublishedLock): readonly Fault[] {
  const fromLock = lock.platforms.flatMap(packageInputs).map(([name, digest]) => `${name} ${digest}`);
  const covered = Object.entries(inputs.packages).map(([name, digest]) => `${name} ${digest}`);
  const different = [...new Set(fromLock).symmetricDifference(new Set(covered))].sort();
  return different.length === 0 ? [] : [mismatch(`lock and build inputs disagree on ${someText(different)}`)];
}

function buildFaults({ build, ref }: ImageFacts): readonly Fault[] {
  if (build.kind === 'unread') {
    return faultsOf(build);
  }
  const { buildId = '', digest } = build.value ?? {};
  return digest === ref.digest
    ? []
    : [mismatch(`tag "build-${buildId}" is of these inputs, and points at ${digest ?? 'nothing'}`)];
}

function mismatch(message: string): Fault {
  return {
    code: 'LOCK_MISMATCH',
    message,
    hint: 'what this image was made from is not known; `ingot reproduce` builds it again from what is said',
  };
}
