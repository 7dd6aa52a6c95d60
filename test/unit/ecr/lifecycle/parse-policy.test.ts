import { describe, expect, test } from 'vitest';
import { parseLifecyclePolicy } from '../../../../src/ecr/index.ts';
import { archiveRule, documentedExamples, expireRule } from '../../../support/lifecycle-examples.ts';

const days = { countType: 'sinceImagePushed', countUnit: 'days', countNumber: 14 } as const;
const newest = { countType: 'imageCountMoreThan', countNumber: 1 } as const;
const untagged = expireRule(1, { tagStatus: 'untagged', ...days });
const archived = {
  tagStatus: 'untagged',
  storageClass: 'archive',
  countType: 'sinceImageTransitioned',
  countUnit: 'days',
  countNumber: 90,
} as const;

function problemsOf(rules: unknown): readonly string[] {
  const parsed = parseLifecyclePolicy(JSON.stringify({ rules }));
  return parsed.kind === 'policy' ? [] : parsed.problems;
}

test.each(documentedExamples)('takes "$title" of the user guide', ({ rules }) => {
  expect(problemsOf(rules)).toEqual([]);
});

describe('rules that ECR refuses', () => {
  test.each([
    {
      summary: 'tagged without a list',
      rules: [expireRule(1, { tagStatus: 'tagged', ...days })],
      problems: ['rule 1: Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED'],
    },
    {
      summary: 'a list without tagged',
      rules: [expireRule(1, { tagStatus: 'any', tagPatternList: ['a*'], ...days })],
      problems: ['rule 1: tagPrefixList and tagPatternList may only be used when tagStatus=TAGGED'],
    },
    {
      summary: 'both lists',
      rules: [expireRule(1, { tagStatus: 'tagged', tagPatternList: ['a*'], tagPrefixList: ['a'], ...days })],
      problems: ['rule 1: Must specify either tagPrefixList or tagPatternList, but not both'],
    },
    {
      summary: 'five wildcards, as the user guide shows them',
      rules: [
        expireRule(1, { tagStatus: 'tagged', tagPatternList: ['*test*1*2*3', 'test*1*2*3*4*5*6'], ...days }),
      ],
      problems: ['rule 1: There is a maximum limit of four wildcards (*) per string, got "test*1*2*3*4*5*6"'],
    },
    {
      summary: 'a unit for a count',
      rules: [expireRule(1, { tagStatus: 'untagged', ...newest, countUnit: 'days' })],
      problems: ['rule 1: countUnit may not be specified when countType=imageCountMoreThan'],
    },
    {
      summary: 'days without their unit',
      rules: [expireRule(1, { tagStatus: 'untagged', countType: 'sinceImagePushed', countNumber: 14 })],
      problems: ['rule 1: countUnit must be specified when countType=sinceImagePushed'],
    },
    {
      summary: 'pushed, in the archive',
      rules: [expireRule(1, { tagStatus: 'untagged', storageClass: 'archive', ...days })],
      problems: ['rule 1: The only supported storageClass for countType=sinceImagePushed is standard'],
    },
    {
      summary: 'transitioned, outside of the archive',
      rules: [
        expireRule(1, {
          tagStatus: 'any',
          countType: 'sinceImageTransitioned',
          countUnit: 'days',
          countNumber: 90,
        }),
      ],
      problems: ['rule 1: storageClass=archive must be specified when countType=sinceImageTransitioned'],
    },
    {
      summary: 'in the archive for less than 90 days',
      rules: [expireRule(1, { ...archived, countNumber: 89 })],
      problems: ['rule 1: Images must be in archive storage for a minimum of 90 days before deletion'],
    },
    {
      summary: 'expire by the last pull',
      rules: [expireRule(1, { tagStatus: 'any', ...days, countType: 'sinceImagePulled' })],
      problems: ['rule 1: The sinceImagePulled count type must be used with the transition action'],
    },
    {
      summary: 'archive what is in the archive',
      rules: [archiveRule(1, archived)],
      problems: ['rule 1: The sinceImageTransitioned count type must be used with the expire action'],
    },
    {
      summary: 'one priority twice',
      rules: [untagged, expireRule(1, { tagStatus: 'tagged', tagPatternList: ['a*'], ...days })],
      problems: ['rulePriority 1 is used more than once'],
    },
    {
      summary: 'two rules for untagged',
      rules: [untagged, expireRule(2, { tagStatus: 'untagged', ...newest })],
      problems: ['Only one rule can select Untagged images per storage class'],
    },
    {
      summary: 'one for untagged in each storage class',
      rules: [untagged, expireRule(2, archived)],
      problems: [],
    },
    {
      summary: 'any before others of its storage class',
      rules: [
        expireRule(1, { tagStatus: 'any', ...newest }),
        expireRule(2, { tagStatus: 'untagged', ...newest }),
      ],
      problems: ['Rule for tagStatus=ANY must have the lowest priority per storage class'],
    },
    {
      summary: 'any before others of another storage class',
      rules: [expireRule(1, { tagStatus: 'any', ...newest }), expireRule(2, archived)],
      problems: [],
    },
    {
      summary: 'the same prefixes twice',
      rules: [
        expireRule(1, { tagStatus: 'tagged', tagPrefixList: ['a', 'b'], ...newest }),
        expireRule(2, { tagStatus: 'tagged', tagPrefixList: ['b', 'a'], ...days }),
      ],
      problems: ['tagPrefixList [a, b] is used by more than one rule'],
    },
    {
      summary: '51 rules',
      rules: Array.from({ length: 51 }, (_, at) =>
        expireRule(at + 1, { tagStatus: 'tagged', tagPatternList: [`a${at}`], ...newest }),
      ),
      problems: ['at most 50 rules are allowed, got 51'],
    },
    {
      summary: 'everything at once',
      rules: [
        expireRule(1, { tagStatus: 'tagged', ...newest, countUnit: 'days' }),
        expireRule(1, { tagStatus: 'any', ...newest }),
      ],
      problems: [
        'rule 1: Must specify tagPrefixList or tagPatternList when tagStatus=TAGGED',
        'rule 1: countUnit may not be specified when countType=imageCountMoreThan',
        'rulePriority 1 is used more than once',
      ],
    },
  ])('$summary', ({ rules, problems }) => {
    expect(problemsOf(rules)).toEqual(problems);
  });
});

