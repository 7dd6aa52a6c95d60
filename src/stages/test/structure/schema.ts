import { z } from 'zod';
import { Name, Pattern, Patterns, record, Text, text, Truth, Whole, Words } from './shape.ts';

const Command = z.array(Text).min(1);
const Variable = record({ key: Name, value: Text });
const Expectation = record({ key: Name, value: Text, isRegex: Truth.default(false) }).superRefine(
  ({ value, isRegex }, context) => {
    const issues = isRegex ? (Pattern.safeParse(value).error?.issues ?? []) : [];
    for (const { message } of issues) {
      context.addIssue({ code: 'custom', message, path: ['value'] });
    }
  },
);

/** Each command runs in a container of its own; those of one test find the files that the earlier ones left. */
const commandParts = {
  name: Name,
  setup: z.array(Command).default([]),
  teardown: z.array(Command).default([]),
  envVars: z.array(Variable).default([]),
  expectedOutput: Patterns,
  excludedOutput: Patterns,
  expectedError: Patterns,
  excludedError: Patterns,
  exitCode: Whole.default(0),
};

const CommandTest = record({ ...commandParts, command: Name, args: Words }).transform(
  ({ command, args, ...parts }) => ({ ...parts, command: [command, ...args] }),
);
/** Schema 1.0.0: program and arguments are one list. */
const CommandTestV1 = record({ ...commandParts, command: Command });

const AbsolutePath = text(/^[/$]/, 'an absolute path or one that starts with a $VARIABLE');

const FileExistenceTest = record({
  name: Name,
  path: AbsolutePath,
  shouldExist: Truth.default(true),
  /** Of the first files of schema 1.0.0. */
  isDirectory: Truth.exactOptional(),
  /** As Go's `os.FileMode` writes it: `-rw-r--r--`, `drwx------`, `Lrwxrwxrwx`, `dtrwxrwxrwx`. */
  permissions: text(
    /^(-|[dLDpugct]+)([r-][w-][x-]){3}$/,
    'a mode as Go writes it, such as "-rw-r--r--"',
  ).exactOptional(),
  uid: Whole.exactOptional(),
  gid: Whole.exactOptional(),
  isExecutableBy: z.enum(['owner', 'group', 'other', 'any']).exactOptional(),
});

const FileContentTest = record({
  name: Name,
  path: AbsolutePath,
  expectedContents: Patterns,
  excludedContents: Patterns,
});

const Unbound = z.array(record({ key: Name, value: Text.exactOptional() })).default([]);

/** `env` and `unboundEnv` are the older names of `envVars` and `unboundEnvVars`. */
const MetadataTest = record({
  env: z.array(Expectation).default([]),
  envVars: z.array(Expectation).default([]),
  unboundEnv: Unbound,
  unboundEnvVars: Unbound,
  labels: z.array(Expectation).default([]),
  entrypoint: z.array(Text).exactOptional(),
  cmd: z.array(Text).exactOptional(),
  exposedPorts: Words,
  unexposedPorts: Words,
  volumes: Words,
  unmountedVolumes: Words,
  workdir: Text.exactOptional(),
  user: Text.exactOptional(),
}).transform(({ env, unboundEnv, ...rest }) => ({
  ...rest,
  envVars: [...env, ...rest.envVars],
  unboundEnvVars: [...unboundEnv, ...rest.unboundEnvVars],
}));

const LicenseTest = record({ debian: Truth.default(false), files: z.array(AbsolutePath).default([]) });

const ContainerRunOptions = record({
  user: Name.exactOptional(),
  privileged: Truth.default(false),
  allocateTty: Truth.default(false),
  /** Below the folder of the structure test. */
  envFile: text(/^(?!\/)(?!.*(^|\/)\.\.(\/|$))./, 'a file below the folder of this one').exactOptional(),
  /** Names of variables of the process that runs the test. */
  envVars: Words,
  capabilities: Words,
  bindMounts: z.array(text(/^\/[^:]*:\/[^:]*(:[\w,]+)?$/, '"/on/host:/in/container"')).default([]),
  network: z.enum(['none']).exactOptional(),
});

const common = {
  globalEnvVars: z.array(Variable).default([]),
  fileExistenceTests: z.array(FileExistenceTest).default([]),
  fileContentTests: z.array(FileContentTest).default([]),
  metadataTest: MetadataTest.exactOptional(),
  licenseTests: z.array(LicenseTest).default([]),
  containerRunOptions: ContainerRunOptions.prefault({}),
};

function isObject(written: unknown): written is object {
  return typeof written === 'object' && written !== null;
}

function versionOf(written: object): string {
  return 'schemaVersion' in written ? JSON.stringify(written.schemaVersion) : 'nothing';
}

/** container-structure-test's schemas, all that its docker driver takes. docs/image-tests.md has the table. */
export const StructureTest = z.discriminatedUnion(
  'schemaVersion',
  [
    record({
      schemaVersion: z.literal('1.0.0'),
      ...common,
      commandTests: z.array(CommandTestV1).default([]),
    }),
    record({ schemaVersion: z.literal('2.0.0'), ...common, commandTests: z.array(CommandTest).default([]) }),
  ],
  {
    error: ({ input }) =>
      isObject(input) ? `expected "1.0.0" or "2.0.0", got ${versionOf(input)}` : undefined,
  },
);

export type StructureTest = z.infer<typeof StructureTest>;
export type CommandTest = StructureTest['commandTests'][number];
export type FileExistenceTest = z.infer<typeof FileExistenceTest>;
export type FileContentTest = z.infer<typeof FileContentTest>;
export type MetadataTest = z.infer<typeof MetadataTest>;
export type LicenseTest = z.infer<typeof LicenseTest>;
export type ContainerRunOptions = z.infer<typeof ContainerRunOptions>;
