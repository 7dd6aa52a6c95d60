import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { createProcessRunner } from '../../../../src/host/process.ts';
import { writeCatalog } from '../../../support/catalog-folder.ts';
import { appliedWorld, ecrWorld, TEAM, writes } from '../../../support/ecr-world.ts';
import { REPOSITORY } from '../../../support/repository.ts';

const KEY = 'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';

describe('ingot ecr plan', () => {
  test('says what has to be made, and changes nothing', async () => {
    const made = await ecrWorld({ tags: { 'cost-centre': '42' }, encryption: 'kms' });
    made.server.repositories.set('legacy/app', {
      repositoryName: 'legacy/app',
      repositoryArn: 'arn:aws:ecr:eu-central-1:111122223333:repository/legacy/app',
      registryId: '111122223333',
      createdAt: 1,
      imageTagMutability: 'MUTABLE',
      encryptionConfiguration: { encryptionType: 'AES256' },
      tags: new Map(),
    });
    const { stdout, stderr, exitCode } = await made.plan();
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    await expect(stdout).toMatchFileSnapshot('../../../golden/ecr/plan-new.txt');
    expect(writes(made)).toEqual([]);
  });

  test('the plan is the same text every time', async () => {
    const made = await ecrWorld();
    await made.plan();
    const first = readFileSync(path.join(made.folder, 'plan.json'), 'utf8');
    await made.plan();
    expect(readFileSync(path.join(made.folder, 'plan.json'), 'utf8')).toBe(first);
    expect(JSON.parse((await made.run('ecr', 'plan', '--json')).stdout)).toEqual(JSON.parse(first));
  });

  test('after applying there is nothing to do, for all of the pages of a registry', async () => {
    const made = await appliedWorld({ encryption: 'kms' });
    made.server.pageSize = 1;
    const { stdout } = await made.plan();
    expect(stdout).toContain('0 to create, 0 to change, 4 as they have to be, 0 not managed here');
    const reads = made.server.calls.filter(({ input }) => input.repositoryName !== undefined);
    expect(reads.length).toBeLessThanOrEqual(2 * 3);
    const again = await made.run('ecr', 'apply', 'plan.json');
    expect(again.stdout).toBe('nothing to do\n');
    expect(writes(made)).toEqual([]);
  });

  test('says what was changed by hand, field by field, and what cannot be changed', async () => {
    const made = await appliedWorld();
    const node = made.server.repositories.get('golden/node')!;
    node.imageTagMutability = 'MUTABLE';
    delete node.imageTagMutabilityExclusionFilters;
    node.tags.set('team', 'somebody');
    node.encryptionConfiguration = {
      encryptionType: 'KMS',
      kmsKey: 'arn:aws:kms:eu-central-1:111122223333:key/x',
    };
    made.server.blobMounting = 'DISABLED';
    const { stdout } = await made.plan();
    await expect(stdout).toMatchFileSnapshot('../../../golden/ecr/plan-changed.txt');
    await made.run('ecr', 'apply', 'plan.json');
    expect(writes(made)).toEqual(['PutAccountSetting', 'PutImageTagMutability golden/node']);
    expect(node.tags.get('team')).toBe('somebody');
  });

  test('says what becomes of a policy, statement by statement, whatever their order', async () => {
    const made = await appliedWorld();
    const { repositories } = made.server;
    for (const name of ['golden/base', 'golden/node']) {
      const golden = repositories.get(name)!;
      const policy = JSON.parse(golden.policyText!);
      const [organisation, factory, others, , outside] = policy.Statement;
      policy.Statement = [
        { Effect: 'Allow', Principal: '*', Action: 'ecr:BatchGetImage' },
        { Sid: 'Backdoor', Effect: 'Allow', Principal: { AWS: 'AROAEXAMPLEID' }, Action: ['ecr:*'] },
        { ...factory, Action: factory.Action.filter((action: string) => action !== 'ecr:PutImage') },
        { ...organisation, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-0000000000' } } },
        outside,
        { ...others, Effect: 'Allow' },
      ];
      golden.policyText = JSON.stringify(policy);
    }
    delete repositories.get('team-payments/node')!.policyText;
    const { stdout } = await made.plan();
    await expect(stdout).toMatchFileSnapshot('../../../golden/ecr/plan-policy.txt');
  });

  test.each(['kms', { kms: KEY }])('two layers of encryption are not the one of %j', async (encryption) => {
    const made = await appliedWorld({ encryption });
    const node = made.server.repositories.get('golden/node')!;
    node.encryptionConfiguration = { encryptionType: 'KMS_DSSE', kmsKey: KEY };
    const { stdout } = await made.plan();
    const wanted = { kind: 'kms', ...(typeof encryption === 'object' && { key: KEY }) };
    expect(stdout).toContain(
      `encryption stays {"kind":"kms-dsse","key":"${KEY}"}, not ${JSON.stringify(wanted)}: ECR sets encryption when`,
    );
    await made.run('ecr', 'apply', 'plan.json');
    expect(writes(made)).toEqual([]);
  });

  test('a repository of the right name that is not tagged as ours is left alone', async () => {
    const made = await appliedWorld();
    made.server.repositories.get('golden/node')!.tags.delete('ingot:managed');
    const { stdout } = await made.plan();
    expect(stdout).toContain(
      '? golden/node: it is not tagged ingot:managed=true; tag it so, and ingot takes it over',
    );
    await made.run('ecr', 'apply', 'plan.json');
    expect(writes(made)).toEqual([]);
  });

  test('a registry that knows no blob mounting is told, not failed on', async () => {
    const made = await ecrWorld();
    made.server.fault = ({ operation }) =>
      operation === 'GetAccountSetting'
        ? { kind: 'error', name: 'InvalidParameterException', message: 'unknown setting' }
        : undefined;
    const { stdout, exitCode } = await made.plan();
    expect(exitCode).toBe(0);
    expect(stdout).toContain('blob-mounting stays unknown, not true: the endpoint knows no such setting');
  });

  test('credentials of another account are refused', async () => {
    const made = await ecrWorld({ account: '999999999999', factory: 'arn:aws:iam::999999999999:role/f' });
    const { exitCode, stderr } = await made.plan();
    expect(exitCode).toBe(3);
    expect(stderr).toContain('the credentials are of account 111122223333');
  });

  test('a policy that ECR would not take is refused before anything is asked', async () => {
    const made = await ecrWorld();
    const principals = Array.from(
      { length: 200 },
      (_, index) => `arn:aws:iam::111122223333:role/deploy-${index}`,
    );
    const team = { ...TEAM, images: ['base', 'node'], aws: { principals } };
    writeCatalog(made.folder, { 'teams/payments.json': team });
    const { exitCode, stderr } = await made.plan();
    expect(exitCode).toBe(2);
    expect(stderr.match(/of at most 10240 characters/g)).toHaveLength(1);
    expect(stderr).toContain(
      'teams/payments.json: aws: expected a policy of the repositories in "team-payments" of at most 10240 characters',
    );
    expect(made.server.calls).toEqual([]);
  });

  test('a target that is not of ECR is refused', async () => {
    const { exitCode, stderr } = await (await ecrWorld()).run('ecr', 'plan', '--target', 'local');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('expected a target of kind "ecr", got "local"');
  });
});

describe('ingot ecr apply', () => {
  test('refuses where a resource has moved since the plan, says which, and changes nothing', async () => {
    const made = await appliedWorld();
    made.server.blobMounting = 'DISABLED';
    made.server.repositories.get('golden/node')!.imageTagMutability = 'MUTABLE';
    await made.plan();
    const node = made.server.repositories.get('golden/node')!;
    node.tags.set('team', 'somebody');
    node.imageTagMutability = 'IMMUTABLE';
    node.policyText = '{"Version":"2012-10-17","Statement":[]}';
    delete node.lifecyclePolicyText;
    const { exitCode, stderr } = await made.run('ecr', 'apply', 'plan.json');
    expect(exitCode).toBe(3);
    expect(stderr).toContain(
      '"golden/node" has changed: ' +
        'mutability {"except":["22","24","sha256-*"],"setting":"MUTABLE"} → {"except":["22","24","sha256-*"],"setting":"IMMUTABLE"}; ' +
        'tags {"ingot:managed":"true"} → {"ingot:managed":"true","team":"somebody"}; policy; lifecycle\n',
    );
    expect(writes(made)).toEqual([]);
  });

  test('refuses where a repository is made by somebody else, or is gone', async () => {
    const made = await appliedWorld();
    const { repositories } = made.server;
    const base = repositories.get('golden/base')!;
    repositories.delete('golden/base');
    repositories.get('golden/node')!.imageTagMutability = 'MUTABLE';
    await made.plan();
    repositories.set('golden/base', { ...base, tags: new Map() });
    repositories.delete('golden/node');
    const { stderr } = await made.run('ecr', 'apply', 'plan.json');
    expect(stderr).toContain('"golden/base" is there, with other tags');
    expect(stderr).toContain('"golden/node" is gone');
    expect(writes(made)).toEqual([]);
  });

  test.each(['CreateRepository', 'PutAccountSetting'])('goes on after %s has failed', async (operation) => {
    const made = await ecrWorld();
    await made.plan();
    let count = 0;
    made.server.fault = (call) =>
      call.operation === operation && (count += 1) === 1
        ? { kind: 'error', name: 'KmsException', message: 'no' }
        : undefined;
    const failed = await made.run('ecr', 'apply', 'plan.json');
    expect(failed.exitCode).toBe(3);
    expect(failed.stderr).toContain('failed with KmsException');
    const { exitCode } = await made.run('ecr', 'apply', 'plan.json');
    expect(exitCode).toBe(0);
    expect((await made.plan()).stdout).toContain('0 to create, 0 to change, 4 as they have to be');
  });

  test('who does not exist fails its own repositories, and the others are finished', async () => {
    const made = await ecrWorld();
    const deploy = 'arn:aws:iam::111122223333:role/deploy';
    writeCatalog(made.folder, { 'teams/payments.json': { ...TEAM, aws: { principals: [deploy] } } });
    await made.plan();
    made.server.strangers.add(deploy);
    const failed = await made.run('ecr', 'apply', 'plan.json');
    expect(failed.exitCode).toBe(3);
    expect(failed.stderr).toContain(
      `cannot set the policy of "team-payments/node": it names a role, user or account that does not exist, one of "${deploy}", "arn:aws:iam::111122223333:role/ingot-factory"`,
    );
    expect(failed.stderr).toContain('"aws" of a team in teams/*.json');
    const { repositories } = made.server;
    expect(repositories.get('golden/node')?.lifecyclePolicyText).toBeDefined();
    expect(repositories.get('team-payments/node')?.policyText).toBeUndefined();
    made.server.strangers.clear();
    expect((await made.run('ecr', 'apply', 'plan.json')).exitCode).toBe(0);
    expect((await made.plan()).stdout).toContain('0 to create, 0 to change, 4 as they have to be');
  });

  test.each([
    { killedIn: 'CreateRepository', then: '"golden/node": created' },
    { killedIn: 'SetRepositoryPolicy', then: '"golden/node": policy set' },
    { killedIn: 'PutLifecyclePolicy', then: '"golden/node": lifecycle set' },
  ])('goes on with the same plan after it was killed before its $killedIn', async ({ killedIn, then }) => {
    const made = await ecrWorld();
    await made.plan();
    const killed = new Promise<void>((resolve) => {
      made.server.fault = ({ operation, input }) => {
        if (operation !== killedIn || input.repositoryName !== 'golden/node') {
          return undefined;
        }
        resolve();
        return { kind: 'hang' };
      };
    });
    const child = await createProcessRunner().start(
      [
        process.execPath,
        path.join(REPOSITORY, 'src/start.js'),
        '--catalog',
        made.folder,
        'ecr',
        'apply',
        'plan.json',
      ],
      { cwd: made.folder, env: made.server.environment, logFile: path.join(made.folder, 'log') },
    );
    await killed;
    process.kill(child.pid, 'SIGKILL');
    await child.ended;
    made.server.fault = () => undefined;
    const { exitCode, stdout } = await made.run('ecr', 'apply', 'plan.json');
    expect(exitCode).toBe(0);
    expect(stdout).toContain(then);
    expect((await made.plan()).stdout).toContain('0 to create, 0 to change, 4 as they have to be');
  });

  test('never asks for anything to be deleted, whatever the catalog no longer has', async () => {
    const made = await appliedWorld();
    writeCatalog(made.folder, {
      'teams/payments.json': { ...TEAM, images: ['base'] },
    });
    expect((await made.plan()).stdout).toContain('? team-payments/node: the catalog has no such repository');
    await made.run('ecr', 'apply', 'plan.json');
    expect(made.server.calls.map(({ operation }) => operation)).not.toContainEqual(
      expect.stringContaining('Delete'),
    );
    expect(made.server.repositories.has('team-payments/node')).toBe(true);
  });

  test.each([
    { text: '{', problem: 'cannot read the plan "plan.json"' },
    { text: '{"schemaVersion":2}', problem: 'schemaVersion' },
  ])('a file that is no plan is refused: $text', async ({ text, problem }) => {
    const made = await ecrWorld();
    writeFileSync(path.join(made.folder, 'plan.json'), text);
    const { exitCode, stderr } = await made.run('ecr', 'apply', 'plan.json');
    expect(exitCode).toBe(2);
    expect(stderr).toContain(problem);
  });
});
