import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { explainAccess, writtenPolicies } from '../../../src/ecr/index.ts';
import { ecrCallOf } from '../../../src/host/aws/ecr-requests.ts';
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

/** What an image is pushed and pulled by, which no call of the API's is. */
const REQUESTED = [
  'GET manifests/1',
  'GET tags/list',
  'HEAD blobs/x',
  'GET blobs/x',
  'POST blobs/uploads/',
  'PATCH blobs/uploads/x',
  'PUT blobs/uploads/x',
  'PUT manifests/1',
].map((request) => {
  const [method = '', about = ''] = request.split(' ');
  return ecrCallOf({ method, path: `/v2/golden/node/${about}` })?.operation;
});

test('the factory may do nothing that ingot does not ask of ECR', () => {
  const policy = writtenPolicies(policyInput()).find(({ name }) => name === 'identities/factory.json');
  const granted = policy?.document.Statement.filter(({ Effect }) => Effect === 'Allow')
    .flatMap(({ Action }) => Action ?? [])
    .filter((action) => action.startsWith('ecr:'))
    .map((action) => action.slice('ecr:'.length));
  expect(granted).toContain('PutImage');
  expect(granted?.filter((operation) => ![...CALLED, ...REQUESTED].includes(operation))).toEqual([]);
});

function mayDo(operation: string, resource: string): boolean {
  const question = { principal: FACTORY, action: `ecr:${operation}`, resource, viaEndpoint: true };
  return explainAccess(question, policyInput()).decision.kind === 'allowed';
}
