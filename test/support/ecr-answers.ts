import type { Sha256 } from '../../src/model/index.ts';
import { assertScanning, assertTags, EcrError } from './ecr-limits.ts';
import type { ScanningRule } from './ecr-limits.ts';
import type { StoredImage } from './ecr-image-answers.ts';
import type { StoredScan } from './ecr-scan-answers.ts';

/** Members of the questions that are answered here. */
export interface EcrInput {
  readonly registryId?: string;
  readonly repositoryName?: string;
  readonly resourceArn?: string;
  readonly maxResults?: number;
  readonly nextToken?: string;
  readonly tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly imageTagMutability?: string;
  readonly imageTagMutabilityExclusionFilters?: readonly ExclusionFilter[];
  readonly encryptionConfiguration?: KeptEncryption;
  readonly policyText?: string;
  readonly lifecyclePolicyText?: string;
  readonly scanType?: string;
  readonly rules?: readonly ScanningRule[];
  readonly name?: string;
  readonly value?: string;
  readonly imageIds?: readonly { readonly imageDigest: string }[];
  readonly imageManifest?: string;
  readonly imageTag?: string;
  readonly imageDigest?: string;
  readonly imageId?: { readonly imageDigest: string };
}

interface ExclusionFilter {
  readonly filter: string;
  readonly filterType: string;
}

interface KeptEncryption {
  readonly encryptionType: string;
  readonly kmsKey?: string;
}

export interface StoredRepository {
  repositoryName: string;
  repositoryArn: string;
  registryId: string;
  createdAt: number;
  imageTagMutability: string;
  imageTagMutabilityExclusionFilters?: readonly ExclusionFilter[];
  encryptionConfiguration: KeptEncryption;
  tags: Map<string, string>;
  policyText?: string;
  lifecyclePolicyText?: string;
  images?: readonly StoredImage[];
  preview?: { readonly previewed: readonly object[]; readonly isSeen: boolean };
}

/** What a registry holds. */
export interface EcrContent {
  readonly repositories: Map<string, StoredRepository>;
  /** ARNs of roles and users that do not exist. */
  readonly strangers: Set<string>;
  scanning: object;
  blobMounting: string;
  /** The most repositories of a page, whatever is asked for. */
  pageSize: number;
  /** Passwords that were given out, and until when they are good; tests may change it. */
  readonly passwords: Map<string, number>;
  /** Of passwords, as AWS tells it. */
  passwordMs: number;
  /** When lifecycle policies are previewed. */
  nowMs: number;
  /** Scans of images, by digest. */
  readonly scans: Map<Sha256, StoredScan>;
  /** Images that ECR's preview leaves out, against the rules. */
  readonly spared: Set<Sha256>;
}

export const ACCOUNT = '111122223333';
export const REGION = 'eu-central-1';
/** ECR's limits: DescribeRepositories, exclusion filters, size of a lifecycle policy. */
export const MOST_RESULTS = 1000;
const MOST_FILTERS = 5;
const MOST_LIFECYCLE_CHARACTERS = 30_720;

export type EcrAnswer = (input: EcrInput, registry: EcrContent) => object;

