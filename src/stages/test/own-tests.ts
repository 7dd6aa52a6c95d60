import { FactoryError, problemText } from '../../model/index.ts';
import type { CatalogEntry } from '../../model/index.ts';
import { parseStructureTest, toRunOptions } from './structure/index.ts';
import type { RunOptions, RunSurroundings, StructureTest, StructureTestText } from './structure/index.ts';

export type WrittenStructureTest = StructureTestText & RunSurroundings;

/** An image's own checks: its stack's `structure-test.yaml`, or a `structure-test.dev.yaml` of its stacks. */
export interface OwnTest {
  readonly test: StructureTest;
  /** How its commands are run. */
  readonly options: RunOptions;
}

/** Reads an image's own checks with all their mistakes, so that they are told before it is built. */
export async function readOwnTests(
  { id, track }: Pick<CatalogEntry, 'id' | 'track'>,
  written: readonly WrittenStructureTest[],
): Promise<readonly OwnTest[]> {
  const parsed = written.map((each) => ({ ...parseStructureTest(each, track), surroundings: each }));
  const problems = parsed.flatMap((each) => (each.kind === 'invalid' ? each.problems : []));
  if (problems.length > 0) {
    const lines = problems.map(problemText).join('\n');
    throw new FactoryError('CATALOG_INVALID', `cannot read structure test of "${id}":\n${lines}`, {
      hint: 'docs/image-tests.md has the keys; patterns are RE2, which has no lookaround and no backreferences',
    });
  }
  const tests: OwnTest[] = [];
  for (const each of parsed) {
    if (each.kind === 'parsed') {
      const options = await toRunOptions(each.test.containerRunOptions, each.surroundings);
      tests.push({ test: each.test, options });
    }
  }
  return tests;
}