describe('shapes that ECR refuses', () => {
  test.each([
    {
      rules: undefined,
      problem: 'rules: instance type does not match any allowed primitive type (allowed: ["array"])',
    },
    {
      rules: [{ ...untagged, unknown: 1 }],
      problem: 'rules.0: object instance has properties which are not allowed by the schema: (["unknown"])',
    },
    {
      rules: [{ ...untagged, selection: { ...untagged.selection, tagStatus: 'none' } }],
      problem:
        'rules.0.selection.tagStatus: instance value not found in enum (possible values: ["any","tagged","untagged"])',
    },
    {
      rules: [{ ...untagged, selection: { ...untagged.selection, countNumber: 0 } }],
      problem:
        'rules.0.selection.countNumber: numeric instance is lower than the required minimum (minimum: 1)',
    },
    {
      rules: [{ ...untagged, action: { type: 'transition' } }],
      problem:
        'rules.0.action.targetStorageClass: instance value not found in enum (possible values: ["archive"])',
    },
    {
      rules: [{ ...untagged, action: { type: 'keep' } }],
      problem: 'rules.0.action.type: instance failed to match exactly one schema (matched 0 out of 2)',
    },
  ])('$problem', ({ rules, problem }) => {
    expect(problemsOf(rules)[0]).toBe(problem);
  });

  test.each(['', 'no json', '[]', '"text"', 'null'])('%j is no policy', (text) => {
    expect(parseLifecyclePolicy(text)).toEqual({
      kind: 'refused',
      problems: ['Could not map policyString into LifecyclePolicy.'],
    });
  });

  test('a text that is too long or too short', () => {
    const rule = expireRule(1, { tagStatus: 'untagged', ...newest });
    const long = problemsOf([{ ...rule, description: 'x'.repeat(31_000) }]);
    expect(long[0]).toMatch(/^Member must have length less than or equal to 30720, got 3\d{4}$/);
    expect(problemsOf([])).toEqual(['Member must have length greater than or equal to 100, got 12']);
  });
});
