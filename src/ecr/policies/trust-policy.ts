import type { EcrSettings } from '../../model/index.ts';
import { accountOfArn, dnsSuffixOf, partitionOf } from '../../model/index.ts';
import type { PolicyDocument } from '../iam/policy.ts';

/** What only the user knows stands in policies as `${name}`. */
export function placeholder(name: TrustVariable): string {
  return `\${${name}}`;
}

export type TrustVariable =
  | 'github_subject'
  | 'gitlab_host'
  | 'gitlab_subject'
  | 'eks_cluster_arn'
  | 'kubernetes_namespace'
  | 'kubernetes_service_account';

export const TRUSTED = ['github', 'gitlab', 'eks-pod-identity'] as const;
export type Trusted = (typeof TRUSTED)[number];

/** Who may become the factory: exactly one workflow, pipeline or service account, never a pattern. */
export function trustPolicy(trusted: Trusted, settings: EcrSettings): PolicyDocument {
  switch (trusted) {
    case 'github':
      return webIdentityTrust(settings, {
        provider: 'token.actions.githubusercontent.com',
        audience: `sts.${dnsSuffixOf(settings.region)}`,
        subject: placeholder('github_subject'),
      });
    case 'gitlab':
      return webIdentityTrust(settings, {
        provider: placeholder('gitlab_host'),
        audience: `https://${placeholder('gitlab_host')}`,
        subject: placeholder('gitlab_subject'),
      });
    case 'eks-pod-identity':
      return podIdentityTrust(settings);
  }
}

interface WebIdentity {
  /** Host of the issuer. */
  readonly provider: string;
  readonly audience: string;
  readonly subject: string;
}

function webIdentityTrust(
  { factory, region }: EcrSettings,
  { provider, audience, subject }: WebIdentity,
): PolicyDocument {
  const Federated = `arn:${partitionOf(region)}:iam::${accountOfArn(factory)}:oidc-provider/${provider}`;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OnePipeline',
        Effect: 'Allow',
        Principal: { Federated },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { [`${provider}:aud`]: audience, [`${provider}:sub`]: subject } },
      },
    ],
  };
}

/** EKS user guide, "Create IAM role with trust policy required by EKS Pod Identity". */
function podIdentityTrust({ factory }: EcrSettings): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'OneServiceAccount',
        Effect: 'Allow',
        Principal: { Service: 'pods.eks.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
        Condition: {
          StringEquals: {
            'aws:SourceAccount': accountOfArn(factory),
            'aws:RequestTag/kubernetes-namespace': placeholder('kubernetes_namespace'),
            'aws:RequestTag/kubernetes-service-account': placeholder('kubernetes_service_account'),
          },
          ArnEquals: { 'aws:SourceArn': placeholder('eks_cluster_arn') },
        },
      },
    ],
  };
}