export const ECR_ANSWERS: Readonly<Record<string, EcrAnswer>> = {
  DescribeRepositories: ({ maxResults = 100, nextToken }, registry) => {
    if (maxResults > MOST_RESULTS) {
      throw new EcrError('InvalidParameterException', `expected at most ${MOST_RESULTS} results`);
    }
    const all = [...registry.repositories.values()];
    const start = Number(nextToken ?? 0);
    const end = start + Math.min(maxResults, registry.pageSize);
    const next = end < all.length ? { nextToken: String(end) } : {};
    return { repositories: all.slice(start, end).map(described), ...next };
  },
  CreateRepository: (input, registry) => {
    const { repositoryName = '', tags = [] } = input;
    assertTags(tags.map(({ Key }) => Key));
    if (registry.repositories.has(repositoryName)) {
      throw new EcrError(
        'RepositoryAlreadyExistsException',
        `The repository with name '${repositoryName}' already exists`,
      );
    }
    const repository: StoredRepository = {
      repositoryName,
      repositoryArn: `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/${repositoryName}`,
      registryId: ACCOUNT,
      createdAt: 1_795_000_000,
      imageTagMutability: 'MUTABLE',
      encryptionConfiguration: keptEncryption(input.encryptionConfiguration),
      tags: new Map(tags.map(({ Key, Value }) => [Key, Value])),
    };
    setMutability(repository, input);
    registry.repositories.set(repositoryName, repository);
    return { repository: described(repository) };
  },
  PutImageTagMutability: (input, registry) => {
    const repository = found(input, registry);
    setMutability(repository, input);
    const { registryId, repositoryName, imageTagMutability } = repository;
    return { registryId, repositoryName, imageTagMutability };
  },
  ListTagsForResource: ({ resourceArn }, registry) => {
    const { tags } = byArn(resourceArn, registry);
    return { tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
  },
  TagResource: ({ resourceArn, tags = [] }, registry) => {
    const kept = byArn(resourceArn, registry).tags;
    assertTags([...kept.keys(), ...tags.map(({ Key }) => Key)]);
    for (const { Key, Value } of tags) {
      kept.set(Key, Value);
    }
    return {};
  },
  GetRepositoryPolicy: (input, registry) => {
    const { policyText, registryId, repositoryName } = found(input, registry);
    if (policyText === undefined) {
      throw new EcrError(
        'RepositoryPolicyNotFoundException',
        `Repository policy does not exist for ${repositoryName}`,
      );
    }
    return { policyText, registryId, repositoryName };
  },
  SetRepositoryPolicy: (input, registry) => {
    const repository = found(input, registry);
    assertKnown(input.policyText ?? '', registry);
    repository.policyText = keptPolicy(input.policyText ?? '');
    return { policyText: repository.policyText };
  },
  GetLifecyclePolicy: (input, registry) => {
    const { lifecyclePolicyText, registryId, repositoryName } = found(input, registry);
    if (lifecyclePolicyText === undefined) {
      throw new EcrError(
        'LifecyclePolicyNotFoundException',
        `Lifecycle policy does not exist for ${repositoryName}`,
      );
    }
    return { lifecyclePolicyText, registryId, repositoryName };
  },
  PutLifecyclePolicy: (input, registry) => {
    const text = input.lifecyclePolicyText ?? '';
    if (text.length > MOST_LIFECYCLE_CHARACTERS) {
      throw new EcrError('InvalidParameterException', 'the lifecycle policy is too long');
    }
    found(input, registry).lifecyclePolicyText = text;
    return { lifecyclePolicyText: text };
  },
  GetRegistryScanningConfiguration: (_, { scanning }) => ({
    registryId: ACCOUNT,
    scanningConfiguration: scanning,
  }),
  PutRegistryScanningConfiguration: (input, registry) => {
    assertScanning(input);
    registry.scanning = { scanType: input.scanType, rules: input.rules };
    return { registryScanningConfiguration: registry.scanning };
  },
  GetAuthorizationToken: (_, registry) => {
    const password = `SECRET-PASSWORD-${registry.passwords.size + 1}`;
    const expiresAtMs = registry.nowMs + registry.passwordMs;
    registry.passwords.set(password, expiresAtMs);
    const authorizationToken = Buffer.from(`AWS:${password}`).toString('base64');
    const proxyEndpoint = `https://${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com`;
    return { authorizationData: [{ authorizationToken, expiresAt: expiresAtMs / 1000, proxyEndpoint }] };
  },
  GetAccountSetting: ({ name }, { blobMounting: value }) => ({ name, value }),
  PutAccountSetting: ({ name, value = '' }, registry) => {
    registry.blobMounting = value;
    return { name, value };
  },
};

function described({
  tags: _,
  policyText: _policy,
  lifecyclePolicyText: _rules,
  images: _images,
  preview: _preview,
  ...rest
}: StoredRepository): object {
  return rest;
}

function found({ repositoryName }: EcrInput, { repositories }: EcrContent): StoredRepository {
  const repository = repositories.get(repositoryName ?? '');
  if (repository === undefined) {
    throw new EcrError(
      'RepositoryNotFoundException',
      `The repository with name '${repositoryName}' does not exist`,
    );
  }
  return repository;
}

function byArn(arn: string | undefined, registry: EcrContent): StoredRepository {
  return found({ repositoryName: (arn ?? '').replace(/^.*:repository\//, '') }, registry);
}

/** ImageTagMutabilityExclusionFilter of the API reference: one to five, only where the setting has exclusions. */
function setMutability(repository: StoredRepository, input: EcrInput): void {
  const setting = input.imageTagMutability ?? 'MUTABLE';
  const filters = input.imageTagMutabilityExclusionFilters ?? [];
  const isRight = setting.endsWith('_WITH_EXCLUSION')
    ? filters.length >= 1 && filters.length <= MOST_FILTERS
    : filters.length === 0;
  const isWritten = filters.every(({ filter }) => /^[0-9a-zA-Z._*-]{1,128}$/.test(filter));
  if (!isRight || !isWritten) {
    throw new EcrError('InvalidParameterException', `invalid exclusion filters for ${setting}`);
  }
  repository.imageTagMutability = setting;
  if (filters.length > 0) {
    repository.imageTagMutabilityExclusionFilters = filters;
  } else {
    delete repository.imageTagMutabilityExclusionFilters;
  }
}

/** A key that AWS keeps has an ARN as well. */
function keptEncryption(asked: KeptEncryption = { encryptionType: 'AES256' }): KeptEncryption {
  return asked.encryptionType === 'AES256'
    ? asked
    : { kmsKey: `arn:aws:kms:${REGION}:${ACCOUNT}:key/0a1b2c3d-aws-managed`, ...asked };
}

/** ECR looks up whom a statement names as its principal; conditions may name anybody. */
function assertKnown(policy: string, { strangers }: EcrContent): void {
  const { Statement } = JSON.parse(policy) as {
    readonly Statement: readonly { Principal?: { AWS?: string | string[] } }[];
  };
  if (Statement.flatMap(({ Principal }) => Principal?.AWS ?? []).some((arn) => strangers.has(arn))) {
    throw new EcrError(
      'InvalidParameterException',
      "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'",
    );
  }
}

/** As AWS gives policies back: accounts as their root's ARN, lists of one as their element. */
export function keptPolicy(text: string): string {
  return text.replaceAll(/"(\d{12})"/g, '"arn:aws:iam::$1:root"').replaceAll(/\[("[^"]*")\]/g, '$1');
}
