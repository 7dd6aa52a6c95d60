import eksImages from '../../../data/eks-image-accounts.json' with { type: 'json' };
import type { EcrSettings, Team } from '../../model/index.ts';
import { accountOfArn, partitionOf, repositoryArn } from '../../model/index.ts';
import type { Condition, OneOrMore, PolicyDocument, Statement } from '../iam/policy.ts';
import { LOG_IN, PULL } from './actions.ts';
import type { PolicyInput } from './input.ts';
import { namedBy } from './principals.ts';

/** Account of AWS's with the images that nodes of EKS start with; absent where the region has none that we know of. */
export function eksImageAccount(region: string): string | undefined {
  return (eksImages.accounts as Readonly<Record<string, string>>)[region];
}

/** Where ECR keeps layers: a pull is sent there by presigned URLs of ECR's own account. */
export function layerBucketArn(region: string): string {
  return `arn:${partitionOf(region)}:s3:::prod-${region}-starport-layer-bucket`;
}

/** Of both interface endpoints, `ecr.api` and `ecr.dkr`: nobody of ours reaches a registry that is not. */
export function ecrEndpointPolicy({ target, teams, registries }: PolicyInput): PolicyDocument {
  const { settings } = target;
  const Condition = { StringEquals: ours('Principal', settings, teams) };
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'LogIn', Effect: 'Allow', Principal: '*', Action: LOG_IN, Resource: '*', Condition },
      {
        Sid: 'OurRegistries',
        Effect: 'Allow',
        Principal: '*',
        Action: 'ecr:*',
        Resource: registries.map((registry) => repositoryArn(registry, '*')),
        Condition,
      },
      {
        Sid: 'FactoryKeepsTheRegistry',
        Effect: 'Allow',
        Principal: '*',
        Action: ['ecr:*AccountSetting', 'ecr:*Registry*'],
        Resource: '*',
        Condition: { ArnEquals: { 'aws:PrincipalArn': factoriesOf(registries) } },
      },
      ...systemImages(settings, Condition),
    ],
  };
}

/**
 * Of the gateway endpoint for S3. Nothing is said of who asks for layers: it is ECR itself that signed. The endpoint
 * takes all of a VPC's traffic to S3: buckets of the user's own must not be out of reach.
 */
export function s3EndpointPolicy(settings: EcrSettings, teams: readonly Team[]): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ImageLayers',
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:GetObject',
        Resource: `${layerBucketArn(settings.region)}/*`,
      },
      {
        Sid: 'OurBuckets',
        Effect: 'Allow',
        Principal: '*',
        Action: 's3:*',
        Resource: '*',
        Condition: {
          StringEquals: { ...ours('Principal', settings, teams), ...ours('Resource', settings, teams) },
        },
      },
    ],
  };
}

function systemImages({ region }: EcrSettings, Condition: Condition): readonly Statement[] {
  const account = eksImageAccount(region);
  if (account === undefined) {
    return [];
  }
  return [
    {
      Sid: 'SystemImagesOfEks',
      Effect: 'Allow',
      Principal: '*',
      Action: PULL,
      Resource: repositoryArn({ account, region }, '*'),
      Condition,
    },
  ];
}

type Tests = Readonly<Record<string, OneOrMore>>;

/** Who asks, or what is asked for, is the organisation's; without one, of the accounts that the catalog knows. */
function ours(side: 'Principal' | 'Resource', settings: EcrSettings, teams: readonly Team[]): Tests {
  return settings.organisation === undefined
    ? { [`aws:${side}Account`]: knownAccounts(settings, teams) }
    : { [`aws:${side}OrgID`]: settings.organisation };
}

export function knownAccounts(settings: EcrSettings, teams: readonly Team[]): readonly string[] {
  const { arns, accounts } = namedBy(teams);
  const all = [settings.account, accountOfArn(settings.factory), ...arns.map(accountOfArn), ...accounts];
  return [...new Set(all)].sort();
}

function factoriesOf(registries: readonly EcrSettings[]): readonly string[] {
  return [...new Set(registries.map(({ factory }) => factory))].sort();
}
