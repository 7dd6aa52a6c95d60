import { describe, expect, test } from 'vitest';
import { digests, going, previewOf, previewWorld } from '../../../support/ecr-preview-world.ts';
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
});
