import { expect, test } from 'vitest';
import { evaluateLifecycle, isActedOn, parseLifecyclePolicy } from '../../../../src/ecr/index.ts';
import type { EcrImage } from '../../../../src/ecr/index.ts';
import { DAY_MS, NOW_MS, ecrImage, namesOf } from '../../../support/ecr-images.ts';
import { documentedExamples } from '../../../support/lifecycle-examples.ts';

// The repositories, policies and results that the user guide explains, "Examples of lifecycle policies in Amazon ECR".
test.each(documentedExamples)('$title', ({ images, rules, actedOn }) => {
  const parsed = parseLifecyclePolicy(JSON.stringify({ rules }));
  if (parsed.kind === 'refused') {
    throw new Error(parsed.problems.join('\n'));
  }
  const there: readonly EcrImage[] = images.map(ecrImage);
  const nameOf = namesOf(images.map(({ name }) => name));
  const got = evaluateLifecycle(there, parsed.policy, NOW_MS).flatMap(({ image, fate }) =>
    isActedOn(fate) ? [`${nameOf(image.digest)} ${fate.action}`] : [],
  );
  expect(got).toEqual(actedOn);
});

test('an image is older than a day only after it', () => {
  const { policy } = parseLifecyclePolicy(
    JSON.stringify({
      rules: [
        {
          rulePriority: 1,
          selection: {
            tagStatus: 'untagged',
            countType: 'sinceImagePushed',
            countUnit: 'days',
            countNumber: 1,
          },
          action: { type: 'expire' },
        },
      ],
    }),
  ) as { policy: Parameters<typeof evaluateLifecycle>[1] };
  const image = ecrImage({ name: 'a', days: 0 });
  const kinds = [DAY_MS, DAY_MS + 1].map(
    (ageMs) => evaluateLifecycle([image], policy, image.pushedAtMs + ageMs)[0]?.fate.kind,
  );
  expect(kinds).toEqual(['kept', 'acted-on']);
});
