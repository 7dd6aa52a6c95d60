import type { PolicyTarget, PolicyInput } from '../../src/ecr/index.ts';
import type { EcrSettings, Team, TeamPrincipals } from '../../src/model/index.ts';

/** The account of the registry. */
export const OURS = '111122223333';
/** Of workloads, in the same organisation. */
export const WORKLOADS = '444455556666';
/** Of a team that has one for itself, in the same organisation. */
export const TEAMS_OWN = '777788889999';
/** In no organisation of ours. */
export const FOREIGN = '999900001111';

export const FACTORY = `arn:aws:iam::${OURS}:role/ingot-factory`;
export const TEAM_A = `arn:aws:iam::${OURS}:role/team-a`;
export const TEAM_B = `arn:aws:iam::${OURS}:role/platform/team-b`;
export const TEAM_C = `arn:aws:iam::${TEAMS_OWN}:role/team-c`;

const RETENTION = { releases: 10, days: 90, untaggedDays: 7 };

export const SETTINGS: EcrSettings = {
  account: OURS,
  region: 'eu-central-1',
  prefix: 'golden',
  organisation: 'o-a1b2c3d4e5',
  factory: FACTORY,
  encryption: {
    kind: 'kms',
    key: `arn:aws:kms:eu-central-1:${OURS}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
  },
  scanning: { kind: 'basic', rules: [{ frequency: 'scan-on-push', repositories: ['*'] }] },
  tags: {},
  retention: { runtime: RETENTION, dev: RETENTION },
};

export function team(name: string, aws: Partial<TeamPrincipals> = {}): Team {
  return {
    name,
    namespace: name,
    owner: `${name}@example.com`,
    images: [{ name: 'node' }],
    aws: { principals: [], accounts: [], ...aws },
  };
}

export const TEAMS: readonly Team[] = [
  team('team-a', { principals: [TEAM_A], accounts: [WORKLOADS] }),
  team('team-b', { principals: [TEAM_B] }),
  team('team-c', { principals: [TEAM_C] }),
];

/** Of three teams, one with a consumer account and one in another account, in an organisation. */
export function policyInput(
  settings: Partial<EcrSettings> = {},
  more: Partial<PolicyInput> = {},
): PolicyInput {
  const target: PolicyTarget = { name: 'production', settings: { ...SETTINGS, ...settings } };
  return { target, teams: TEAMS, registries: [target.settings], ...more };
}
