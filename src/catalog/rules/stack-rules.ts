import type { Problem } from '../../model/index.ts';
import { chainOf } from '../chain.ts';
import { NONROOT, ROOT } from '../defaults.ts';
import { didYouMean, oneOf } from '../suggest.ts';
import { templateMistakes } from '../template.ts';
import type { WrittenCatalog, WrittenStack } from '../written-catalog.ts';
import { npmPackagesAreNamedOnce, rangesAreSemver, versionsHaveASource } from './artifact-rules.ts';
import { httpsArtifactsAreComplete } from './https-rules.ts';
import { placed, problemAt, repeated } from './rule.ts';
import type { Rule } from './rule.ts';

export const STACK_RULES: readonly Rule[] = [
  namesAreFolders,
  extendedStacksAreKnown,
  chainsEnd,
  packagesAreUnique,
  readStacksAreBelow,
  templatesAreFilled,
  rangesAreSemver,
  npmPackagesAreNamedOnce,
  httpsArtifactsAreComplete,
  versionsHaveASource,
  usersHaveAccounts,
  accountsAreUnique,
  imagesBringTheirProof,
];

function namesAreFolders({ stacks }: WrittenCatalog): readonly Problem[] {
  return stacks.flatMap((stack) => {
    const { name } = stack.value;
    const message = `expected "${stack.id}", the name of the folder, got "${name ?? ''}"`;
    return name === undefined || name === stack.id ? [] : [problemAt(stack, ['name'], message)];
  });
}

function extendedStacksAreKnown({ stacks }: WrittenCatalog): readonly Problem[] {
  const known = stacks.map((stack) => stack.id);
  return stacks.flatMap((stack) => {
    const parent = stack.value.extends;
    if (parent === undefined || known.includes(parent)) {
      return [];
    }
    const help = didYouMean(parent, known) || `, expected ${oneOf(known)}`;
    return [problemAt(stack, ['extends'], `unknown stack "${parent}"${help}`)];
  });
}

/** Each circle is told once, at the first of its stacks. */
function chainsEnd({ stacks }: WrittenCatalog): readonly Problem[] {
  return stacks.flatMap((stack) => {
    const { chain, repeats } = chainOf(stack.id, stacks);
    const names = chain.map(({ id }) => id);
    if (repeats !== stack.id || names.some((name) => name < stack.id)) {
      return [];
    }
    const circle = [...names.reverse(), stack.id].map((name) => `"${name}"`).join(' → ');
    return [
      problemAt(
        stack,
        ['extends'],
        `expected a stack that does not extend this one, got the circle ${circle}`,
      ),
    ];
  });
}

function packagesAreUnique({ stacks }: WrittenCatalog): readonly Problem[] {
  return stacks.flatMap((stack) =>
    repeated(placed(stack.value.packages), ([, name]) => name).map(({ entry: [index], key }) =>
      problemAt(stack, ['packages', index], `expected each package once, got "${key}" again`),
    ),
  );
}

/** A stack's steps run after the layers below it are finished. */
function readStacksAreBelow({ stacks }: WrittenCatalog): readonly Problem[] {
  return stacks.flatMap((stack) => {
    const below = chainOf(stack.value.extends, stacks).chain.map(({ id }) => id);
    const expected = below.length === 0 ? 'nothing, as the stack extends none' : oneOf(below);
    return placed(stack.value.reads).flatMap(([index, name]) =>
      below.includes(name)
        ? []
        : [problemAt(stack, ['reads', index], `expected a stack below (${expected}), got "${name}"`)],
    );
  });
}

function templatesAreFilled({ stacks }: WrittenCatalog): readonly Problem[] {
  return stacks.flatMap((stack) =>
    templateMistakes(stack.value).map(({ path, message }) => problemAt(stack, path, message)),
  );
}

/** A process whose user has no line in `/etc/passwd` has no name and no home. */
function usersHaveAccounts({ stacks }: WrittenCatalog): readonly Problem[] {
  return stacks.flatMap((stack) => {
    const { user } = stack.value;
    const own = chainOf(stack.id, stacks).chain.findLast((one) => one.value.accounts !== undefined);
    const known = [ROOT, NONROOT, ...placed(own?.value.accounts).map(([, account]) => account)];
    const users = known.map(({ uid, gid }) => `${uid ?? ''}:${gid ?? ''}`);
    if (user === undefined || users.includes(user)) {
      return [];
    }
    return [
      problemAt(stack, ['user'], `expected the uid and gid of an account (${oneOf(users)}), got "${user}"`),
    ];
  });
}

function accountsAreUnique({ stacks }: WrittenCatalog): readonly Problem[] {
  return stacks.flatMap((stack) =>
    (['name', 'uid'] as const).flatMap((key) => {
      const accounts = [[-1, NONROOT] as const, [-1, ROOT] as const, ...placed(stack.value.accounts)];
      return repeated(accounts, ([, account]) => account[key]?.toString()).map(
        ({ entry: [index], key: got }) =>
          problemAt(stack, ['accounts', index, key], `expected a ${key} of its own, got "${got}" again`),
      );
    }),
  );
}

/** The stack an image names must say how the finished image is proved, and bring the files for it. */
function imagesBringTheirProof({ stacks, images }: WrittenCatalog): readonly Problem[] {
  const runtime = new Set(
    images.filter(({ value }) => value.variant !== 'dev').map(({ value }) => value.stack),
  );
  return images.flatMap((image) => {
    const stack = stacks.find(({ id }) => id === image.value.stack);
    if (stack === undefined) {
      return [];
    }
    const isDev = image.value.variant === 'dev';
    const files = isDev && runtime.has(stack.id) ? [] : missingTests(stack, isDev);
    const lacks = [...missingFields(stack, chainOf(stack.id, stacks).chain, isDev), ...files];
    return lacks.map((what) =>
      problemAt(image, ['stack'], `expected a stack with ${what}, got "${stack.id}" without`),
    );
  });
}

function missingFields(
  stack: WrittenStack,
  chain: readonly WrittenStack[],
  isDev: boolean,
): readonly string[] {
  const isVersioned = chain.some((one) => one.value.version !== undefined || isInvalid(one, 'version'));
  return [...missingOfExample(stack, isDev), ...(isVersioned ? [] : ['"version"'])];
}

function missingOfExample(stack: WrittenStack, isDev: boolean): readonly string[] {
  const { example } = stack.value;
  if (example === undefined) {
    return isInvalid(stack, 'example') ? [] : ['"example"'];
  }
  const runsOwnFiles = (example.packages ?? []).length === 0;
  return [
    ...(example.server === undefined && !isDev ? ['"example.server"'] : []),
    ...(stack.hasExample || !runsOwnFiles ? [] : ['a folder "example" beside its stack.json']),
  ];
}

function missingTests(stack: WrittenStack, isDev: boolean): readonly string[] {
  const isThere = isDev ? stack.hasDevStructureTest : stack.hasStructureTest;
  return isThere
    ? []
    : [`${isDev ? 'structure-test.dev.yaml' : 'structure-test.yaml'} beside its stack.json`];
}

/** It is written, but its shape was already complained about. */
function isInvalid(stack: WrittenStack, field: string): boolean {
  return stack.problems.some((problem) => problem.field === '' || problem.field === field);
}
