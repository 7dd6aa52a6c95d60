import type { Sha256 } from '../../model/index.ts';
import type { Judged } from './evaluate.ts';

/** A line of ECR's own preview. */
export interface EcrPreviewed {
  readonly digest: Sha256;
  readonly action: 'expire' | 'transition';
  readonly rule: number;
}

export type EcrAnswer =
  | { readonly kind: 'answered'; readonly previewed: readonly EcrPreviewed[] }
  /** Why ECR did not say. */
  | { readonly kind: 'unanswered'; readonly reason: string };

export interface EcrDifference {
  readonly digest: Sha256;
  /** `expire by rule 7`, or `stays`. */
  readonly simulated: string;
  readonly ecr: string;
}

export type Compared =
  | { readonly kind: 'compared'; readonly differences: readonly EcrDifference[] }
  | Extract<EcrAnswer, { readonly kind: 'unanswered' }>;

/** Where the simulation and ECR's preview say different things. What follows its subject, ECR need not list. */
export function compareWithEcr(
  simulated: ReadonlyMap<Sha256, Judged>,
  { previewed }: Extract<EcrAnswer, { readonly kind: 'answered' }>,
): Compared {
  const theirs = new Map(previewed.map((each) => [each.digest, each]));
  const digests = [...new Set([...simulated.keys(), ...theirs.keys()])].sort();
  const differences = digests.flatMap((digest): EcrDifference[] => {
    const ours = simulated.get(digest)?.fate;
    if (ours?.kind === 'follows') {
      return [];
    }
    const texts = {
      simulated: ours?.kind === 'acted-on' ? textOf(ours) : STAYS,
      ecr: textOf(theirs.get(digest)),
    };
    return texts.simulated === texts.ecr ? [] : [{ digest, ...texts }];
  });
  return { kind: 'compared', differences };
}

const STAYS = 'stays';

function textOf(acted: Pick<EcrPreviewed, 'action' | 'rule'> | undefined): string {
  return acted === undefined ? STAYS : `${acted.action} by rule ${acted.rule}`;
}
