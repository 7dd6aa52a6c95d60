import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { explainAccess } from '../../../src/ecr/index.ts';
import { FACTORY, policyInput } from '../../support/ecr-catalog.ts';
import { REPOSITORY } from '../../support/repository.ts';

const SOURCE = globSync(path.join(REPOSITORY, 'src/host/aws/ecr*.ts'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n');

/** `ecr.putLifecyclePolicy(…)` and `paginateDescribeRepositories` → what ingot asks of AWS. */
const CALLED = [...SOURCE.matchAll(/\becr\.([a-z]\w+)\(|\bpaginate([A-Z]\w+)\(/g)]
  .map(([, method = '', paged]) => paged ?? `${method.charAt(0).toUpperCase()}${method.slice(1)}`)
  .filter((operation) => operation !== 'Destroy');

test('the factory may do what ingot asks of ECR, through the VPC endpoint as well', () => {
  expect(CALLED).toContain('CreateRepository');
  expect(CALLED).toContain('DescribeRepositories');
  expect(CALLED).toContain('StartImageScan');
  const allowed = new Set(
    ['golden/node', 'team-b/node', '*'].flatMap((resource) =>
      CALLED.filter((operation) => mayDo(operation, resource)),
    ),
  );
  expect(CALLED.filter((operation) => !allowed.has(operation))).toEqual([]);
});

function mayDo(operation: string, resource: string): boolean {
  const question = { principal: FACTORY, action: `ecr:${operation}`, resource, viaEndpoint: true };
  return explainAccess(question, policyInput()).decision.kind === 'allowed';
}
