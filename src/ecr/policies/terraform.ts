import type { EcrSettings, Team } from '../../model/index.ts';
import { accountOfArn, dnsSuffixOf, InternalError } from '../../model/index.ts';
import type { PolicyInput } from './input.ts';
import { ownKeyOf } from './key-policy.ts';
import { TRUSTED } from './trust-policy.ts';
import type { WrittenPolicy } from './written-policies.ts';
import {
  ECR_ENDPOINT_FILE,
  isFactoryFile,
  KEY_FILE,
  policyText,
  REGISTRY_FILE,
  S3_ENDPOINT_FILE,
  teamFile,
  trustFile,
} from './written-policies.ts';

type Block = Readonly<Record<string, unknown>>;

/** A module of Terraform in its JSON syntax. */
export interface TerraformFile {
  readonly name: string;
  readonly content: Block;
}

const AWS_PROVIDER = { required_providers: { aws: { source: 'hashicorp/aws', version: '>= 5.0' } } };

/** Repository policies are left out: `ingot ecr apply` sets them, and two masters would undo each other's work. */
export function terraformFiles(
  input: PolicyInput,
  policies: readonly WrittenPolicy[],
): readonly TerraformFile[] {
  const textOf = textByFile(policies);
  return [
    { name: 'factory/main.tf.json', content: factoryModule(input, policies, textOf) },
    { name: 'registry/main.tf.json', content: registryModule(input, textOf) },
    { name: 'endpoints/main.tf.json', content: endpointsModule(input, textOf) },
  ];
}

type TextOf = (file: string) => string;

function textByFile(policies: readonly WrittenPolicy[]): TextOf {
  const texts = new Map(policies.map(({ name, document }) => [name, policyText(document)]));
  return (file) => {
    const text = texts.get(file);
    if (text === undefined) {
      throw new InternalError(`no policy is called "${file}"`);
    }
    return text;
  };
}

/** The role that ingot works with; one serves all targets that name it. */
function factoryModule({ target }: PolicyInput, policies: readonly WrittenPolicy[], textOf: TextOf): Block {
  const { name, path } = roleOf(target.settings.factory);
  const files = policies.map((policy) => policy.name).filter(isFactoryFile);
  return {
    terraform: AWS_PROVIDER,
    variable: {
      trusted: variable(`who may become the factory: ${TRUSTED.join(', ')}`),
      ...TRUST_VARIABLES,
    },
    locals: {
      trust: Object.fromEntries(
        TRUSTED.map((trusted) => [trusted, withVariables(textOf(trustFile(trusted)))]),
      ),
    },
    resource: {
      aws_iam_role: { factory: { name, path, assume_role_policy: '${local.trust[var.trusted]}' } },
      aws_iam_policy: eachOf(files, (file, number) => ({
        name: [name, target.name, ...number].join('-'),
        policy: textOf(file),
      })),
      aws_iam_role_policy_attachment: eachOf(files, (_, number) => ({
        role: '${aws_iam_role.factory.name}',
        policy_arn: `\${aws_iam_policy.${['factory', ...number].join('-')}.arn}`,
      })),
    },
  };
}

/** `factory`, `factory-2`: a block for each file of the factory's. */
function eachOf(
  files: readonly string[],
  blockOf: (file: string, number: readonly string[]) => Block,
): Block {
  return Object.fromEntries(
    files.map((file, index) => {
      const number = index === 0 ? [] : [String(index + 1)];
      return [['factory', ...number].join('-'), blockOf(file, number)];
    }),
  );
}

function variable(description: string, more: Block = { type: 'string' }): Block {
  return { description, ...more };
}

/** Only those of the chosen way are needed; an empty one matches nobody. */
const OPTIONAL = { type: 'string', default: '' };

const TRUST_VARIABLES: Block = {
  github_subject: variable('such as repo:example/images:ref:refs/heads/main', OPTIONAL),
  gitlab_host: variable('host of GitLab', { type: 'string', default: 'gitlab.com' }),
  gitlab_subject: variable('such as project_path:example/images:ref_type:branch:ref:main', OPTIONAL),
  eks_cluster_arn: variable('ARN of the cluster that ingot runs in', OPTIONAL),
  kubernetes_namespace: variable('namespace of its service account', OPTIONAL),
  kubernetes_service_account: variable('name of its service account', OPTIONAL),
};

