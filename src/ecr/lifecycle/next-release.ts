import type { LifecyclePolicy, LifecycleRule } from './policy.ts';

/**
 * What the rules do to the images of today once one more release of each track is there: of what is counted one fewer
 * stays, and a tag without wildcard, which moves, shields the new release instead.
 */
export function afterNextRelease({ rules }: LifecyclePolicy): LifecyclePolicy {
  return { rules: rules.filter((rule) => !selectsMovingTag(rule)).map(countingOneMore) };
}

function countingOneMore(rule: LifecycleRule): LifecycleRule {
  const { selection } = rule;
  return selection.countType === 'imageCountMoreThan'
    ? { ...rule, selection: { ...selection, countNumber: selection.countNumber - 1 } }
    : rule;
}

function selectsMovingTag({ selection: { tagPatternList = [] } }: LifecycleRule): boolean {
  return tagPatternList.length > 0 && tagPatternList.every((pattern) => !pattern.includes('*'));
}
