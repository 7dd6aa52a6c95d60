import { z } from 'zod';
import { ATTESTATION_FORMS, PLATFORMS, VARIANTS } from '../model/index.ts';
import {
  annotationName,
  awsAccount,
  httpUrl,
  includePattern,
  isoDate,
  name,
  packageName,
  principalArn,
  relativePath,
  registryHost,
  repositoryName,
  repositoryPath,
  suiteName,
  trackTag,
  variableName,
} from './patterns.ts';
import { EcrTargetFile } from './ecr-schema.ts';
import { CheckFile } from './check-schema.ts';
import { PolicyFile } from './policy-schema.ts';
import { RepositoriesFile } from './repository-schema.ts';
import { ScheduleFile } from './schedule-schema.ts';
import { ScannersFile } from './scanner-schema.ts';
import { SigningFile } from './signing-schema.ts';

/** Editors find the schema through it; it is not read. */
export const schemaLink = z.string().optional();

export const environment = z.record(variableName, z.string());

/** ECR allows five exclusion filters for moving tags, and `sha256-*` needs one of them. */
export const MOST_TRACKS = 4;

const signing = SigningFile.optional().describe('Who signs, and whose signatures count: docs/signing.md');

/** How images stand in a registry, whatever registry it is. */
const published = {
  compression: z
    .enum(['gzip', 'zstd'])
    .default('gzip')
    .describe('Of layers: gzip is read everywhere, zstd is smaller and unpacked faster'),
  attestations: z
    .enum(ATTESTATION_FORMS)
    .default('classic')
    .describe("How attestations stand beside an image: cosign's .att tag, OCI referrers, or both"),
  inputs: z.boolean().default(true).describe('Keep a copy of every .deb and artifact beside the image'),
  signing,
};

const TargetFile = z.discriminatedUnion(
  'kind',
  [
    z.strictObject({ kind: z.literal('local'), signing }),
    z.strictObject({
      kind: z.literal('registry'),
      registry: registryHost.describe('Host and port, without a scheme'),
      prefix: repositoryPath.describe('Repositories are made below it'),
      ...published,
    }),
    EcrTargetFile.extend(published),
  ],
  { error: '"local", "registry" or "ecr"' },
);

/** `catalog.json`: what all images have in common, and where they are written. */
export type CatalogFile = z.output<typeof CatalogFile>;
export const CatalogFile = z.strictObject({
  $schema: schemaLink,
  include: z.array(includePattern).min(1).describe('Patterns of the files with images and teams'),
  publisher: z
    .strictObject({ vendor: z.string().min(1), source: httpUrl })
    .describe("Vendor and source of every image's annotations"),
  targets: z
    .record(name, TargetFile)
    .default({})
    .describe('Registries by name, for --target; "local" is always there'),
  policy: PolicyFile.prefault({}).describe('What the gate demands: docs/gate.md'),
  scanners: ScannersFile,
  check: CheckFile.prefault({}).describe("What `ingot check` demands of users' Dockerfiles"),
  sources: z
    .strictObject({
      nodejs: z
        .strictObject({
          url: httpUrl
            .default('https://nodejs.org/dist')
            .describe('Where the releases are, or a mirror of them'),
          keys: z
            .array(relativePath)
            .optional()
            .describe(
              'Files with release keys, relative to the catalog; without them those that come with ingot, and with an empty list nothing is asked',
            ),
        })
        .prefault({}),
    })
    .prefault({})
    .describe('Where upstream releases come from, and whom to believe: docs/sources.md'),
  schedule: ScheduleFile.prefault({}).describe('When `ingot schedule` runs: docs/schedule.md'),
  repositories: RepositoriesFile,
  archives: z
    .strictObject({
      debian: httpUrl.optional(),
      'debian-security': httpUrl.optional(),
      snapshot: httpUrl.optional(),
    })
    .default({})
    .describe(
      'Debian mirrors, for hosts whose apt names none, and where .debs they dropped are kept; everything is verified',
    ),
});

const TrackFile = z.strictObject({
  tag: trackTag.describe('The moving tag, and {{tag}} in the stack'),
  suite: suiteName.describe('Debian release the packages come from'),
  platforms: z.array(z.enum(PLATFORMS)).min(1),
  dates: z
    .strictObject({
      release: isoDate.describe('When upstream released this line'),
      'end-of-life': isoDate.describe(
        'When its support ends; without a decision no image is released after it',
      ),
    })
    .optional()
    .describe('Without them, those that "upstream" has published'),
  environment: environment.default({}).describe("Added to the stack's own"),
  packages: z.array(packageName).default([]).describe("Debian packages added to the stack's own"),
});

/** `images/<repository>.json`: one repository and its tracks. */
export type ImageFile = z.output<typeof ImageFile>;
export const ImageFile = z.strictObject({
  $schema: schemaLink,
  name: repositoryName.describe('Repository below the prefix of the target'),
  stack: name.describe('Folder in stacks/'),
  variant: z
    .enum(VARIANTS)
    .default('runtime')
    .describe('dev: what the stack\'s "dev" adds, and nothing else'),
  dev: z
    .strictObject({ title: z.string().min(1), description: z.string().min(1) })
    .optional()
    .describe('Makes a dev image of every track as well, in the repository <name>-dev'),
  upstream: name.optional().describe('Whose published dates count for the tracks: data/end-of-life.json'),
  title: z.string().min(1).describe('Annotation org.opencontainers.image.title'),
  description: z.string().min(1).describe('Annotation org.opencontainers.image.description'),
  annotations: z.record(annotationName, z.string()).default({}),
  tracks: z.array(TrackFile).min(1),
});

/** `teams/<team>.json`: whose namespace gets which images; the team owns this file. */
export type TeamFile = z.output<typeof TeamFile>;
export const TeamFile = z.strictObject({
  $schema: schemaLink,
  name,
  namespace: repositoryPath.describe('Repositories of the team are made below it'),
  owner: z.string().min(1).describe('Who answers for it: an address or a group'),
  images: z
    .array(
      z.union(
        [
          repositoryName,
          z.strictObject({ name: repositoryName, tracks: z.array(trackTag).min(1).describe('Only these') }),
        ],
        { error: 'the name of an image, or its "name" with some of its "tracks"' },
      ),
    )
    .min(1)
    .describe('Names of images, each alone or with the tracks that are wanted'),
  aws: z
    .strictObject({
      principals: z
        .array(principalArn)
        .default([])
        .describe('ARNs of roles, users or accounts that may pull'),
      accounts: z.array(awsAccount).default([]).describe('Further accounts whose workloads pull'),
    })
    .prefault({})
    .describe('Who may pull from the namespace in AWS'),
});