/** `${github_subject}` of a policy is `${var.github_subject}` in Terraform. */
function withVariables(text: string): string {
  return text.replaceAll('${', '${var.');
}

/** In the account of the registry. */
function registryModule({ target, teams }: PolicyInput, textOf: TextOf): Block {
  const { settings } = target;
  const key = ownKeyOf(settings);
  return {
    terraform: AWS_PROVIDER,
    resource: {
      aws_ecr_registry_policy: { registry: { policy: textOf(REGISTRY_FILE) } },
      ...(key !== undefined && {
        aws_kms_key_policy: { repositories: { key_id: key, policy: textOf(KEY_FILE) } },
      }),
      ...(teams.length > 0 && {
        aws_iam_policy: Object.fromEntries(
          teams.map((team) => [
            `team-${team.name}`,
            { name: `ingot-${target.name}-${team.name}`, policy: textOf(teamFile(team)) },
          ]),
        ),
      }),
      ...attachments('role', settings, teams),
      ...attachments('user', settings, teams),
    },
  };
}

/** Principals of other accounts get their policies there. */
function attachments(kind: 'role' | 'user', { account }: EcrSettings, teams: readonly Team[]): Block {
  const attached = teams.flatMap(({ name, aws }) =>
    aws.principals
      .filter((arn) => accountOfArn(arn) === account && arn.includes(`:${kind}/`))
      .map((arn) => {
        const { name: principal } = roleOf(arn);
        const policy_arn = `\${aws_iam_policy.team-${name}.arn}`;
        return [`${name}-${terraformName(principal)}`, { [kind]: principal, policy_arn }] as const;
      }),
  );
  return attached.length === 0 ? {} : { [`aws_iam_${kind}_policy_attachment`]: Object.fromEntries(attached) };
}

/** Letters, digits, underscores and dashes. */
function terraformName(text: string): string {
  return text.replaceAll(/[^\w-]/g, '_');
}

/** `arn:aws:iam::111122223333:role/platform/team-b` → team-b in /platform/ */
function roleOf(arn: string): { readonly name: string; readonly path: string } {
  const parts = arn.split('/').slice(1);
  const name = parts.pop() ?? '';
  return { name, path: parts.length === 0 ? '/' : `/${parts.join('/')}/` };
}

/** In each VPC whose workloads pull. */
function endpointsModule({ target }: PolicyInput, textOf: TextOf): Block {
  const { region } = target.settings;
  return {
    terraform: AWS_PROVIDER,
    variable: {
      vpc_id: variable('VPC whose workloads pull'),
      subnet_ids: variable('subnets of the interface endpoints', { type: 'list(string)' }),
      security_group_ids: variable('they let port 443 in from the workloads', { type: 'list(string)' }),
      route_table_ids: variable('of the subnets whose traffic to S3 takes the gateway', {
        type: 'list(string)',
      }),
    },
    resource: {
      aws_vpc_endpoint: {
        ecr_api: interfaceEndpoint('ecr.api', region, textOf(ECR_ENDPOINT_FILE)),
        ecr_dkr: interfaceEndpoint('ecr.dkr', region, textOf(ECR_ENDPOINT_FILE)),
        s3: {
          service_name: `${reversed(dnsSuffixOf(region).replace(/\.cn$/, ''))}.${region}.s3`,
          vpc_id: '${var.vpc_id}',
          vpc_endpoint_type: 'Gateway',
          route_table_ids: '${var.route_table_ids}',
          policy: textOf(S3_ENDPOINT_FILE),
        },
      },
    },
  };
}

/** The partition's DNS suffix from its end; in China that of S3 is as everywhere. */
function interfaceEndpoint(service: string, region: string, policy: string): Block {
  return {
    service_name: `${reversed(dnsSuffixOf(region))}.${region}.${service}`,
    vpc_id: '${var.vpc_id}',
    vpc_endpoint_type: 'Interface',
    private_dns_enabled: true,
    subnet_ids: '${var.subnet_ids}',
    security_group_ids: '${var.security_group_ids}',
    policy,
  };
}

/** `amazonaws.com.cn` → `cn.com.amazonaws` */
function reversed(name: string): string {
  return name.split('.').toReversed().join('.');
}
