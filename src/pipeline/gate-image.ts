import type { GatedImage, ImageOutcome } from '../model/index.ts';
import {
  decisionsOnDrift,
  decisionsOnFindings,
  driftNotices,
  factsOf,
  type FilesLookedFor,
  type GateRequest,
} from '../stages/gate/index.ts';
import { compareWithRelease } from './compare-release.ts';
import type { DecisionLog } from './decision-log.ts';
import { rememberVerdict } from './follow-verdict.ts';
import { gateConditions } from './gate-conditions.ts';
import { judgeBuild, type JudgeWork } from './judge-build.ts';
import type { PlannedImage } from './plan-image.ts';

/** A new build that may be released, or what became of it. */
export type GatedBuild =
  | {
      readonly kind: 'pass';
      readonly image: GatedImage;
      readonly filesLookedFor: readonly FilesLookedFor[];
    }
  | { readonly kind: 'block'; readonly outcome: ImageOutcome };

interface GateWork extends JudgeWork {
  readonly decisions: DecisionLog;
  /** Tells a person, at once and in the report. */
  readonly warn: (warnings: readonly string[]) => void;
}

/** Judges a new build, beside the release it would follow. What is published stays, whatever the verdict. */
export async function gateImage(
  made: Omit<GateRequest, 'compared' | 'filesLookedFor'>,
  planned: Pick<PlannedImage, 'released' | 'tests'>,
  work: GateWork,
): Promise<GatedBuild> {
  const { deps, decisions, warn } = work;
  const { rendered } = made.tested.built;
  const { entry } = rendered.locked;
  const conditions = gateConditions(deps);
  const { compared, notices } = await compareWithRelease(rendered, planned, deps);
  const { request, result: verdict } = await judgeBuild({ ...made, ...(compared && { compared }) }, work);
  const facts = factsOf(request, conditions);
  warn([...notices, ...driftNotices(facts, conditions)]);
  const { buildId } = rendered;
  const { released } = planned;
  decisions.add(decisionsOnFindings(facts, conditions));
  if (compared !== undefined || released === undefined) {
    decisions.add(decisionsOnDrift(facts, conditions));
  }
  const told = await rememberVerdict(verdict, { entry, released, judged: 'next build', buildId }, deps);
  if (verdict.kind === 'pass') {
    return { ...verdict, filesLookedFor: request.filesLookedFor ?? [] };
  }
  const { reasons } = verdict;
  const { scan, tested } = request;
  const outcome = { id: entry.id, reasons, ...told, buildId, scan, report: tested.report } as const;
  return { kind: 'block', outcome: { kind: 'blocked', ...outcome } };
}
