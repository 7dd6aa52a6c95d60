import type { GatedImage, GateReason, ImageSbom, ScanReport, TestedImage } from '../../model/index.ts';
import { decideGate } from './decide-gate.ts';
import type { GateConditions } from './rules.ts';

export type GateResult =
  | { readonly kind: 'pass'; readonly image: GatedImage }
  | { readonly kind: 'block'; readonly reasons: readonly [GateReason, ...GateReason[]] };

export interface GateRequest {
  readonly tested: TestedImage;
  readonly sbom: ImageSbom;
  readonly scan: ScanReport;
}

/** The only maker of a `GatedImage`. */
export function gate(request: GateRequest, conditions: GateConditions): GateResult {
  const { tested, scan } = request;
  const facts = { entry: tested.built.rendered.locked.entry, report: tested.report, scan };
  const verdict = decideGate(facts, conditions);
  if (verdict.kind === 'block') {
    return verdict;
  }
  // The one place where the mark is given: nothing but a passed gate leads here.
  const image = { ...request } as unknown as GatedImage;
  return { kind: 'pass', image };
}
