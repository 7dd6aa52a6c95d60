import type { GatedImage, PublishedImage } from '../model/index.ts';
import type { Statement } from '../oci/index.ts';
import {
  decideReattest,
  imageStatements,
  keepPublished,
  readPublished,
  vexToAttest,
} from '../stages/sign/index.ts';
import type { RunningDeps } from './deps.ts';
import { buildEvidence, evidenceOf, type BuildTimes } from './evidence.ts';
import type { StageClock } from './stage-clock.ts';

export interface ToAttest extends Pick<PublishedImage, 'ref'> {
  readonly clock: StageClock;
  readonly times: BuildTimes;
  /** Of the image as well, whatever was published before. */
  readonly more: readonly Statement[];
  /** OpenVEX document. */
  readonly vex?: object;
}

/** The same bytes made again are no other image: what is attested about them stays where it still holds. */
export async function statementsOf(
  image: GatedImage,
  { ref, times, more, clock, vex }: ToAttest,
  deps: RunningDeps,
): Promise<readonly Statement[]> {
  const { entry } = image.tested.built.rendered.locked;
  const verdict = { kind: 'pass' } as const;
  const said = vex === undefined ? {} : { vex };
  const published = await readPublished(ref, deps);
  const excuses = vexToAttest(published, {
    ...said,
    issuedAt: image.scan.scannedAt,
    bundles: deps.sign.bundles,
  });
  const known = { ...evidenceOf({ entry, verdict, clock }, deps), ...excuses };
  const evidence = { ...known, build: buildEvidence(times, deps) };
  const age = { now: deps.runStartedAt, maxScanAgeHours: deps.catalog.policy.maxScanAgeHours };
  const decision = decideReattest(published, { scan: image.scan, verdict, ...said }, age);
  const statements = [...imageStatements(image, evidence), ...more];
  return keepPublished(statements, published, decision);
}
