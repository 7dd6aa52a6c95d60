import type { BuildRecipe, GatedImage, PublishedImage } from '../model/index.ts';
import type { Statement } from '../oci/index.ts';
import {
  decideReattest,
  imageStatements,
  keepPublished,
  readPublished,
  recipeStatement,
} from '../stages/sign/index.ts';
import type { RunningDeps } from './deps.ts';
import { buildEvidence, evidenceOf, type BuildTimes } from './evidence.ts';
import type { StageClock } from './stage-clock.ts';

export interface ToAttest extends Pick<PublishedImage, 'ref'> {
  readonly clock: StageClock;
  readonly times: BuildTimes;
  readonly recipe: BuildRecipe;
}

/** The same bytes made again are no other image: what is attested about them stays where it still holds. */
export async function statementsOf(
  image: GatedImage,
  { ref, times, recipe, clock }: ToAttest,
  deps: RunningDeps,
): Promise<readonly Statement[]> {
  const { entry } = image.tested.built.rendered.locked;
  const verdict = { kind: 'pass' } as const;
  const evidence = { ...evidenceOf({ entry, verdict, clock }, deps), build: buildEvidence(times, deps) };
  const published = await readPublished(ref, deps);
  const age = { now: deps.runStartedAt, maxScanAgeHours: deps.catalog.policy.maxScanAgeHours };
  const decision = decideReattest(published, { scan: image.scan, verdict }, age);
  const statements = [...imageStatements(image, evidence), recipeStatement(ref.digest, recipe)];
  return keepPublished(statements, published, decision);
}
