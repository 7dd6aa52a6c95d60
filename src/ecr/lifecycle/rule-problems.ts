import {
  MAX_RULES,
  MAX_WILDCARDS,
  MIN_ARCHIVE_DAYS,
  STORAGE_CLASSES,
  storageClassOf,
  type LifecyclePolicy,
  type LifecycleRule,
} from './policy.ts';

/** What ECR refuses a policy of the right shape for; in its own words where they are known. */
export function ruleProblems({ rules }: LifecyclePolicy): readonly string[] {
  return [
    ...rules.flatMap((rule) =>
      CHECKS.flatMap((check) => check(rule).map((message) => `rule ${rule.rulePriority}: ${message}`)),
    ),
    ...tooManyRules(rules),
    ...repeated(rules.map(({ rulePriority }) => String(rulePriority))).map(
      (priority) => `rulePriority ${priority} is used more than once`,
    ),
    ...STORAGE_CLASSES.flatMap((storageClass) =>
      problemsTogether(rules.filter((rule) => storageClassOf(rule) === storageClass)),
    ),
  ];
}

type RuleCheck = (rule: LifecycleRule) => readonly string[];

const CHECKS: readonly RuleCheck[] = [tagLists, wildcards, countUnit, storageClass, action];

function tagLists({ selection: { tagStatus, tagPrefixList, tagPatternList } }: LifecycleRule): string[] {
  const lists = [tagPrefixList, tagPatternList].filter((list) => list !== undefined).length;
  if (tagStatus === 'tagged' && lists === 0) {
    return ['Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED'];
  }
  if (tagStatus !== 'tagged' && lists > 0) {
    return ['tagPrefixList and tagPatternList may only be used when tagStatus=TAGGED'];
  }
  return lists > 1 ? ['Must specify either tagPrefixList or tagPatternList, but not both'] : [];
}

function wildcards({ selection: { tagPatternList = [] } }: LifecycleRule): string[] {
  return tagPatternList
    .filter((pattern) => pattern.split('*').length - 1 > MAX_WILDCARDS)
    .map((pattern) => `There is a maximum limit of four wildcards (*) per string, got "${pattern}"`);
}

/** "An error will occur if you specify a count unit when countType is any other value." */
function countUnit({ selection }: LifecycleRule): string[] {
  const isCounted = selection.countType === 'imageCountMoreThan';
  if (isCounted === (selection.countUnit === undefined)) {
    return [];
  }
  return [
    isCounted
      ? 'countUnit may not be specified when countType=imageCountMoreThan'
      : `countUnit must be specified when countType=${selection.countType}`,
  ];
}

function storageClass(rule: LifecycleRule): string[] {
  const { countType, countNumber } = rule.selection;
  if (countType !== 'sinceImageTransitioned') {
    return storageClassOf(rule) === 'standard'
      ? []
      : [`The only supported storageClass for countType=${countType} is standard`];
  }
  return [
    ...(rule.selection.storageClass === 'archive'
      ? []
      : ['storageClass=archive must be specified when countType=sinceImageTransitioned']),
    ...(countNumber >= MIN_ARCHIVE_DAYS
      ? []
      : [`Images must be in archive storage for a minimum of ${MIN_ARCHIVE_DAYS} days before deletion`]),
  ];
}

function action({ selection: { countType }, action: { type } }: LifecycleRule): string[] {
  if (countType === 'sinceImagePulled' && type !== 'transition') {
    return ['The sinceImagePulled count type must be used with the transition action'];
  }
  if (countType === 'sinceImageTransitioned' && type !== 'expire') {
    return ['The sinceImageTransitioned count type must be used with the expire action'];
  }
  return [];
}

function tooManyRules(rules: readonly LifecycleRule[]): string[] {
  return rules.length > MAX_RULES ? [`at most ${MAX_RULES} rules are allowed, got ${rules.length}`] : [];
}

/** Of rules that select one storage class. */
function problemsTogether(rules: readonly LifecycleRule[]): string[] {
  const untagged = rules.filter(({ selection }) => selection.tagStatus === 'untagged');
  const highest = Math.max(...rules.map(({ rulePriority }) => rulePriority));
  const early = rules.filter(
    ({ selection, rulePriority }) => selection.tagStatus === 'any' && rulePriority < highest,
  );
  const prefixes = rules.flatMap(({ selection: { tagPrefixList } }) =>
    tagPrefixList === undefined ? [] : [tagPrefixList.toSorted().join(', ')],
  );
  return [
    ...(untagged.length > 1 ? ['Only one rule can select Untagged images per storage class'] : []),
    ...(early.length > 0 ? ['Rule for tagStatus=ANY must have the lowest priority per storage class'] : []),
    ...repeated(prefixes).map((list) => `tagPrefixList [${list}] is used by more than one rule`),
  ];
}

function repeated(values: readonly string[]): readonly string[] {
  return [...new Set(values.filter((value, at) => values.indexOf(value) !== at))];
}
