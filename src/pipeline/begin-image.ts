import type { CatalogEntry, FailedAttempts, ImageOutcome, ImageRun } from '../model/index.ts';
import { decisionsOnEntry, decisionsOnPackages, endOfLifeWarnings } from '../stages/gate/index.ts';
import { recipeDigest, runsLeft } from './attempts.ts';
import { createDecisionLog, type DecisionLog } from './decision-log.ts';
import type { RunningDeps } from './deps.ts';
import { gateConditions } from './gate-conditions.ts';
import { outcomeOfError } from './image-failure.ts';
import { frozenImage, keepRelease } from './keep-release.ts';
import { keepInputs } from './keep-records.ts';
import { dueOrMissing } from './missing-parts.ts';
import { planImage, type PlannedImage } from './plan-image.ts';
import { createStageClock, type StageClock } from './stage-clock.ts';
import { due } from './why-due.ts';
import { withdrawalsMet } from './withdrawn.ts';

/** An image of a run whose inputs are known: what it needs is decided before anything is built. */
export interface BegunImage {
  readonly entry: CatalogEntry;
  readonly clock: StageClock;
  readonly decisions: DecisionLog;
  /** What the report tells of the image, however it ends. */
  readonly notices: string[];
  readonly planned: PlannedImage;
  /** How often it failed before. */
  readonly attempts: FailedAttempts | undefined;
}

/** Either it goes on, or it has ended already. */
export type Begun =
  | ({ readonly kind: 'begun' } & BegunImage)
  | { readonly kind: 'ended'; readonly entry: CatalogEntry; readonly run: ImageRun };

/** What was asked of a run beside its images. */
export interface Asked {
  /** Somebody named the images: none of them is put off. */
  readonly isNamed: boolean;
  /** Makes images again of which nothing is due. */
  readonly isForced: boolean;
}

/** Resolves and renders one image. Whatever happens to it is its outcome: it never stops the others. */
export async function beginImage(entry: CatalogEntry, asked: Asked, deps: RunningDeps): Promise<Begun> {
  const clock = createStageClock(entry.id, deps);
  const decisions = createDecisionLog();
  const notices: string[] = [];
  let seen: Pick<ImageRun, 'lock' | 'notices'> = {};
  function ended(outcome: ImageOutcome): Begun {
    deps.emit({ kind: 'image-ended', image: entry.id, outcome });
    const run = { entry, outcome, stages: clock.timings(), ...seen, decisions: decisions.soFar() };
    return { kind: 'ended', entry, run };
  }
  try {
    decisions.add(decisionsOnEntry(entry, gateConditions(deps)));
    const frozen = await frozenImage(entry, deps, { clock, decisions });
    if (frozen !== undefined) {
      seen = { notices: frozen.notices };
      return ended(frozen.outcome);
    }
    const planned = withForce(await planImage(entry, deps, clock), asked);
    const { lock, notices: ofInputs = [] } = planned.rendered.locked;
    seen = { lock, notices };
    notices.push(...ofInputs, ...withdrawnNotices(planned.withdrawn));
    decisions.add(decisionsOnPackages(entry, lock, gateConditions(deps)));
    decisions.add(withdrawalsMet(planned.withdrawn, deps));
    warn(endOfLifeWarnings(entry, gateConditions(deps)), { entry, notices }, deps);
    await keepInputs(planned.rendered, deps);
    const attempts = await deps.attempts.of(entry.id);
    const known = attempts === undefined ? planned : await withMissing(planned, deps);
    const begun = { entry, clock, decisions, notices, planned: known, attempts };
    const isWanted = asked.isNamed || asked.isForced;
    const postponed = isWanted ? undefined : await postpone(begun, deps);
    return postponed === undefined ? { kind: 'begun', ...begun } : ended(postponed);
  } catch (error) {
    return ended(await outcomeOfError(error, { entry, at: clock.current() }, deps));
  }
}

/** Told at once, and in the report however the image ends. */
export function warn(
  warnings: readonly string[],
  { entry, notices }: Pick<BegunImage, 'entry' | 'notices'>,
  { emit }: Pick<RunningDeps, 'emit'>,
): void {
  for (const message of warnings) {
    emit({ kind: 'notice', level: 'warn', message: `${entry.id}: ${message}` });
  }
  notices.push(...warnings);
}

function withdrawnNotices(withdrawn: PlannedImage['withdrawn']): readonly string[] {
  return withdrawn === undefined
    ? []
    : [`${withdrawn.tag} was withdrawn, and is not made again before its inputs change: ${withdrawn.reason}`];
}

/** Of an image that failed before: of the others this shows when they are looked at, without asking the registry twice. */
async function withMissing(planned: PlannedImage, deps: RunningDeps): Promise<PlannedImage> {
  const due = await dueOrMissing(planned, deps);
  return due === undefined ? planned : { ...planned, due };
}

function withForce(planned: PlannedImage, { isForced }: Asked): PlannedImage {
  return isForced && planned.withdrawn === undefined
    ? { ...planned, isPublished: false, due: planned.due ?? due([{ kind: 'forced' }]) }
    : planned;
}

/** How an image ends that failed too often to be tried now; undefined: it is tried. What is published is looked after. */
async function postpone(
  {
    planned: { due, rendered, released },
    attempts,
    clock,
    decisions,
  }: Pick<BegunImage, 'planned' | 'attempts' | 'clock' | 'decisions'>,
  deps: RunningDeps,
): Promise<ImageOutcome | undefined> {
  const runs =
    due === undefined || attempts === undefined ? 0 : runsLeft(attempts, recipeDigest(rendered.inputs));
  if (attempts === undefined || runs === 0) {
    return undefined;
  }
  const { entry } = rendered.locked;
  await deps.attempts.keep(entry.id, { ...attempts, waited: attempts.waited + 1 });
  const { failures, code, message } = attempts;
  const postponed = { id: entry.id, failures, code, message, runs: runs - 1 };
  if (released === undefined) {
    return { kind: 'postponed', id: entry.id, postponed };
  }
  const kept = await keepRelease({ entry, released }, deps, { clock, decisions });
  return kept.kind === 'blocked' ? kept : { ...kept, kind: 'postponed', postponed };
}
