import {
  type ECR,
  type EncryptionConfiguration,
  type EncryptionType,
  type ImageTagMutability,
  LifecyclePolicyNotFoundException,
  paginateDescribeRepositories,
  type Repository,
  RepositoryPolicyNotFoundException,
  type ScanFrequency,
} from '@aws-sdk/client-ecr';
import {
  ECR_SCAN_FREQUENCIES,
  type EcrEncryption,
  type EcrScanning,
  type EcrTagMutability,
} from '../../model/index.ts';
import { causeName, UNKNOWN_OPERATION } from './aws-error.ts';
import { createEcrClient, type EcrAccess } from './ecr-client.ts';

/** One repository, as ECR lists it. */
export interface ListedRepository {
  readonly name: string;
  readonly arn: string;
  readonly encryption: EcrEncryption;
  readonly mutability: EcrTagMutability;
}

export interface NewRepository extends Omit<ListedRepository, 'arn'> {
  readonly tags: Readonly<Record<string, string>>;
}

/** What ECR's control plane is asked for one registry. Nothing here deletes. */
export interface EcrRegistry {
  listRepositories(): Promise<readonly ListedRepository[]>;
  tags(arn: string): Promise<Readonly<Record<string, string>>>;
  /** JSON; undefined where it has none. */
  policy(repository: string): Promise<string | undefined>;
  lifecycle(repository: string): Promise<string | undefined>;
  /** With the account that the credentials are of. */
  scanning(): Promise<{ readonly account: string; readonly scanning: EcrScanning }>;
  /** Undefined where the endpoint knows no such setting. */
  blobMounting(): Promise<boolean | undefined>;
  create(repository: NewRepository): Promise<void>;
  putMutability(repository: string, mutability: EcrTagMutability): Promise<void>;
  tag(arn: string, tags: Readonly<Record<string, string>>): Promise<void>;
  putPolicy(repository: string, json: string): Promise<void>;
  putLifecycle(repository: string, json: string): Promise<void>;
  putScanning(scanning: EcrScanning): Promise<void>;
  putBlobMounting(isEnabled: boolean): Promise<void>;
  close(): void;
}

/** The most that DescribeRepositories gives at once. */
const PAGE = 1000;
const BLOB_MOUNTING = 'BLOB_MOUNTING';

export function createEcrRegistry(access: EcrAccess): EcrRegistry {
  const ecr = createEcrClient(access);
  const options = { abortSignal: access.signal };
  return {
    ...reading(ecr, options),
    ...writing(ecr, options),
    close: () => {
      ecr.destroy();
    },
  };
}

interface CallOptions {
  readonly abortSignal: AbortSignal;
}

type Reading = Pick<
  EcrRegistry,
  'listRepositories' | 'tags' | 'policy' | 'lifecycle' | 'scanning' | 'blobMounting'
>;

function reading(ecr: ECR, options: CallOptions): Reading {
  return {
    listRepositories: () => listRepositories(ecr, options),
    tags: async (resourceArn) => {
      const { tags = [] } = await ecr.listTagsForResource({ resourceArn }, options);
      return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value] as const).sort());
    },
    policy: (repositoryName) =>
      unlessAbsent(RepositoryPolicyNotFoundException.name, async () => {
        const { policyText } = await ecr.getRepositoryPolicy({ repositoryName }, options);
        return policyText;
      }),
    lifecycle: (repositoryName) =>
      unlessAbsent(LifecyclePolicyNotFoundException.name, async () => {
        const { lifecyclePolicyText } = await ecr.getLifecyclePolicy({ repositoryName }, options);
        return lifecyclePolicyText;
      }),
    scanning: async () => {
      const { registryId = '', scanningConfiguration } = await ecr.getRegistryScanningConfiguration(
        {},
        options,
      );
      const { scanType, rules = [] } = scanningConfiguration ?? {};
      return {
        account: registryId,
        scanning: {
          kind: scanType === 'ENHANCED' ? 'enhanced' : 'basic',
          rules: rules.map(({ scanFrequency, repositoryFilters = [] }) => ({
            frequency: ECR_SCAN_FREQUENCIES.find((each) => sdkFrequency(each) === scanFrequency) ?? 'manual',
            repositories: repositoryFilters.map(({ filter = '' }) => filter),
          })),
        },
      };
    },
    blobMounting: async () => {
      try {
        const { value } = await ecr.getAccountSetting({ name: BLOB_MOUNTING }, options);
        return value === 'ENABLED';
      } catch (error) {
        if (UNKNOWN_SETTING.includes(causeName(error) ?? '')) {
          return undefined;
        }
        throw error;
      }
    },
  };
}

async function listRepositories(ecr: ECR, options: CallOptions): Promise<readonly ListedRepository[]> {
  const listed: ListedRepository[] = [];
  for await (const { repositories = [] } of paginateDescribeRepositories(
    { client: ecr, pageSize: PAGE },
    {},
    options,
  )) {
    listed.push(...repositories.map(toListed));
  }
  return listed;
}

