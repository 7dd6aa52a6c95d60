import { expect, test } from 'vitest';
import type { AccessQuestion } from '../../../src/ecr/index.ts';
import { explainAccess } from '../../../src/ecr/index.ts';
import {
  FACTORY,
  FOREIGN,
  OURS,
  policyInput,
  TEAM_A,
  TEAM_B,
  TEAM_C,
  TEAMS_OWN,
  WORKLOADS,
} from '../../support/ecr-catalog.ts';

const WHO: Readonly<Record<string, string>> = {
  'team-a': TEAM_A,
  'team-b': TEAM_B,
  'team-c': TEAM_C,
  'beside team-c': `arn:aws:iam::${TEAMS_OWN}:role/other`,
  'team-b session': `arn:aws:sts::${OURS}:assumed-role/team-b/deploy`,
  factory: FACTORY,
  node: `arn:aws:sts::${WORKLOADS}:assumed-role/eks-node/i-0123456789abcdef0`,
  admin: `arn:aws:iam::${OURS}:role/admin`,
  root: `arn:aws:iam::${OURS}:root`,
  outsider: `arn:aws:iam::${FOREIGN}:role/admin`,
  inspector: `arn:aws:iam::${OURS}:role/aws-service-role/inspector2.amazonaws.com/AWSServiceRoleForAmazonInspector2`,
};

const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  login: ['ecr:GetAuthorizationToken'],
  pull: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
  look: ['ecr:DescribeImages', 'ecr:DescribeImageScanFindings', 'ecr:ListImages'],
  push: ['ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload', 'ecr:PutImage'],
  delete: ['ecr:BatchDeleteImage', 'ecr:DeleteRepository'],
  archive: ['ecr:UpdateImageStorageClass'],
  tag: ['ecr:TagResource', 'ecr:UntagResource'],
  rule: ['ecr:PutLifecyclePolicy', 'ecr:PutImageTagMutability'],
  keep: [
    'ecr:CreateRepository',
    'ecr:GetLifecyclePolicy',
    'ecr:GetLifecyclePolicyPreview',
    'ecr:GetRepositoryPolicy',
    'ecr:SetRepositoryPolicy',
    'ecr:StartLifecyclePolicyPreview',
    'ecr:TagResource',
  ],
  registry: [
    'ecr:GetAccountSetting',
    'ecr:GetRegistryScanningConfiguration',
    'ecr:PutAccountSetting',
    'ecr:PutRegistryScanningConfiguration',
  ],
};

const RESOURCES: Readonly<Record<string, string>> = {
  'eks images': 'arn:aws:ecr:eu-central-1:602401143452:repository/eks/pause',
  'eks images elsewhere': 'arn:aws:ecr:me-south-1:558608220178:repository/eks/pause',
  'foreign registry': `arn:aws:ecr:eu-central-1:${FOREIGN}:repository/loot`,
  'layer bucket': 'arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/abc',
  bucket: 'arn:aws:s3:::loot/x',
  key: `arn:aws:kms:eu-central-1:${OURS}:key/1234abcd-12ab-34cd-56ef-1234567890ab`,
};

