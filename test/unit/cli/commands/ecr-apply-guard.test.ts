import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { hexOf } from '../../../../src/oci/index.ts';
import { current, NOW_MS, old, older } from '../../../support/ecr-releases.ts';
import { appliedWorld, writes, type EcrWorld } from '../../../support/ecr-world.ts';

const KEEP_ONE = { retention: { runtime: { releases: 1, days: 30 } } };

/** A plan that keeps one release from now on, where three are; one of them is in use. */
async function planned(inUse: string): Promise<EcrWorld> {
  const made = await appliedWorld(KEEP_ONE);
  const node = made.server.repositories.get('golden/node')!;
  delete node.lifecyclePolicyText;
  node.images = [...older, ...old, ...current];
  made.server.nowMs = NOW_MS;
  writeFileSync(path.join(made.folder, 'in-use.txt'), inUse);
  await made.plan();
  return made;
}

const APPLY = ['ecr', 'apply', 'plan.json'] as const;

describe('ingot ecr apply, of lifecycle policies', () => {
  test('refuses those that would take what is in use, and changes nothing', async () => {
    const made = await planned(old[0].digest);
    const { stderr, exitCode } = await made.run(...APPLY, '--in-use', 'in-use.txt');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('cannot apply the plan: its lifecycle policies would take what is in use');
    expect(stderr).toContain(
      `golden/node: ${old[0].digest.slice(0, 19)} 24.1.0.202601270000 runs as in-use.txt`,
    );
    expect(writes(made)).toEqual([]);
  });

  test('has it kept by a tag first, where that is asked for', async () => {
    const made = await planned(old[0].digest);
    const { exitCode, stderr } = await made.run(...APPLY, '--in-use', 'in-use.txt', '--keep');
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(writes(made)).toEqual(['PutImage golden/node', 'PutLifecyclePolicy golden/node']);
    const images = made.server.repositories.get('golden/node')?.images ?? [];
    expect(images.find(({ digest }) => digest === old[0].digest)?.tags).toContain(
      `in-use-${hexOf(old[0].digest)}`,
    );
    expect(stderr).toContain(`kept by tag in-use-${hexOf(old[0].digest)}`);
  });

  test('sets them where what is in use stays anyway', async () => {
    const made = await planned(current[0].digest);
    expect((await made.run(...APPLY, '--in-use', 'in-use.txt')).exitCode).toBe(0);
    expect(writes(made)).toEqual(['PutLifecyclePolicy golden/node']);
  });

  test('says that nobody looked, where nobody says what is in use', async () => {
    const made = await planned(old[0].digest);
    const { exitCode, stderr } = await made.run(...APPLY);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('lifecycle policies are set without a look at what is in use');
  });

  test('reads and tags nothing with credentials of another account', async () => {
    const made = await planned(old[0].digest);
    const file = path.join(made.folder, 'plan.json');
    const plan = readFileSync(file, 'utf8').replaceAll('111122223333', '999999999999');
    writeFileSync(file, plan);
    made.server.calls.length = 0;
    const { exitCode, stderr } = await made.run(...APPLY, '--in-use', 'in-use.txt', '--keep');
    expect(exitCode).toBe(3);
    expect(stderr).toContain('the credentials are of account 111122223333');
    expect(made.server.calls.map(({ operation }) => operation)).toEqual(['GetRegistryScanningConfiguration']);
  });

  test('takes no list of nothing for a look', async () => {
    const made = await planned('');
    const { exitCode, stderr } = await made.run(...APPLY, '--in-use', 'in-use.txt');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('cannot read what is in use: "in-use.txt" names no digest');
    expect(writes(made)).toEqual([]);
  });
});
