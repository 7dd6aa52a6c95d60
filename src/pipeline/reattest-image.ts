import type { CatalogEntry, GateVerdict, ImageRepositories } from '../model/index.ts';
import {
  attest,
  decideReattest,
  judgementStatements,
  keepPublished,
  readPublished,
  vexToAttest,
  type JudgedImage,
} from '../stages/sign/index.ts';
import type { RunningDeps } from './deps.ts';
import { evidenceOf } from './evidence.ts';
import { publishedManifests } from './published-manifests.ts';
import type { StageClock } from './stage-clock.ts';

/** A published image that was judged anew. */
export interface RejudgedImage extends Omit<JudgedImage, 'platforms'> {
  readonly entry: CatalogEntry;
  readonly places: ImageRepositories;
  readonly verdict: GateVerdict;
  /** OpenVEX document. */
  readonly vex?: object;
}

/** Attests what scanners and gate say of a published image now, if that is news or the old word has grown old. */
export async function reattestImage(
  image: RejudgedImage,
  deps: RunningDeps,
  clock: StageClock,
): Promise<void> {
  const { places, subject, verdict, scan, vex } = image;
  const said = vex === undefined ? {} : { vex };
  const ref = { repository: places.repository, digest: subject };
  const published = await readPublished(ref, deps);
  const { maxScanAgeHours } = deps.catalog.policy;
  const decision = decideReattest(
    published,
    { scan, verdict, ...said },
    { now: deps.runStartedAt, maxScanAgeHours },
  );
  if (decision.kind === 'keep') {
    return;
  }
  const platforms = await publishedManifests(ref, deps.registry);
  const judged = { ...image, platforms: platforms.map(({ digest }) => digest) };
  const excuses = vexToAttest(published, {
    ...said,
    issuedAt: scan.scannedAt,
    bundles: deps.sign.bundles,
  });
  const evidence = { ...evidenceOf({ ...image, clock }, deps), ...excuses };
  const statements = keepPublished(judgementStatements(judged, evidence), published, decision);
  const copies = places.copies.map((repository) => ({ repository, digest: subject }));
  await clock.run(
    'sign',
    () => attest({ published: { ref, copies }, platforms, statements }, deps.sign),
    () => `scan attested: ${decision.reason}`,
  );
}
