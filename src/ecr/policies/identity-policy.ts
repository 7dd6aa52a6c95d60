import type { EcrSettings, Team } from '../../model/index.ts';
import { repositoryArn } from '../../model/index.ts';
import type { PolicyDocument, Statement } from '../iam/policy.ts';
import { ARCHIVE, DELETE, LOG_IN, LOOK, PULL, PUSH, RULE } from './actions.ts';
import type { PolicyTarget } from './input.ts';
import { factoryKeyStatements } from './key-policy.ts';
import { applicationsOf, below, ownNamespaces } from './namespaces.ts';
import { signingStatements } from './signing-statements.ts';

const LOGIN: Statement = { Sid: 'LogIn', Effect: 'Allow', Action: LOG_IN, Resource: '*' };

/**
 * For the roles and users that a team names: pull its namespace and golden images, push its applications, and nothing
 * elsewhere. In another account than the registry's they pull nothing that is not allowed here as well.
 */
export function teamPolicy(settings: EcrSettings, team: Team): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      LOGIN,
      {
        Sid: 'PullBases',
        Effect: 'Allow',
        Action: [...PULL, ...LOOK],
        Resource: [settings.prefix, team.namespace].map((namespace) => below(settings, namespace)),
      },
      {
        Sid: 'PushApplications',
        Effect: 'Allow',
        Action: [...PULL, ...LOOK, ...PUSH, 'ecr:CreateRepository'],
        Resource: below(settings, applicationsOf(team)),
      },
    ],
  };
}

/**
 * For the role that ingot works with: all that it does, and never a deletion. Namespaces that do not fit into the first
 * policy go on in further ones.
 */
export function factoryPolicies(
  target: PolicyTarget,
  teams: readonly Team[],
  mostCharacters: number,
): readonly PolicyDocument[] {
  const { settings } = target;
  const documents: PolicyDocument[] = [];
  let rest = ownNamespaces(settings, teams).map((namespace) => below(settings, namespace));
  while (rest.length > 0) {
    const others = documents.length === 0 ? singleStatements(target) : [];
    const room = mostCharacters - JSON.stringify(keeping([], others)).length;
    const count = countThatFits(rest, room);
    documents.push(keeping(rest.slice(0, count), others));
    rest = rest.slice(count);
  }
  return documents;
}

function keeping(Resource: readonly string[], others: readonly Statement[]): PolicyDocument {
  const Action = [...PULL, ...LOOK, ...PUSH, ...KEEP];
  return {
    Version: '2012-10-17',
    Statement: [{ Sid: 'KeepRepositories', Effect: 'Allow', Action, Resource }, ...others],
  };
}

/** What does not grow with the teams. */
function singleStatements({ settings, signing }: PolicyTarget): readonly Statement[] {
  return [
    LOGIN,
    { Sid: 'SeeRepositories', Effect: 'Allow', Action: SEE, Resource: repositoryArn(settings, '*') },
    { Sid: 'KeepTheRegistry', Effect: 'Allow', Action: KEEP_REGISTRY, Resource: '*' },
    ...inspectorStatements(settings),
    ...factoryKeyStatements(settings),
    ...signingStatements(settings, signing),
    { Sid: 'NeverDelete', Effect: 'Deny', Action: NEVER, Resource: '*' },
  ];
}

/** At least one: a policy that is too large without it is told as such. */
function countThatFits(resources: readonly string[], room: number): number {
  let used = 0;
  const first = resources.findIndex((resource) => {
    used += JSON.stringify(resource).length + ','.length;
    return used > room;
  });
  return first === -1 ? resources.length : Math.max(first, 1);
}

const KEEP = [
  'ecr:CreateRepository',
  'ecr:GetLifecyclePolicy',
  'ecr:GetLifecyclePolicyPreview',
  'ecr:GetRepositoryPolicy',
  ...RULE.filter((action) => !action.startsWith('ecr:Delete')),
  'ecr:SetRepositoryPolicy',
  'ecr:StartImageScan',
  'ecr:StartLifecyclePolicyPreview',
  'ecr:TagResource',
];

/** Also of repositories that are not ingot's: a plan says that it leaves them alone. */
const SEE = ['ecr:DescribeRepositories', 'ecr:ListTagsForResource'];

const KEEP_REGISTRY = [
  'ecr:GetAccountSetting',
  'ecr:GetRegistryScanningConfiguration',
  'ecr:PutAccountSetting',
  'ecr:PutRegistryScanningConfiguration',
];

const NEVER = [
  ...DELETE,
  ARCHIVE,
  'ecr:DeleteLifecyclePolicy',
  'ecr:DeleteRegistryPolicy',
  'ecr:DeleteRepositoryPolicy',
];

/** "IAM permissions required for enhanced scanning in Amazon ECR", without turning it off. */
function inspectorStatements({ scanning }: EcrSettings): readonly Statement[] {
  if (scanning.kind === 'basic') {
    return [];
  }
  return [
    {
      Sid: 'ScanByInspector',
      Effect: 'Allow',
      Action: [
        'inspector2:Enable',
        'inspector2:ListAccountPermissions',
        'inspector2:ListCoverage',
        'inspector2:ListFindings',
      ],
      Resource: '*',
    },
    {
      Sid: 'LetInspectorMakeItsRole',
      Effect: 'Allow',
      Action: 'iam:CreateServiceLinkedRole',
      Resource: '*',
      Condition: { StringEquals: { 'iam:AWSServiceName': 'inspector2.amazonaws.com' } },
    },
  ];
}
