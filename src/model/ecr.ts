import type { Variant } from './identity.ts';

/**
 * How repositories are encrypted; of the key that AWS keeps itself, nothing is named. `kms-dsse`, twice with one key, is
 * what others make: no target asks for it.
 */
export type EcrEncryption =
  { readonly kind: 'aes256' } | { readonly kind: 'kms' | 'kms-dsse'; readonly key?: string };

export const ECR_SCAN_FREQUENCIES = ['scan-on-push', 'continuous-scan', 'manual'] as const;
export type EcrScanFrequency = (typeof ECR_SCAN_FREQUENCIES)[number];

/** Which repositories the registry scans by itself, and how often. */
export interface EcrScanRule {
  readonly frequency: EcrScanFrequency;
  /** Names of repositories, `*` for any characters. */
  readonly repositories: readonly string[];
}

/** PutRegistryScanningConfiguration. */
export interface EcrScanning {
  readonly kind: 'basic' | 'enhanced';
  readonly rules: readonly EcrScanRule[];
}

/** Whether tags of a repository can move, and which are the exception, `*` for any characters. */
export interface EcrTagMutability {
  readonly setting: 'MUTABLE' | 'IMMUTABLE' | 'MUTABLE_WITH_EXCLUSION' | 'IMMUTABLE_WITH_EXCLUSION';
  readonly except: readonly string[];
}

/** How long releases stay, from which the lifecycle rules are made. */
export interface Retention {
  /** The newest releases of each track that stay whatever their age. */
  readonly releases: number;
  /** Days that an older release stays after it was pushed. */
  readonly days: number;
  /** Days after which what no tag names goes. */
  readonly untaggedDays: number;
}

/** The registry of one account in one region, and how its repositories are kept. */
export interface EcrSettings {
  /** Twelve digits. */
  readonly account: string;
  /** `eu-central-1` */
  readonly region: string;
  /** Golden repositories are made below it. */
  readonly prefix: string;
  /** `o-a1b2c3d4e5`, whose accounts may pull; absent: only the principals that teams name. */
  readonly organisation?: string;
  /** ARN of the role that ingot works with: nobody else may push. */
  readonly factory: string;
  readonly encryption: EcrEncryption;
  readonly scanning: EcrScanning;
  /** Tags of every repository. */
  readonly tags: Readonly<Record<string, string>>;
  readonly retention: Readonly<Record<Variant, Retention>>;
}

/** The registry's host, `111122223333.dkr.ecr.eu-central-1.amazonaws.com`. */
export function ecrHost({ account, region }: Pick<EcrSettings, 'account' | 'region'>): string {
  return `${account}.dkr.ecr.${region}.${dnsSuffixOf(region)}`;
}

/** Of accounts: also the hosts for FIPS, and for IPv6. */
const ECR_HOST =
  /^\d{12}\.(?:dkr\.ecr(?:-fips)?\.(?<ipv4>[a-z0-9-]+)\.amazonaws\.(?:com|com\.cn|eu)|dkr-ecr(?:-fips)?\.(?<dual>[a-z0-9-]+)\.on\.(?:aws|amazonwebservices\.(?:com\.cn|eu)))$/;

/** Undefined for registries that are not of ECR. */
export function regionOfHost(registry: string): string | undefined {
  const { ipv4, dual } = ECR_HOST.exec(registry)?.groups ?? {};
  return ipv4 ?? dual;
}

/** Whether a repository is in a registry of ECR, whoever's. */
export function isEcrRepository(repository: string): boolean {
  return regionOfHost(repository.slice(0, repository.indexOf('/'))) !== undefined;
}

interface Partition {
  /** As ARNs name it. */
  readonly name: 'aws' | 'aws-cn' | 'aws-us-gov' | 'aws-eusc';
  /** What its regions begin with. */
  readonly regions: string;
  readonly dnsSuffix: string;
}

const COMMERCIAL: Partition = { name: 'aws', dnsSuffix: 'amazonaws.com', regions: '' };
/** The others of AWS's own table that are not closed. */
const PARTITIONS: readonly Partition[] = [
  { name: 'aws-cn', regions: 'cn-', dnsSuffix: 'amazonaws.com.cn' },
  { name: 'aws-us-gov', regions: 'us-gov-', dnsSuffix: 'amazonaws.com' },
  { name: 'aws-eusc', regions: 'eusc-', dnsSuffix: 'amazonaws.eu' },
];

/** The partition of a region, as ARNs name it. */
export function partitionOf(region: string): Partition['name'] {
  return partitionWith(region).name;
}

/** What hosts of AWS's services end with. */
export function dnsSuffixOf(region: string): string {
  return partitionWith(region).dnsSuffix;
}

function partitionWith(region: string): Partition {
  return PARTITIONS.find(({ regions }) => region.startsWith(regions)) ?? COMMERCIAL;
}

/** `arn:aws-cn:iam::111122223333:role/x` → `aws-cn` */
export function partitionOfArn(arn: string): string {
  return arn.split(':')[1] ?? '';
}

/** `arn:aws:iam::111122223333:role/x` → `111122223333` */
export function accountOfArn(arn: string): string {
  return arn.split(':')[4] ?? '';
}

/** ARN of a repository, or of those that a pattern names. */
export function repositoryArn(
  { account, region }: Pick<EcrSettings, 'account' | 'region'>,
  repository: string,
): string {
  return `arn:${partitionOf(region)}:ecr:${region}:${account}:repository/${repository}`;
}
