import { isDeepStrictEqual } from 'node:util';
import { hexOf, PREDICATE_TYPE } from '../../oci/index.ts';
import { predicatesOf, type ImageFacts, type PlatformFacts, type SubjectFacts } from '../facts.ts';
import { attemptSync, faultsOf } from '../read.ts';
import { skippedCheck, toCheck, type Fault, type VerifyCheck } from '../result.ts';
import { isDebian, parseCycloneDx, spdxPurls, type CycloneDxDocument } from '../sbom-packages.ts';
import { listText, someText } from '../words.ts';

/**
 * The SBOMs of each platform list what its layers hold, no more and no less, with the same versions; both formats say
 * the same, and the index has the very same documents.
 */
export function checkSbom(facts: ImageFacts): VerifyCheck {
  const { platforms, top } = facts;
  if (platforms.some(({ subject }) => documentsAt(subject).length === 0)) {
    return skippedCheck('sbom', 'a platform has no trusted CycloneDX document');
  }
  const faults = platforms.flatMap((platform) => [
    ...platformFaults(platform),
    ...(platform.subject.ref.digest === top.ref.digest ? [] : indexFaults(platform.subject, top)),
  ]);
  const counts = platforms.map(({ subject: { name }, installed }) =>
    installed.kind === 'read' ? `${name}: ${installed.value.length} packages` : name,
  );
  return toCheck('sbom', `${listText(counts)}, the same in layers and SBOM`, faults);
}

function documentsAt(subject: SubjectFacts): readonly unknown[] {
  return predicatesOf(subject, PREDICATE_TYPE.cyclonedx);
}

function platformFaults({ subject, installed }: PlatformFacts): readonly Fault[] {
  if (installed.kind === 'unread') {
    return faultsOf(installed);
  }
  const inLayers = installed.value.map(({ name, version }) => `${name} ${version}`);
  return documentsAt(subject).flatMap((predicate) => {
    const document = attemptSync(() => parseCycloneDx(predicate));
    if (document.kind === 'unread') {
      return faultsOf(document);
    }
    const inSbom = document.value.packages.filter(isDebian).map(({ name, version }) => `${name} ${version}`);
    return [
      ...subjectFaults(subject, document.value),
      ...differenceFaults(subject.name, { inLayers, inSbom }),
      ...spdxFaults(subject, document.value),
    ];
  });
}

function subjectFaults({ name, ref }: SubjectFacts, { subject }: CycloneDxDocument): readonly Fault[] {
  return subject === hexOf(ref.digest)
    ? []
    : [mismatch(`${name}: the SBOM says it is about ${subject ?? 'nothing'}, expected ${hexOf(ref.digest)}`)];
}

interface Difference {
  readonly inLayers: readonly string[];
  readonly inSbom: readonly string[];
}

function differenceFaults(name: string, { inLayers, inSbom }: Difference): readonly Fault[] {
  const unlisted = without(inLayers, inSbom);
  const ghosts = without(inSbom, inLayers);
  return [
    ...(unlisted.length === 0
      ? []
      : [mismatch(`${name}: ${someText(unlisted)} in the layers, but not in the SBOM`)]),
    ...(ghosts.length === 0
      ? []
      : [mismatch(`${name}: ${someText(ghosts)} in the SBOM, but not in the layers`)]),
  ];
}

/** Scanners read the one or the other. */
function spdxFaults(subject: SubjectFacts, { packages }: CycloneDxDocument): readonly Fault[] {
  const purls = packages.map(({ purl }) => purl);
  return predicatesOf(subject, PREDICATE_TYPE.spdx).flatMap((predicate) => {
    const spdx = attemptSync(() => spdxPurls(predicate));
    if (spdx.kind === 'unread') {
      return faultsOf(spdx);
    }
    const different = [...without(purls, spdx.value), ...without(spdx.value, purls)];
    return different.length === 0
      ? []
      : [mismatch(`${subject.name}: CycloneDX and SPDX disagree on ${someText(different)}`)];
  });
}

function indexFaults(subject: SubjectFacts, top: SubjectFacts): readonly Fault[] {
  return [PREDICATE_TYPE.cyclonedx, PREDICATE_TYPE.spdx].flatMap((type) => {
    const atIndex = predicatesOf(top, type);
    // that it has none is another check's to say
    return atIndex.length === 0 ||
      predicatesOf(subject, type).every((own) => atIndex.some((each) => isDeepStrictEqual(own, each)))
      ? []
      : [mismatch(`${subject.name}: the index has another SBOM ("${type}") of it than its own manifest`)];
  });
}

function mismatch(message: string): Fault {
  return {
    code: 'SBOM_MISMATCH',
    message,
    hint: 'do not rely on scans of this SBOM; `ingot show` lists what the layers hold',
  };
}

function without(items: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return items.filter((item) => !known.has(item)).sort();
}
