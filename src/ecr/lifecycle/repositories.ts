import { ecrHost, repositoriesOf, type Catalog, type EcrTarget } from '../../model/index.ts';
import type { RepositoryRetention } from './retention-rules.ts';

/** The repositories of a target by name, golden and of teams, with what stays in each; sorted. */
export function retentionsOf(
  { entries, teams }: Pick<Catalog, 'entries' | 'teams'>,
  target: EcrTarget,
): ReadonlyMap<string, RepositoryRetention> {
  const { ecr } = target;
  const registryAddress = ecrHost(ecr);
  const place = { registryAddress, goldenPrefix: `${registryAddress}/${ecr.prefix}` };
  const found = new Map<string, RepositoryRetention>();
  for (const entry of entries) {
    const { repository, copies } = repositoriesOf(entry, teams, place);
    for (const each of [repository, ...copies]) {
      const name = each.slice(registryAddress.length + 1);
      found.set(name, {
        tracks: [...(found.get(name)?.tracks ?? []), entry.track],
        retention: ecr.retention[entry.variant],
        hasReferrers: hasReferrers(target),
      });
    }
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Further signers may write theirs as referrers, whatever form attestations have. */
function hasReferrers({ attestations = 'classic', signing }: EcrTarget): boolean {
  return attestations !== 'classic' || signing?.keyless !== undefined || signing?.notation !== undefined;
}
