import { RE2JS } from 're2js';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import type { Problem } from '../../../model/index.ts';

/** Google's linear-time regular expressions, which container-structure-test is defined with (Go's `regexp`). */
const Pattern = z.string().superRefine((pattern, context) => {
  try {
    RE2JS.compile(pattern);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    context.addIssue({ code: 'custom', message: `expected an RE2 regular expression, got ${reason}` });
  }
});

const Patterns = z.array(Pattern).default([]);
const Command = z.array(z.string()).min(1);
const Variable = z.strictObject({ key: z.string().min(1), value: z.string() });
const Expectation = z
  .strictObject({ key: z.string().min(1), value: z.string(), isRegex: z.boolean().default(false) })
  .superRefine(({ value, isRegex }, context) => {
    const issues = isRegex ? (Pattern.safeParse(value).error?.issues ?? []) : [];
    for (const { message } of issues) {
      context.addIssue({ code: 'custom', message, path: ['value'] });
    }
  });

/** Each command runs in a hardened container of its own; the three kinds of one test share its `/tmp`. */
const CommandTest = z.strictObject({
  name: z.string().min(1),
  setup: z.array(Command).default([]),
  teardown: z.array(Command).default([]),
  envVars: z.array(Variable).default([]),
  command: z.string().min(1),
  args: z.array(z.string()).default([]),
  expectedOutput: Patterns,
  excludedOutput: Patterns,
  expectedError: Patterns,
  excludedError: Patterns,
  exitCode: z.int().default(0),
});

const AbsolutePath = z
  .string()
  .regex(/^[/$]/, 'expected an absolute path or one that starts with a $VARIABLE');

const FileExistenceTest = z.strictObject({
  name: z.string().min(1),
  path: AbsolutePath,
  shouldExist: z.boolean().default(true),
  /** As Go's `os.FileMode` writes it: `-rw-r--r--`, `drwx------`, `Lrwxrwxrwx`, `dtrwxrwxrwx`. */
  permissions: z
    .string()
    .regex(/^(-|[dLDpugct]+)([r-][w-][x-]){3}$/, 'expected a mode as Go writes it, such as "-rw-r--r--"')
    .exactOptional(),
  uid: z.int().nonnegative().exactOptional(),
  gid: z.int().nonnegative().exactOptional(),
  isExecutableBy: z.enum(['owner', 'group', 'other', 'any']).exactOptional(),
});

const FileContentTest = z.strictObject({
  name: z.string().min(1),
  path: AbsolutePath,
  expectedContents: Patterns,
  excludedContents: Patterns,
});

const MetadataTest = z.strictObject({
  envVars: z.array(Expectation).default([]),
  unboundEnvVars: z.array(z.strictObject({ key: z.string().min(1) })).default([]),
  labels: z.array(Expectation).default([]),
  entrypoint: z.array(z.string()).exactOptional(),
  cmd: z.array(z.string()).exactOptional(),
  exposedPorts: z.array(z.string()).default([]),
  unexposedPorts: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  unmountedVolumes: z.array(z.string()).default([]),
  workdir: z.string().exactOptional(),
  user: z.string().exactOptional(),
});

/** container-structure-test's schema 2.0.0. Its `licenseTests` and `containerRunOptions` are not taken. */
const StructureTestSchema = z.strictObject({
  schemaVersion: z.literal('2.0.0'),
  globalEnvVars: z.array(Variable).default([]),
  commandTests: z.array(CommandTest).default([]),
  fileExistenceTests: z.array(FileExistenceTest).default([]),
  fileContentTests: z.array(FileContentTest).default([]),
  metadataTest: MetadataTest.exactOptional(),
});

export type StructureTest = z.infer<typeof StructureTestSchema>;
export type CommandTest = z.infer<typeof CommandTest>;
export type FileExistenceTest = z.infer<typeof FileExistenceTest>;
export type FileContentTest = z.infer<typeof FileContentTest>;
export type MetadataTest = z.infer<typeof MetadataTest>;

export type ParsedStructureTest =
  | { readonly kind: 'parsed'; readonly test: StructureTest }
  | { readonly kind: 'invalid'; readonly problems: readonly [Problem, ...Problem[]] };

/** Reads `structure-test.yaml`; `file` is its path as the user knows it. Every mistake is reported. */
export function parseStructureTest(file: string, text: string): ParsedStructureTest {
  const document = parseDocument(text);
  const [first, ...rest] = document.errors.map((error) => ({ file, field: '', message: error.message }));
  if (first !== undefined) {
    return { kind: 'invalid', problems: [first, ...rest] };
  }
  const parsed = StructureTestSchema.safeParse(document.toJS());
  if (parsed.success) {
    return { kind: 'parsed', test: parsed.data };
  }
  const [problem, ...others] = parsed.error.issues.map(({ path, message }) => ({
    file,
    field: fieldText(path),
    message,
  }));
  return problem === undefined
    ? { kind: 'invalid', problems: [{ file, field: '', message: 'expected a structure test' }] }
    : { kind: 'invalid', problems: [problem, ...others] };
}

/** `commandTests[0].args[1]` */
function fieldText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => {
      if (typeof part === 'number') {
        return `[${part}]`;
      }
      return index === 0 ? String(part) : `.${String(part)}`;
    })
    .join('');
}
