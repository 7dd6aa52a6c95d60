import { describe, expect, test } from 'vitest';
import type { RepositoryPreview } from '../../../../src/ecr/index.ts';
import { digests, going, inUse, previewOf, previewWorld } from '../../../support/ecr-preview-world.ts';
import { current, old, older } from '../../../support/ecr-releases.ts';

const WRITING = /^(Put|Create|Delete|BatchDelete|Set|Tag)/;

describe('ingot ecr preview', () => {
  test('says what would go, with its platforms, the same as ECR; and only reads', async () => {
    const made = await previewWorld();
    const preview = await previewOf(made);
    expect(going(preview)).toEqual(digests(old[0], old[1], older[0], older[1]));
    expect(preview.ecr).toEqual({ kind: 'compared', differences: [] });
    expect(preview.leftOver.map(({ digest }) => digest).toSorted()).toEqual(digests(old[2], older[2]));
    expect(made.server.calls.filter(({ operation }) => WRITING.test(operation))).toEqual([]);
  });

  test('as text, and where ECR differs', async () => {
    const made = await previewWorld();
    made.server.spared.add(old[0].digest);
    const { stdout, exitCode, stderr } = await made.run();
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringContaining('not in the registry yet: team-payments/node'),
    });
    await expect(stdout).toMatchFileSnapshot('../../../golden/ecr/preview-command.txt');
  });

  test.each([
    { fault: { kind: 'html' } as const, reason: 'the endpoint does not know StartLifecyclePolicyPreview' },
    {
      fault: { kind: 'error', name: 'AccessDeniedException', message: 'no' } as const,
      reason: 'may not ecr:StartLifecyclePolicyPreview',
    },
  ])('where ECR does not answer ($reason) the simulation stands alone', async ({ fault, reason }) => {
    const made = await previewWorld();
    made.server.fault = ({ operation }) => (operation === 'StartLifecyclePolicyPreview' ? fault : undefined);
    const preview = await previewOf(made);
    expect(preview.ecr).toEqual({ kind: 'unanswered', reason: expect.stringContaining(reason) });
    expect(going(preview)).toEqual(digests(old[0], old[1], older[0], older[1]));
  });

  test('credentials of another account are refused before anything is read', async () => {
    const made = await previewWorld({ account: '999999999999', factory: 'arn:aws:iam::999999999999:role/f' });
    const { exitCode, stdout, stderr } = await made.run();
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain('the credentials are of account 111122223333');
    expect(made.server.calls.map(({ operation }) => operation)).toEqual(['GetRegistryScanningConfiguration']);
  });

  test('an index that ECR does not give ends it: what it lists is not known', async () => {
    const made = await previewWorld();
    const node = made.server.repositories.get('golden/node')!;
    node.images = [{ ...current[0], failure: 'KmsError' }, ...older, ...old];
    const { exitCode, stdout, stderr } = await made.run();
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' });
    expect(stderr).toContain(
      `cannot read manifests of "golden/node": ${current[0].digest}: KmsError, ECR says why of ${current[0].digest}`,
    );
  });

  test('an index that has gone since it was listed, or is in the archive, does not', async () => {
    const made = await previewWorld();
    const node = made.server.repositories.get('golden/node')!;
    const archived = { ...old[0], storageClass: 'archive' as const };
    node.images = [{ ...older[0], failure: 'ImageNotFound' }, archived, ...current.slice(0, 1)];
    expect((await previewOf(made)).images).toBe(3);
  });

  describe('beside the rules in force', () => {
    const everything = JSON.stringify({
      rules: [
        {
          rulePriority: 1,
          description: 'by hand: nothing stays longer than 100 days',
          selection: { tagStatus: 'any', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 100 },
          action: { type: 'expire' },
        },
      ],
    });

    async function inForce(lifecyclePolicyText: string) {
      const made = await previewWorld();
      made.server.repositories.get('golden/node')!.lifecyclePolicyText = lifecyclePolicyText;
      return made;
    }

    test('what they take is said as well, and guarded', async () => {
      const made = await inForce(everything);
      const file = inUse(made, current[0].digest);
      const { stdout, exitCode } = await made.run('--in-use', file);
      expect(exitCode).toBe(1);
      expect(stdout).toContain('golden/node, by the rules in force, which are others: 9 images, 9 would go');
      expect(stdout).toContain('runs as in-use.txt:1: it must not go');
      const all = JSON.parse((await made.run('--in-use', file, '--json')).stdout);
      expect(
        all.map((each: RepositoryPreview) => [each.rules, each.going.length, each.endangered.length]),
      ).toEqual([
        ['wanted', 4, 0],
        ['in-force', 9, 1],
      ]);
    });

    test('a tag that they do not shield is no help, and that is said', async () => {
      const made = await inForce(everything);
      const { exitCode } = await made.run('--in-use', inUse(made, old[0].digest), '--keep');
      expect(exitCode).toBe(1);
    });

    test('where they take the same, nothing is said twice', async () => {
      const made = await inForce((await previewText()).replace('all but', 'only'));
      const { stdout } = await made.run();
      expect(stdout).toContain('golden/node: 9 images, 4 would go');
      expect(stdout).not.toContain('in force');
    });

    async function previewText(): Promise<string> {
      const { policy } = await previewOf(await previewWorld());
      return JSON.stringify(policy);
    }

    test('rules that nobody can simulate end it', async () => {
      const made = await inForce('{"rules":[]}');
      const { exitCode, stderr } = await made.run();
      expect(exitCode).toBe(3);
      expect(stderr).toContain('cannot simulate the lifecycle policy of "golden/node" that is in force');
    });
  });
});
