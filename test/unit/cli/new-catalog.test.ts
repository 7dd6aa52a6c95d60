import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { writeNewCatalog } from '../../../src/cli/new-catalog.ts';
import { ownSource } from '../../../src/cli/own-source.ts';
import { REPOSITORY } from '../../support/repository.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { readWorkflow, stepsOf, type Workflow, type WorkflowStep } from '../../support/workflow.ts';

let folder: string;
let nightly: Workflow;
let pullRequest: Workflow;

beforeEach(async () => {
  folder = await temporaryFolder();
  await writeNewCatalog(folder);
  nightly = await readWorkflow(path.join(folder, '.github/workflows/nightly.yml'));
  pullRequest = await readWorkflow(path.join(folder, '.github/workflows/pull-request.yml'));
});

/** Values that a step reads from a context, by the step's name or action. */
function readsOf(workflow: Workflow, context: string): Readonly<Record<string, readonly string[]>> {
  const read = stepsOf(workflow).map((step) => {
    const names = JSON.stringify(step).matchAll(new RegExp(`\\b${context}\\.(\\w+)`, 'g'));
    return [nameOf(step), [...new Set([...names].map(([, name = '']) => name))]] as const;
  });
  return Object.fromEntries(read.filter(([, names]) => names.length > 0));
}

function nameOf({ name, uses = '' }: WorkflowStep): string {
  return name ?? uses.replace(/@.*/, '');
}

function namesOf(workflow: Workflow, isMeant: (step: WorkflowStep) => boolean): readonly string[] {
  return stepsOf(workflow).filter(isMeant).map(nameOf);
}

describe('both workflows of a new catalog', () => {
  test('run ingot from its own repository, at the commit that wrote them', async () => {
    const { repository, ref } = await ownSource(REPOSITORY);
    for (const workflow of [nightly, pullRequest]) {
      expect(workflow.env).toEqual({ INGOT_REPOSITORY: repository, INGOT_REF: ref });
      const [checkout] = stepsOf(workflow).filter((step) => step.with?.['path'] === '.ingot');
      expect(checkout?.with).toMatchObject({
        repository: '${{ env.INGOT_REPOSITORY }}',
        ref: '${{ env.INGOT_REF }}',
      });
    }
  });

  test('are allowed nothing but what their jobs name: who has the keys cannot write here', () => {
    expect([nightly, pullRequest].map(({ permissions, jobs }) => [permissions, jobs])).toEqual([
      [
        {},
        {
          nightly: expect.objectContaining({ permissions: { contents: 'read', 'id-token': 'write' } }),
          notes: expect.objectContaining({ permissions: { contents: 'write' } }),
        },
      ],
      [
        {},
        {
          plan: expect.objectContaining({
            permissions: { contents: 'read', 'id-token': 'write', 'pull-requests': 'write' },
          }),
        },
      ],
    ]);
  });

  test('take actions by version, keep no credential of git, and put no value into a script', () => {
    for (const workflow of [nightly, pullRequest]) {
      const steps = stepsOf(workflow);
      expect(steps.filter(({ uses }) => uses !== undefined && !/@v\d+$/.test(uses))).toEqual([]);
      const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@'));
      expect(checkouts.map((step) => step.with?.['persist-credentials'])).toEqual([false, false]);
      expect(steps.filter((step) => step.run?.includes('${{'))).toEqual([]);
      // "bash" alone would have no pipefail: a plan that failed would pass
      expect(workflow.defaults).toEqual({ run: { shell: 'bash' } });
    }
  });

  test('are kept up to date by Renovate', async () => {
    const renovate = JSON.parse(await readFile(path.join(folder, 'renovate.json'), 'utf8')) as {
      readonly customManagers: readonly [
        { readonly matchStrings: readonly [string]; readonly packageNameTemplate: string },
      ];
    };
    const [{ matchStrings, packageNameTemplate }] = renovate.customManagers;
    expect(packageNameTemplate).toBe('https://github.com/ingot-factory/ingot');
    for (const name of ['nightly', 'pull-request']) {
      const text = await readFile(path.join(folder, `.github/workflows/${name}.yml`), 'utf8');
      const ref = /INGOT_REF: '(.*)'/.exec(text)?.[1];
      const found = new RegExp(matchStrings[0]).exec(text.replace(String(ref), 'ab'.repeat(20)));
      expect(found?.groups).toEqual({ currentDigest: 'ab'.repeat(20) });
    }
  });
});

describe('nightly', () => {
  test('runs on main, at night, one at a time', () => {
    expect(nightly.on).toMatchObject({ push: { branches: ['main'] }, schedule: [{}] });
    expect(nightly.concurrency).toEqual({ group: 'nightly' });
  });

  test('has key and role from the environment "publish", for one step each', () => {
    expect(nightly.jobs['nightly']?.environment).toBe('publish');
    expect(readsOf(nightly, 'secrets')).toEqual({
      'signing key': ['COSIGN_KEY'],
      nightly: ['COSIGN_PASSWORD'],
    });
    expect(readsOf(nightly, 'vars')).toMatchObject({
      'aws-actions/configure-aws-credentials': ['AWS_PUBLISH_ROLE', 'AWS_REGION'],
      nightly: ['INGOT_TARGET'],
    });
  });

  test('emulates arm64 before it tests its images, and reports what failed too', () => {
    expect(namesOf(nightly, ({ run }) => /\bingot (local|nightly)/.test(run ?? ''))).toEqual([
      'let the kernel run arm64, so that its images are tested',
      'nightly',
    ]);
    expect(namesOf(nightly, (step) => step.if === 'always()')).toEqual(['report', 'actions/upload-artifact']);
  });
});

describe('pull request', () => {
  test('gets no secret, and a role that plans', () => {
    expect(Object.keys(pullRequest.on)).toEqual(['pull_request']);
    expect(pullRequest.jobs['plan']).not.toHaveProperty('environment');
    expect(readsOf(pullRequest, 'secrets')).toEqual({});
    expect(readsOf(pullRequest, 'vars')).toEqual({
      'aws-actions/configure-aws-credentials': ['AWS_PLAN_ROLE', 'AWS_REGION'],
      'aws-actions/amazon-ecr-login': ['AWS_PLAN_ROLE'],
      'public key': ['COSIGN_PUBLIC_KEY'],
      plan: ['INGOT_TARGET'],
    });
  });

  test('is told in a comment, whatever failed before it', () => {
    expect(namesOf(pullRequest, (step) => step.if?.includes('!cancelled()') === true)).toEqual([
      'check the catalog and lock it',
      'aws-actions/configure-aws-credentials',
      'aws-actions/amazon-ecr-login',
      'public key',
      'plan',
      'write the comment',
      'actions/upload-artifact',
      'comment',
    ]);
  });

  test('of a fork gets no credentials, no plan and no comment, and is told why', () => {
    expect(namesOf(pullRequest, (step) => step.if?.includes("env.IS_FORK == 'false'") === true)).toEqual([
      'aws-actions/configure-aws-credentials',
      'aws-actions/amazon-ecr-login',
      'public key',
      'plan',
      'comment',
    ]);
    expect(namesOf(pullRequest, (step) => step.if === "env.IS_FORK == 'true'")).toEqual([
      'no plan for a fork',
    ]);
  });
});