function toListed(repository: Repository): ListedRepository {
  const { repositoryName = '', repositoryArn = '', imageTagMutability = 'MUTABLE' } = repository;
  const { imageTagMutabilityExclusionFilters = [], encryptionConfiguration } = repository;
  return {
    name: repositoryName,
    arn: repositoryArn,
    encryption: toEncryption(encryptionConfiguration),
    mutability: {
      setting: imageTagMutability,
      except: imageTagMutabilityExclusionFilters.map(({ filter = '' }) => filter),
    },
  };
}

function toEncryption(configuration: EncryptionConfiguration | undefined): EcrEncryption {
  const { encryptionType = 'AES256', kmsKey } = configuration ?? {};
  const kind = ENCRYPTION_KINDS[encryptionType];
  return kind === 'aes256' ? { kind } : { kind, ...(kmsKey !== undefined && { key: kmsKey }) };
}

const ENCRYPTION_KINDS = { AES256: 'aes256', KMS: 'kms', KMS_DSSE: 'kms-dsse' } as const satisfies Record<
  EncryptionType,
  EcrEncryption['kind']
>;

type Writing = Omit<EcrRegistry, keyof Reading | 'close'>;

function writing(ecr: ECR, options: CallOptions): Writing {
  return {
    create: async ({ name, encryption, mutability, tags }) => {
      await ecr.createRepository(
        {
          repositoryName: name,
          ...sdkMutability(mutability),
          encryptionConfiguration: sdkEncryption(encryption),
          tags: sdkTags(tags),
        },
        options,
      );
    },
    putMutability: async (repositoryName, mutability) => {
      await ecr.putImageTagMutability({ repositoryName, ...sdkMutability(mutability) }, options);
    },
    tag: async (resourceArn, tags) => {
      await ecr.tagResource({ resourceArn, tags: sdkTags(tags) }, options);
    },
    putPolicy: async (repositoryName, policyText) => {
      await ecr.setRepositoryPolicy({ repositoryName, policyText }, options);
    },
    putLifecycle: async (repositoryName, lifecyclePolicyText) => {
      await ecr.putLifecyclePolicy({ repositoryName, lifecyclePolicyText }, options);
    },
    putScanning: async ({ kind, rules }) => {
      await ecr.putRegistryScanningConfiguration(
        {
          scanType: kind === 'enhanced' ? 'ENHANCED' : 'BASIC',
          rules: rules.map(({ frequency, repositories }) => ({
            scanFrequency: sdkFrequency(frequency),
            repositoryFilters: repositories.map((filter) => ({ filter, filterType: 'WILDCARD' })),
          })),
        },
        options,
      );
    },
    putBlobMounting: async (isEnabled) => {
      await ecr.putAccountSetting(
        { name: BLOB_MOUNTING, value: isEnabled ? 'ENABLED' : 'DISABLED' },
        options,
      );
    },
  };
}

function sdkMutability({ setting, except }: EcrTagMutability): {
  readonly imageTagMutability: ImageTagMutability;
  readonly imageTagMutabilityExclusionFilters?: { filter: string; filterType: 'WILDCARD' }[];
} {
  const filters = except.map((filter) => ({ filter, filterType: 'WILDCARD' as const }));
  return {
    imageTagMutability: setting,
    ...(filters.length > 0 && { imageTagMutabilityExclusionFilters: filters }),
  };
}

function sdkEncryption(encryption: EcrEncryption): EncryptionConfiguration {
  const TYPES = { aes256: 'AES256', kms: 'KMS', 'kms-dsse': 'KMS_DSSE' } as const;
  const encryptionType = TYPES[encryption.kind];
  return encryption.kind === 'aes256' || encryption.key === undefined
    ? { encryptionType }
    : { encryptionType, kmsKey: encryption.key };
}

function sdkTags(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** `scan-on-push` → `SCAN_ON_PUSH` */
function sdkFrequency(frequency: EcrScanning['rules'][number]['frequency']): ScanFrequency {
  const SDK = {
    'scan-on-push': 'SCAN_ON_PUSH',
    'continuous-scan': 'CONTINUOUS_SCAN',
    manual: 'MANUAL',
  } as const;
  return SDK[frequency];
}

/** Absent is what AWS calls by this name, and nothing else. */
async function unlessAbsent(
  name: string,
  ask: () => Promise<string | undefined>,
): Promise<string | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (causeName(error) === name) {
      return undefined;
    }
    throw error;
  }
}

/** Regions and stand-ins without the setting know neither the operation nor its name. */
const UNKNOWN_SETTING: readonly string[] = [
  UNKNOWN_OPERATION,
  'InvalidParameterException',
  'ValidationException',
];
