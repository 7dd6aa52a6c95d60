import type { Sha256 } from '../../model/index.ts';
import type { Compared } from './compare-ecr.ts';
import type { Judged } from './evaluate.ts';
import type { Endangered } from './guard.ts';
import type { RepositoryPreview } from './preview.ts';

const MB = 1_000_000;
/** `sha256:` and what tells digests of one repository apart. */
const SHORT_DIGEST = 'sha256:'.length + 12;

/** `ingot ecr preview`: for each repository what goes and by which rule, what is in use of it, and what ECR says. */
export function previewText(previews: readonly RepositoryPreview[]): string {
  return previews.map(oneText).join('\n\n');
}

function oneText(preview: RepositoryPreview): string {
  const { repository, images, going, endangered, kept, unneededTags, lookedIn, leftOver } = preview;
  const bytes = leftOver.reduce((sum, each) => sum + (each.bytes ?? 0), 0);
  return [
    `${repository}${RULES[preview.rules]}: ${count(images, 'image')}, ${going.length === 0 ? 'none goes' : `${going.length} would go`}`,
    ...going.map((judged) => `  ${goingText(judged, preview)}`),
    ...endangered.map((each) => `  ! ${usedText(each)}: it must not go`),
    ...kept.map((each) => `  ${usedText(each)}: kept by tag ${each.keep.tag}`),
    ...unneededTags.map(
      ({ digest, tag }) =>
        `  ${short(digest)} is not in use in ${lookedIn.join(', ')}, and kept by tag ${tag}`,
    ),
    ...(leftOver.length === 0
      ? []
      : [`  left over of images that are gone: ${leftOver.length}, ${(bytes / MB).toFixed(1)} MB`]),
    ...ecrLines(preview.ecr).map((line) => `  ${line}`),
  ].join('\n');
}

function goingText({ image, fate }: Judged, { policy }: RepositoryPreview): string {
  const name = nameText(image);
  if (fate.kind !== 'acted-on') {
    return fate.kind === 'follows' ? `${name}: goes with ${short(fate.subject)}` : name;
  }
  const rule = policy.rules.find(({ rulePriority }) => rulePriority === fate.rule);
  return `${name}: ${WORDS[fate.action]} by rule ${fate.rule} (${rule?.description ?? ''})`;
}

const RULES = { wanted: '', 'in-force': ', by the rules in force, which are others' } as const;
const WORDS = { expire: 'expires', transition: 'goes into the archive' } as const;
const RELATIONS = { runs: 'runs as', base: 'is the base of' } as const;
const MOST_USES = 3;

/** `sha256:… 24.1.0.202601270000 runs as production/shop/app` */
export function usedText({ image, uses }: Endangered): string {
  const named = uses.slice(0, MOST_USES).map(({ relation, where }) => `${RELATIONS[relation]} ${where}`);
  const more = uses.length > MOST_USES ? ` and ${uses.length - MOST_USES} more` : '';
  return `${nameText(image)} ${named.join(', ')}${more}`;
}

/** A build id says nothing to a person. */
function nameText({ digest, tags }: Judged['image']): string {
  const named = tags.filter((tag) => !tag.startsWith('build-'));
  return [short(digest), ...named].join(' ');
}

function ecrLines(compared: Compared): readonly string[] {
  if (compared.kind === 'unanswered') {
    return [`not compared with ECR: ${compared.reason}`];
  }
  return compared.differences.length === 0
    ? ['ECR says the same']
    : compared.differences.map(
        ({ digest, simulated, ecr }) => `ECR differs on ${short(digest)}: here ${simulated}, ECR ${ecr}`,
      );
}

function short(digest: Sha256): string {
  return digest.slice(0, SHORT_DIGEST);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
