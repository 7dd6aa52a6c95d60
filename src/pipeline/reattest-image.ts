import type { CatalogEntry, GateVerdict, ImageRepositories } from '../model/index.ts';
import {
  attest,
  decideReattest,
  judgementStatements,
  keepPublished,
  readPublished,
  type JudgedImage,
} from '../stages/sign/index.ts';
import type { RunningDeps } from './deps.ts';
import { evidenceOf } from './evidence.ts';
import type { StageClock } from './stage-clock.ts';

/** A published image that was judged anew. */
export interface RejudgedImage extends JudgedImage {
  readonly entry: CatalogEntry;
  readonly places: ImageRepositories;
  readonly verdict: GateVerdict;
}

/** Attests what scanners and gate say of a published image now, if that is news or the old word has grown old. */
export async function reattestImage(
  image: RejudgedImage,
  deps: RunningDeps,
  clock: StageClock,
): Promise<void> {
  const { places, subject, verdict, scan } = image;
  const ref = { repository: places.repository, digest: subject };
  const published = await readPublished(ref, deps);
  const { maxScanAgeHours } = deps.catalog.policy;
  const decision = decideReattest(published, { scan, verdict }, { now: deps.runStartedAt, maxScanAgeHours });
  if (decision.kind === 'keep') {
    return;
  }
  const statements = keepPublished(
    judgementStatements(image, evidenceOf({ ...image, clock }, deps)),
    published,
    decision,
  );
  const copies = places.copies.map((repository) => ({ repository, digest: subject }));
  await clock.run(
    'sign',
    () => attest({ published: { ref, copies }, statements }, deps.sign),
    () => `scan attested: ${decision.reason}`,
  );
}