/** Who, through the VPC endpoint or not and with which condition keys, does what, to what; and the statements that decide, or whose are missing. */
const TABLE = `
  # a team, and what is its own
  team-a    |          | login            | *                    | allowed: LogIn
  team-a    |          | pull look        | team-a/node          | allowed: TeamPulls
  team-a    |          | pull push        | team-a-apps/shop     | allowed: PushApplications
  team-a    |          | CreateRepository | team-a-apps/shop     | allowed: PushApplications
  team-a    |          | pull look        | golden/node          | allowed: OrganisationPulls
  team-a    |          | push rule tag    | team-a/node          | denied: OthersDoNotPush
  team-a    |          | push rule tag    | golden/node          | denied: OthersDoNotPush
  team-a    |          | delete archive   | team-a/node          | denied: NobodyDeletes
  team-a    |          | delete rule      | team-a-apps/shop     | missing: identity
  team-a    |          | SetRepositoryPolicy | team-a/node       | missing: identity
  team-a    |          | CreateRepository | team-a/new           | denied: RepositoriesByTheFactory

  # a team, and what is another's
  team-a    |          | pull             | team-b/node          | denied: OthersDoNotPull
  team-a    |          | look             | team-b/node          | missing: identity
  team-a    |          | push rule tag    | team-b/node          | denied: OthersDoNotPush
  team-a    |          | delete archive   | team-b/node          | denied: NobodyDeletes
  team-a    |          | pull push delete | team-b-apps/shop     | missing: identity
  team-a    |          | pull push delete | somebody/else        | missing: identity
  team-a    | endpoint | pull             | team-b/node          | denied: OthersDoNotPull
  team-b    |          | pull             | team-a/node          | denied: OthersDoNotPull
  team-b    |          | pull             | team-b/node          | allowed: TeamPulls
  team-b session |     | pull             | team-b/node          | allowed: TeamPulls

  # a team whose role is of another account: allowed there by the policy for the team, and here
  team-c    |          | login            | *                    | allowed: LogIn
  team-c    |          | pull look        | golden/node          | allowed: PullBases OrganisationPulls
  team-c    |          | pull look        | team-c/node          | allowed: PullBases TeamPulls
  team-c    | endpoint | pull             | golden/node          | allowed: OurRegistries PullBases OrganisationPulls
  team-c    |          | pull push        | team-c-apps/shop     | missing: resource
  team-c    |          | CreateRepository | team-c-apps/shop     | missing: resource
  team-c    |          | push rule tag    | golden/node          | denied: OthersDoNotPush
  team-c    |          | pull             | team-a/node          | denied: OthersDoNotPull
  team-c    |          | look             | team-a/node          | missing: identity resource
  beside team-c |      | pull look        | golden/node          | allowed: Assumed OrganisationPulls
  beside team-c |      | pull             | team-c/node          | denied: OthersDoNotPull

  # an account that consumes, whose own policies are not ours
  node      |          | pull look        | team-a/node          | allowed: Assumed TeamPulls
  node      |          | pull look        | golden/node          | allowed: Assumed OrganisationPulls
  node      |          | pull             | team-b/node          | denied: OthersDoNotPull
  node      |          | push tag         | team-a/node          | denied: OthersDoNotPush
  node      |          | delete archive   | team-a/node          | denied: NobodyDeletes
  node      |          | pull push delete | team-a-apps/shop     | missing: resource

  # nodes of EKS start: login, system images, base images, layers
  node      | endpoint | login            | *                    | allowed: LogIn Assumed
  node      | endpoint | pull             | eks images           | allowed: SystemImagesOfEks Assumed Assumed
  node      | endpoint | pull             | team-a/node          | allowed: OurRegistries Assumed TeamPulls
  node      | endpoint | pull             | golden/node          | allowed: OurRegistries Assumed OrganisationPulls
  node      | endpoint | s3:GetObject     | layer bucket         | allowed: ImageLayers Assumed Assumed
  team-a    | endpoint | s3:GetObject     | layer bucket         | allowed: ImageLayers Assumed Assumed

  # nothing leaves through the endpoint
  node      | endpoint | pull push        | foreign registry     | missing: endpoint
  node      | endpoint | push delete      | eks images           | missing: endpoint
  node      | endpoint | pull             | eks images elsewhere | missing: endpoint
  node      | endpoint | s3:PutObject     | layer bucket         | missing: endpoint
  node      | endpoint | s3:PutObject     | bucket               | missing: endpoint
  team-a    | endpoint | pull push        | foreign registry     | missing: endpoint identity
  admin     | endpoint | pull push        | foreign registry     | missing: endpoint
  outsider  | endpoint | login            | *                    | missing: endpoint
  outsider  | endpoint | pull push        | foreign registry     | missing: endpoint
  outsider  |          | pull push        | foreign registry     | allowed: Assumed

  # the organisation's own buckets are in reach, and only to the organisation
  node      | endpoint aws:ResourceOrgID=o-a1b2c3d4e5 | s3:PutObject | bucket | allowed: OurBuckets Assumed Assumed
  node      | endpoint aws:resourceorgid=o-other | s3:PutObject | bucket | missing: endpoint
  outsider  | endpoint aws:ResourceOrgID=o-a1b2c3d4e5 | s3:PutObject | bucket | missing: endpoint
  outsider  | aws:PrincipalOrgID=o-a1b2c3d4e5 | pull | golden/node     | allowed: Assumed OrganisationPulls

  # outside the organisation nothing
  outsider  |          | pull look keep   | golden/node          | denied: NothingOutsideTheOrganisation or OthersDoNotPush
  outsider  |          | pull look keep   | team-a/node          | denied: OthersDoNotPull or NothingOutsideTheOrganisation or OthersDoNotPush
  outsider  |          | push             | golden/node          | denied: OthersDoNotPush
  outsider  |          | ReplicateImage   | team-a/new           | denied: NothingOutsideTheOrganisation
  outsider  |          | pull push delete | team-a-apps/shop     | missing: resource
  outsider  | endpoint | pull             | golden/node          | denied: NothingOutsideTheOrganisation

  # the factory does its work, and deletes nothing
  factory   |          | login            | *                    | allowed: LogIn
  factory   |          | pull look push   | golden/node          | allowed: OrganisationPulls or FactoryPushes
  factory   |          | pull look push   | team-a/node          | allowed: FactoryPushes
  factory   |          | keep rule        | golden/node          | allowed: KeepRepositories
  factory   |          | keep rule        | team-b/node          | allowed: KeepRepositories
  factory   |          | DescribeRepositories ListTagsForResource | somebody/else | allowed: SeeRepositories
  factory   | endpoint | registry         | *                    | allowed: FactoryKeepsTheRegistry KeepTheRegistry
  factory   | endpoint | push             | golden/node          | allowed: OurRegistries FactoryPushes
  factory   | endpoint | login            | *                    | allowed: LogIn LogIn
  factory   |          | kms:DescribeKey  | key                  | allowed: FactoryLooks
  factory   |          | kms:CreateGrant kms:RetireGrant | key   | allowed: FactoryLetsEcrUseIt
  factory   | kms:ViaService=s3.eu-central-1.amazonaws.com | kms:CreateGrant | key | missing: identity
  team-a    |          | kms:CreateGrant  | key                  | missing: identity
  factory   |          | kms:Decrypt      | key                  | missing: identity
  factory   |          | UntagResource    | golden/node          | missing: identity
  factory   |          | delete archive   | golden/node          | denied: NobodyDeletes
  factory   |          | delete archive   | somebody/else        | denied: NeverDelete
  factory   |          | DeleteRepositoryPolicy DeleteLifecyclePolicy DeleteRegistryPolicy | golden/node | denied: NeverDelete
  factory   |          | push keep rule   | team-a-apps/shop     | missing: identity
  factory   |          | push keep rule   | somebody/else        | missing: identity
  factory   | endpoint | push             | foreign registry     | missing: endpoint identity

  # others of the registry's account, even those who may do everything there
  admin     |          | pull             | team-a/node          | denied: OthersDoNotPull
  admin     |          | push rule tag    | golden/node          | denied: OthersDoNotPush
  admin     |          | delete archive   | golden/node          | denied: NobodyDeletes
  admin     |          | SetRepositoryPolicy DeleteRepositoryPolicy | golden/node | allowed: Assumed
  admin     |          | ReplicateImage BatchImportUpstreamImage | golden/new | denied: NoImagesFromElsewhere
  admin     |          | ReplicateImage   | somebody/else        | allowed: Assumed
  admin     | endpoint | registry         | *                    | missing: endpoint
  root      |          | delete archive   | golden/node          | denied: NobodyDeletes
  inspector |          | pull             | team-a/node          | allowed: Assumed
  inspector |          | push             | team-a/node          | denied: OthersDoNotPush
`;

