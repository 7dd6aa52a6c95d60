import { describe, expect, test } from 'vitest';
import { explainAccess } from '../../../src/ecr/index.ts';
import { FACTORY, OURS, policyInput, WORKLOADS } from '../../support/ecr-catalog.ts';

const ELSEWHERE = `arn:aws:iam::${WORKLOADS}:role/ingot-factory`;
const INPUT = policyInput({ factory: ELSEWHERE });

function decided(principal: string, action: string, resource: string): string {
  const question = { principal, action: `ecr:${action}`, resource, viaEndpoint: false };
  return explainAccess(question, INPUT).decision.kind;
}

describe('a factory whose role is of another account than the registry', () => {
  test.each(['golden/node', 'team-a/node'])('pulls, looks and pushes in %s', (repository) => {
    const actions = [
      'BatchGetImage',
      'DescribeImages',
      'DescribeImageScanFindings',
      'UploadLayerPart',
      'PutImage',
    ];
    expect(actions.map((action) => decided(ELSEWHERE, action, repository))).toEqual(
      actions.map(() => 'allowed'),
    );
    expect(
      decided(`arn:aws:sts::${WORKLOADS}:assumed-role/ingot-factory/night`, 'PutImage', repository),
    ).toBe('allowed');
  });

  test('makes no repositories, as ECR asks the registry about that, which lets nobody in', () => {
    expect(decided(ELSEWHERE, 'CreateRepository', 'golden/new')).toBe('not-allowed');
    expect(decided(ELSEWHERE, 'BatchDeleteImage', 'golden/node')).toBe('denied');
  });

  test('is not one of the same name in the account of the registry', () => {
    expect(FACTORY).toBe(`arn:aws:iam::${OURS}:role/ingot-factory`);
    expect(decided(FACTORY, 'PutImage', 'golden/node')).toBe('denied');
  });
});
