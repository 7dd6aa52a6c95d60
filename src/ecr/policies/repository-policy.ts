import type { EcrSettings, Team } from '../../model/index.ts';
import type { PolicyDocument, Statement } from '../iam/policy.ts';
import { ARCHIVE, DELETE, LOOK, PULL, PUSH, RULE, TAG } from './actions.ts';
import type { Named } from './principals.ts';
import {
  inOrganisation,
  isAnybody,
  namedBy,
  NOT_BY_A_SERVICE,
  principalsOf,
  serviceRolesOf,
} from './principals.ts';

/** Of golden repositories: the organisation pulls, or where the target names none, whom the teams name. */
export function goldenRepositoryPolicy(settings: EcrSettings, teams: readonly Team[]): PolicyDocument {
  const pull: readonly Statement[] =
    settings.organisation === undefined
      ? namedPull('TeamsPull', namedBy(teams), settings)
      : [
          {
            Sid: 'OrganisationPulls',
            Effect: 'Allow',
            Principal: '*',
            Action: [...PULL, ...LOOK],
            ...inOrganisation(settings),
          },
        ];
  return { Version: '2012-10-17', Statement: [...pull, ...commonStatements(settings)] };
}

/** Of the repositories in a team's namespace: whom the team names pulls, and nobody else. */
export function teamRepositoryPolicy(settings: EcrSettings, team: Team): PolicyDocument {
  const named = namedBy([team]);
  return {
    Version: '2012-10-17',
    Statement: [
      ...namedPull('TeamPulls', named, settings),
      othersDoNotPull(settings, named),
      ...commonStatements(settings),
    ],
  };
}

function namedPull(Sid: string, named: Named, settings: EcrSettings): readonly Statement[] {
  if (!isAnybody(named)) {
    return [];
  }
  return [
    {
      Sid,
      Effect: 'Allow',
      Principal: { AWS: principalsOf(named, settings) },
      Action: [...PULL, ...LOOK],
      ...inOrganisation(settings),
    },
  ];
}

/** Within the registry's account a policy of an identity would do: hence denied, not only not allowed. */
function othersDoNotPull(settings: EcrSettings, { arns, accounts }: Named): Statement {
  return {
    Sid: 'OthersDoNotPull',
    Effect: 'Deny',
    Principal: '*',
    Action: PULL,
    Condition: {
      ArnNotLike: { 'aws:PrincipalArn': [settings.factory, ...arns, serviceRolesOf(settings)] },
      ...(accounts.length > 0 && { StringNotEquals: { 'aws:PrincipalAccount': accounts } }),
      ...NOT_BY_A_SERVICE,
    },
  };
}

/** Who changes the policy itself is not denied it: an account must not lock itself out. */
function commonStatements(settings: EcrSettings): readonly Statement[] {
  return [
    {
      Sid: 'FactoryPushes',
      Effect: 'Allow',
      Principal: { AWS: settings.factory },
      Action: [...PULL, ...LOOK, ...PUSH],
    },
    {
      Sid: 'OthersDoNotPush',
      Effect: 'Deny',
      Principal: '*',
      Action: [...PUSH, ...RULE, ...TAG],
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': settings.factory } },
    },
    { Sid: 'NobodyDeletes', Effect: 'Deny', Principal: '*', Action: [...DELETE, ARCHIVE] },
    ...outsideOrganisation(settings),
  ];
}

function outsideOrganisation({ organisation }: EcrSettings): readonly Statement[] {
  if (organisation === undefined) {
    return [];
  }
  return [
    {
      Sid: 'NothingOutsideTheOrganisation',
      Effect: 'Deny',
      Principal: '*',
      Action: 'ecr:*',
      Condition: { StringNotEquals: { 'aws:PrincipalOrgID': organisation }, ...NOT_BY_A_SERVICE },
    },
  ];
}
