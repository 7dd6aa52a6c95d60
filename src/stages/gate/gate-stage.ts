import type {
  GatedImage,
  GateReason,
  ImageSbom,
  Lock,
  PackageLicence,
  ScanReport,
  TestedImage,
} from '../../model/index.ts';
import { decideGate } from './decide-gate.ts';
import { expiredHolds } from './decisions.ts';
import type { Compared, GateFacts } from './facts.ts';
import type { GateConditions } from './rules.ts';
import type { FilesLookedFor } from './waivers.ts';

export type GateResult =
  | { readonly kind: 'pass'; readonly image: GatedImage }
  | { readonly kind: 'block'; readonly reasons: readonly [GateReason, ...GateReason[]] };

export interface GateRequest {
  readonly tested: TestedImage;
  readonly sbom: ImageSbom;
  readonly scan: ScanReport;
  /** The release it would follow. */
  readonly compared?: Compared;
  readonly filesLookedFor?: readonly FilesLookedFor[];
}

/** The only maker of a `GatedImage`. */
export function gate(request: GateRequest, conditions: GateConditions): GateResult {
  const { tested, sbom, scan } = request;
  const verdict = decideGate(factsOf(request, conditions), conditions);
  if (verdict.kind === 'block') {
    return verdict;
  }
  // The one place where the mark is given: nothing but a passed gate leads here.
  const image = { tested, sbom, scan } as unknown as GatedImage;
  return { kind: 'pass', image };
}

/** What the gate looks at of a new build. */
export function factsOf(
  { tested, sbom, scan, compared, filesLookedFor }: GateRequest,
  conditions: GateConditions,
): GateFacts {
  const { index, rendered } = tested.built;
  const { entry, lock } = rendered.locked;
  return {
    entry,
    report: tested.report,
    scan,
    ...lockedAt(lock),
    licences: distinctLicences(sbom.platforms.flatMap(({ licences }) => licences)),
    release: { digest: index.digest },
    expiredHolds: expiredHolds(lock, entry.id, conditions),
    ...(filesLookedFor === undefined ? {} : { filesLookedFor }),
    ...(compared === undefined ? {} : { compared }),
  };
}

/** The newest date of what an image was locked against; a suite that rarely changes has an old one. */
export function lockedAt({ suites }: Pick<Lock, 'suites'>): Pick<GateFacts, 'lockedAt'> {
  const newest = suites.map(({ date }) => date).toSorted((a, b) => Date.parse(b) - Date.parse(a))[0];
  return newest === undefined ? {} : { lockedAt: newest };
}

/** Of all platforms, each once. */
export function distinctLicences(all: readonly PackageLicence[]): readonly PackageLicence[] {
  return [...new Map(all.map((each) => [`${each.package} ${each.expression}`, each])).values()];
}
