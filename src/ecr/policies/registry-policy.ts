import type { EcrSettings, Team } from '../../model/index.ts';
import type { PolicyDocument } from '../iam/policy.ts';
import { below, ownNamespaces } from './namespaces.ts';
import { serviceRolesOf } from './principals.ts';

/**
 * What repository policies cannot say: repositories that are not there yet, and images that come by replication or
 * through a cache, not by a push ("Private registry permissions in Amazon ECR").
 */
export function registryPolicy(settings: EcrSettings, teams: readonly Team[]): PolicyDocument {
  const Resource = ownNamespaces(settings, teams).map((namespace) => below(settings, namespace));
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'RepositoriesByTheFactory',
        Effect: 'Deny',
        Principal: '*',
        Action: 'ecr:CreateRepository',
        Resource,
        Condition: {
          ArnNotLike: { 'aws:PrincipalArn': [settings.factory, serviceRolesOf(settings)] },
        },
      },
      {
        Sid: 'NoImagesFromElsewhere',
        Effect: 'Deny',
        Principal: '*',
        Action: ['ecr:BatchImportUpstreamImage', 'ecr:ReplicateImage'],
        Resource,
        Condition: { ArnNotLike: { 'aws:PrincipalArn': serviceRolesOf(settings) } },
      },
    ],
  };
}
