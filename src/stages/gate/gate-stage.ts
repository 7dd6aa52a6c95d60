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
import type { Compared, GateFacts } from './facts.ts';
import type { GateConditions } from './rules.ts';

export type GateResult =
  | { readonly kind: 'pass'; readonly image: GatedImage }
  | { readonly kind: 'block'; readonly reasons: readonly [GateReason, ...GateReason[]] };

export interface GateRequest {
  readonly tested: TestedImage;
  readonly sbom: ImageSbom;
  readonly scan: ScanReport;
  /** The release it would follow. */
  readonly compared?: Compared;
}

/** The only maker of a `GatedImage`. */
export function gate(request: GateRequest, conditions: GateConditions): GateResult {
  const { tested, sbom, scan } = request;
  const verdict = decideGate(factsOf(request), conditions);
  if (verdict.kind === 'block') {
    return verdict;
  }
  // The one place where the mark is given: nothing but a passed gate leads here.
  const image = { tested, sbom, scan } as unknown as GatedImage;
  return { kind: 'pass', image };
}

/** What the gate looks at of a new build. */
export function factsOf({ tested, sbom, scan, compared }: GateRequest): GateFacts {
  const { entry, lock } = tested.built.rendered.locked;
  return {
    entry,
    report: tested.report,
    scan,
    ...lockedAt(lock),
    licences: distinctLicences(sbom.platforms.flatMap(({ licences }) => licences)),
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