const ROWS = TABLE.split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter((cells) => cells.length === 5);

test.for(ROWS)('%s %s %s %s %s', ([who = '', how = '', what = '', where = '', decision = '']) => {
  const accepted = acceptedBy(decision);
  for (const action of actionsIn(what)) {
    const decided = decide({
      principal: WHO[who] ?? '',
      action,
      resource: RESOURCES[where] ?? where,
      viaEndpoint: how.startsWith('endpoint'),
      context: contextIn(how),
    });
    expect(accepted, action).toContain(decided);
  }
});

/** `denied: One or Other` → either denial */
function acceptedBy(decision: string): readonly string[] {
  const [kind = '', statements = ''] = decision.split(': ');
  return statements.split(' or ').map((one) => `${kind}: ${one}`);
}

/** `pull kms:Decrypt` → what is called so, and what is named itself */
function actionsIn(what: string): readonly string[] {
  return what.split(' ').flatMap((name) => ACTIONS[name] ?? [name.includes(':') ? name : `ecr:${name}`]);
}

/** `endpoint aws:ResourceOrgID=o-1` → the key and its value */
function contextIn(how: string): AccessQuestion['context'] & object {
  const pairs = [...how.matchAll(/(\S+)=(\S+)/g)];
  return Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, [value]]));
}

function decide(question: AccessQuestion): string {
  const { decision } = explainAccess(question, policyInput());
  switch (decision.kind) {
    case 'allowed':
      return `allowed: ${decision.by.map(({ statement }) => statement).join(' ')}`;
    case 'denied':
      return `denied: ${decision.by.statement}`;
    case 'not-allowed':
      return `missing: ${decision.missing.join(' ')}`;
  }
}
