import path from 'node:path';
import {
  ecrHost,
  type Catalog,
  type Problem,
  type Tag,
  type Target,
  type TeamImage,
} from '../model/index.ts';
import { brokenImages, concernsAll } from './broken-images.ts';
import { toCheckSettings } from './check-schema.ts';
import { toDecision } from './decision-schema.ts';
import { LOCAL_TARGET } from './defaults.ts';
import { toEcrSettings } from './ecr-schema.ts';
import { toEntries } from './entries.ts';
import { toPolicy } from './policy-schema.ts';
import { CATALOG_RULES } from './rules/catalog-rules.ts';
import { DATE_RULES } from './rules/date-rules.ts';
import { DECISION_RULES } from './rules/decision-rules.ts';
import { EXAMPLE_RULES } from './rules/example-rules.ts';
import { IMAGE_RULES } from './rules/image-rules.ts';
import { LAYER_RULES } from './rules/layer-rules.ts';
import { REPOSITORY_RULES } from './rules/repository-rules.ts';
import { SCANNER_RULES } from './rules/scanner-rules.ts';
import { SETTING_RULES } from './rules/setting-rules.ts';
import { STACK_RULES } from './rules/stack-rules.ts';
import { TARGET_RULES } from './rules/target-rules.ts';
import { TEAM_RULES } from './rules/team-rules.ts';
import { toPlaces } from './repositories.ts';
import { toSchedule } from './schedule-schema.ts';
import { toScannerSettings } from './scanner-schema.ts';
import { CatalogFile, TeamFile } from './schema.ts';
import { toSigning } from './signing-schema.ts';
import { readWrittenCatalog, shapeProblems } from './written-catalog.ts';
import type { WrittenCatalog } from './written-catalog.ts';
import { idOf, imagesOf } from './written-images.ts';

export type LoadedCatalog =
  | {
      readonly kind: 'ok';
      readonly catalog: Catalog;
      /** Of single images, and of what no image uses. */
      readonly problems: readonly Problem[];
    }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] };

const RULES = [
  ...EXAMPLE_RULES,
  ...CATALOG_RULES,
  ...IMAGE_RULES,
  ...DATE_RULES,
  ...STACK_RULES,
  ...LAYER_RULES,
  ...REPOSITORY_RULES,
  ...SCANNER_RULES,
  ...SETTING_RULES,
  ...TARGET_RULES,
  ...TEAM_RULES,
  ...DECISION_RULES,
];

/**
 * Reads the catalog in `folder` with everything it includes, and reports all mistakes in one go: those that concern
 * single images stop no others. Stacks that it has not itself are those of the catalog in `shipped`. Whether a package
 * or a suite exists is not looked up here: `resolve` finds that out.
 */
export async function loadCatalog(folder: string, shipped = folder): Promise<LoadedCatalog> {
  const written = await readWrittenCatalog(folder, shipped);
  const ours = new Set(written.stacks.flatMap(({ isShipped, file }) => (isShipped ? [file] : [])));
  const breaches = RULES.flatMap((rule) => rule(written));
  // what came with ingot was tested with it; only on stacks of the catalog's own it can be wrong, and these are told
  const problems = sorted([...shapeProblems(written), ...breaches.filter(({ file }) => !ours.has(file))]);
  return problems.some(concernsAll)
    ? { kind: 'problems', problems }
    : { kind: 'ok', problems, catalog: toCatalog(path.resolve(folder), written, problems) };
}

function toCatalog(folder: string, written: WrittenCatalog, problems: readonly Problem[]): Catalog {
  const broken = brokenImages(written, problems);
  const brokenIds = new Set<string | undefined>([undefined, ...broken.map(({ id }) => id)]);
  const sound = imagesOf(written.images).filter((image) => !brokenIds.has(idOf(image)));
  const file = CatalogFile.parse(written.catalog.value);
  const { targets, policy, archives } = file;
  return {
    folder,
    entries: toEntries(sound, written, file),
    broken,
    teams: written.teams.map(({ value }) => {
      const { images, ...team } = TeamFile.parse(value);
      return { ...team, images: images.map(toTeamImage) };
    }),
    targets: toTargets(targets),
    policy: toPolicy(policy),
    scanners: toScannerSettings(file.scanners),
    archives: {
      ...(archives.debian === undefined ? {} : { debian: archives.debian }),
      ...(archives['debian-security'] === undefined ? {} : { debianSecurity: archives['debian-security'] }),
      ...(archives.snapshot === undefined ? {} : { snapshot: archives.snapshot }),
    },
    repositories: toPlaces(file.repositories),
    check: toCheckSettings(file.check),
    decisions: written.decisions.map(toDecision),
    schedule: toSchedule(file.schedule),
    sources: {
      nodejs: { url: file.sources.nodejs.url.replace(/\/+$/, ''), keys: file.sources.nodejs.keys },
    },
  };
}

function toTeamImage(image: TeamFile['images'][number]): TeamImage {
  return typeof image === 'string' ? { name: image } : { name: image.name, tracks: image.tracks as Tag[] };
}

function toTargets(targets: CatalogFile['targets']): Target[] {
  const named = Object.entries(targets).map(([name, target]) => toTarget(name, target));
  const [local = LOCAL_TARGET] = named.filter(({ kind }) => kind === 'local');
  return [local, ...named.filter(({ kind }) => kind !== 'local')];
}

function toTarget(name: string, { signing: written, ...target }: CatalogFile['targets'][string]): Target {
  const signing = written && { signing: toSigning(written) };
  if (target.kind !== 'ecr') {
    return { name, ...target, ...signing };
  }
  // a registry like others, of which more is known
  const { prefix, compression, attestations, inputs } = target;
  const ecr = toEcrSettings(target);
  return {
    name,
    kind: 'registry',
    registry: ecrHost(ecr),
    prefix,
    compression,
    attestations,
    inputs,
    ecr,
    ...signing,
  };
}

/** By file and field, numbers by their value: `tracks[2]` before `tracks[10]`. */
function sorted(problems: readonly Problem[]): Problem[] {
  const { compare } = new Intl.Collator('en', { numeric: true });
  return [...problems].sort(
    (a, b) => compare(a.file, b.file) || compare(a.field, b.field) || compare(a.message, b.message),
  );
}
