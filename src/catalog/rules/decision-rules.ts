import { matchesPattern, type Problem } from '../../model/index.ts';
import type { DecisionFile } from '../decision-schema.ts';
import type { Partly } from '../partly.ts';
import { didYouMean, oneOf } from '../suggest.ts';
import type { WrittenCatalog } from '../written-catalog.ts';
import type { WrittenFile } from '../written-file.ts';
import { isIncomplete, idOf, imagesOf } from '../written-images.ts';
import { problemAt, repeated } from './rule.ts';
import type { Rule } from './rule.ts';

export const DECISION_RULES: readonly Rule[] = [
  targetsAreImages,
  waiversSayWhy,
  absenceIsAJustification,
  holdsAgree,
  decisionsAreUnique,
];

type Written = WrittenFile<DecisionFile>;
type Part<K extends DecisionFile['kind']> = Partly<Extract<DecisionFile, { readonly kind: K }>>;

/** Those of one kind, with what can be read of them. */
function ofKind<K extends DecisionFile['kind']>(
  decisions: readonly Written[],
  kind: K,
): readonly (readonly [Written, Part<K>])[] {
  return decisions
    .filter(({ value }) => value.kind === kind)
    .map((decision) => [decision, decision.value as Part<K>] as const);
}

/** A pattern that nothing matches is a typo, or an exception for an image that is gone; or cannot be read today. */
function targetsAreImages({ decisions, images }: WrittenCatalog): readonly Problem[] {
  if (images.some(isIncomplete)) {
    return [];
  }
  const ids = idsOf(images);
  return decisions.flatMap((decision) => {
    const { target } = decision.value;
    if (target === undefined || ids.some((id) => matchesPattern(id, target))) {
      return [];
    }
    const help = didYouMean(target, ids) || `, expected a pattern that matches one of ${oneOf(ids)}`;
    return [problemAt(decision, ['target'], `no image matches "${target}"${help}`)];
  });
}

function idsOf(images: WrittenCatalog['images']): readonly string[] {
  return imagesOf(images).flatMap((image) => idOf(image) ?? []);
}

/** OpenVEX 0.2.0, "Status Labels": not_affected has a justification or an impact statement. */
function waiversSayWhy({ decisions }: WrittenCatalog): readonly Problem[] {
  return ofKind(decisions, 'waive').flatMap(([decision, waiver]) => {
    const { status, justification, impact, action } = waiver;
    const isUnread = decision.problems.some(({ field }) => ['justification', 'impact'].includes(field));
    if (status === undefined || isUnread) {
      return [];
    }
    if (status === 'not_affected') {
      const says = justification ?? impact ?? waiver['absent-files'];
      return [
        ...(says === undefined
          ? [
              problemAt(
                decision,
                ['justification'],
                'expected it, or "impact", with "not_affected", got neither',
              ),
            ]
          : []),
        ...misplaced(decision, { action }, '"affected"'),
      ];
    }
    const onlyNotAffected = { justification, impact, 'absent-files': waiver['absent-files'] };
    return misplaced(decision, onlyNotAffected, '"not_affected"').concat(
      status === 'under_investigation' ? misplaced(decision, { action }, '"affected"') : [],
    );
  });
}

function misplaced(
  decision: Written,
  fields: Readonly<Record<string, unknown>>,
  status: string,
): readonly Problem[] {
  return Object.entries(fields).flatMap(([field, value]) =>
    value === undefined
      ? []
      : [
          problemAt(
            decision,
            [field],
            `expected it only with ${status}, got "${decision.value.kind === 'waive' ? (decision.value.status ?? '') : ''}"`,
          ),
        ],
  );
}

const OF_ABSENCE = ['component_not_present', 'vulnerable_code_not_present'];

/** What is proved is that files are not there, and nothing else. */
function absenceIsAJustification({ decisions }: WrittenCatalog): readonly Problem[] {
  return ofKind(decisions, 'waive').flatMap(([decision, waiver]) => {
    const { justification } = waiver;
    if (
      waiver['absent-files'] === undefined ||
      justification === undefined ||
      OF_ABSENCE.includes(justification)
    ) {
      return [];
    }
    const message = `expected ${oneOf(OF_ABSENCE)} with "absent-files", got "${justification}"`;
    return [problemAt(decision, ['justification'], message)];
  });
}

/** One package of one image has one version. */
function holdsAgree({ decisions, images }: WrittenCatalog): readonly Problem[] {
  const ids = idsOf(images);
  const holds = ofKind(decisions, 'hold');
  return holds.flatMap(([decision, hold], index) => {
    const earlier = holds.slice(0, index).find(([, other]) => {
      const both = ids.find((id) => isFor(id, hold) && isFor(id, other));
      return both !== undefined && hold.package === other.package && hold.version !== other.version;
    });
    if (earlier === undefined) {
      return [];
    }
    const [{ file }, { version = '' }] = earlier;
    const message = `expected "${version}" as in ${file}, which holds the same package for an image of both, got "${hold.version ?? ''}"`;
    return [problemAt(decision, ['version'], message)];
  });
}

function isFor(id: string, { target }: { readonly target?: string | undefined }): boolean {
  return target !== undefined && matchesPattern(id, target);
}

/** Whoever changes one of two has not changed the other. Frozen or extended for two reasons is no mistake. */
function decisionsAreUnique({ decisions }: WrittenCatalog): readonly Problem[] {
  return repeated(decisions, subjectOf).map(({ entry, first }) =>
    problemAt(entry, [], `expected one file for it, got a second one: ${first.file} decides the same`),
  );
}

function subjectOf({ value }: Written): string | undefined {
  const subject = subjectParts(value);
  return subject === undefined || subject.includes(undefined) || value.target === undefined
    ? undefined
    : JSON.stringify([value.kind, value.target, ...subject]);
}

function subjectParts(value: Written['value']): readonly (string | undefined)[] | undefined {
  switch (value.kind) {
    case 'waive':
      return [value.vulnerability, value.package];
    case 'hold':
      return [value.package, value.version];
    case 'withdraw':
      return [value.release];
    case 'accept':
      return [value.change, value.subject];
    case 'freeze':
    case 'extend':
    case undefined:
      return undefined;
  }
}
