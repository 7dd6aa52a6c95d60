import pLimit from 'p-limit';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openEcr } from '../../../../src/cli/open-ecr.ts';
import { applyPlan } from '../../../../src/ecr/index.ts';
import type { EcrChange, EcrPlan } from '../../../../src/model/index.ts';
import { ACCOUNT, REGION } from '../../../support/ecr-answers.ts';
import { serveEcr } from '../../../support/ecr-server.ts';
import type { EcrFault, EcrServer } from '../../../support/ecr-server.ts';

const CHANGES: readonly EcrChange[] = [
  { field: 'encryption', to: { kind: 'aes256' } },
  { field: 'mutability', to: { setting: 'IMMUTABLE', except: [] } },
  { field: 'tags', to: { 'ingot:managed': 'true' } },
];

/** Makes five repositories, one after the other. */
async function applied(faults: Readonly<Record<string, EcrFault>>): Promise<{
  readonly server: EcrServer;
  readonly failure: unknown;
}> {
  const server = await serveEcr();
  for (const [name, value] of Object.entries(server.environment)) {
    vi.stubEnv(name, value);
  }
  server.fault = ({ input }) => faults[input.repositoryName ?? ''];
  const { signal } = new AbortController();
  const request = { environment: {}, cwd: '/', startedAt: new Date(), emit: () => undefined, signal };
  const registry = openEcr({ ...request, region: REGION });
  onTestFinished(() => {
    registry.close();
  });
  const names = ['a/1', 'a/2', 'a/3', 'a/4', 'a/5'];
  const resources = names.map((repository) => ({ repository, action: 'create' as const, changes: CHANGES }));
  const plan: EcrPlan = { schemaVersion: 1, target: 'x', account: ACCOUNT, region: REGION, resources };
  const failure = await applyPlan(plan, { registry, pool: pLimit(1), onDone: () => undefined }).catch(
    (error: unknown) => error,
  );
  return { server, failure };
}

function error(name: string, message: string): EcrFault {
  return { kind: 'error', name, message };
}

test('every resource that fails is told, with each hint once, and the others are made', async () => {
  const denied = (name: string): EcrFault =>
    error(
      'AccessDeniedException',
      `User: u is not authorized to perform: ecr:CreateRepository on resource: ${name}`,
    );
  const faults = { 'a/1': denied('a/1'), 'a/2': error('KmsException', 'no'), 'a/4': denied('a/1') };
  const { server, failure } = await applied(faults);
  expect(failure).toMatchObject({
    code: 'AWS_DENIED',
    message:
      'cannot apply the whole plan: 3 of 5 resources failed\n' +
      'cannot ask AWS to create repository "a/1": "u" may not ecr:CreateRepository on "a/1"\n' +
      'cannot ask AWS to create repository "a/2": CreateRepository failed with KmsException, status 400: no\n' +
      'cannot ask AWS to create repository "a/4": "u" may not ecr:CreateRepository on "a/1"',
    hint: '`ingot ecr explain u ecr:CreateRepository a/1` says which statement decides',
  });
  expect([...server.repositories.keys()]).toEqual(['a/3', 'a/5']);
});

test.each([
  error('ExpiredTokenException', 'The security token included in the request is expired'),
  error('UnrecognizedClientException', 'The security token included in the request is invalid.'),
])('what would fail for all stops at once: %o', async (fault) => {
  const { server, failure } = await applied({ 'a/2': fault });
  expect(failure).toMatchObject({ message: expect.stringContaining('create repository "a/2"') });
  expect([...server.repositories.keys()]).toEqual(['a/1']);
});
