import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import {
  checkDockerfile,
  checkJson,
  checkSarif,
  checkText,
  describeRules,
  hadolintArgs,
  mergeFindings,
  parseHadolintOutput,
  type CheckResult,
  type HadolintRun,
} from '../../../src/check/index.ts';
import { FactoryError } from '../../../src/model/index.ts';
import { checkPolicy, PINNED } from '../../support/check.ts';
import { sarifSchema } from '../../support/sarif-schema.ts';

const FILES = ['web/Dockerfile', 'a b.Dockerfile'];

/** What hadolint 2.15.1 says, with a message of two lines. */
const HADOLINT_FINDINGS = JSON.stringify([
  { code: 'SC2086', column: 1, file: FILES[0], level: 'info', line: 3, message: 'Double quote' },
  { code: 'DL1000', column: 1, file: FILES[1], level: 'error', line: 2, message: 'unexpected\nexpecting x' },
  { code: 'DL3059', column: 1, file: FILES[0], level: 'style', line: 3, message: 'Multiple RUN' },
]);

const HADOLINT_OUTPUT = { stdout: HADOLINT_FINDINGS, stderr: '' };

const RAN: HadolintRun = { kind: 'ran', version: '2.15.1' };
const NOT_RUN: HadolintRun = {
  kind: 'not-run',
  failure: new FactoryError('HOST_UNSUPPORTED', 'cannot fetch hadolint: no pip', { hint: 'install it' }),
};

const WEB = `FROM ${PINNED}
# ingot ignore=add-url the vendor publishes no checksum
ADD https://example.com/x /
ADD https://example.com/y /
RUN apt-get update
`;

function resultOf(hadolint: HadolintRun): CheckResult {
  const policy = checkPolicy({ levels: { 'apt-cleanup': 'warning', 'secret-name': 'off' } });
  const ours = [
    ...checkDockerfile({ file: FILES[1]!, text: 'FROM node\nUSER 1\n' }, policy),
    ...checkDockerfile({ file: FILES[0]!, text: WEB }, policy),
  ];
  const theirs = hadolint.kind === 'ran' ? parseHadolintOutput(HADOLINT_OUTPUT) : [];
  return {
    files: FILES,
    unread: [],
    findings: mergeFindings(ours, theirs, FILES),
    rules: describeRules(policy.settings),
    hadolint,
  };
}

test('text is for people', async () => {
  await expect(`${checkText(resultOf(RAN))}\n`).toMatchFileSnapshot('../../golden/check/findings.txt');
});

test.each([
  { run: NOT_RUN, text: /\nhadolint: NOT RUN: cannot fetch hadolint: no pip\n {4}install it$/ },
  { run: { kind: 'not-wanted' } as const, text: /\nhadolint: not run, as asked by --no-hadolint$/ },
])('a hadolint that did not run is told: $run.kind', ({ run, text }) => {
  expect(checkText(resultOf(run))).toMatch(text);
});

const UNREAD = new FactoryError('STORAGE_FAILED', 'cannot read "web": EACCES', { hint: 'let this user' });

test('what could not be read is told', () => {
  const result = { ...resultOf(RAN), unread: [UNREAD] };
  expect(checkText(result)).toMatch(
    /\nNOT CHECKED: cannot read "web": EACCES\n {4}let this user\nhadolint: /,
  );
  expect(checkJson(result)).toMatchObject({
    unread: [{ code: 'STORAGE_FAILED', reason: 'cannot read "web": EACCES', hint: 'let this user' }],
  });
});

test("hadolint's syntax error is left out where ours is", () => {
  const ours = checkDockerfile({ file: FILES[1]!, text: 'FROM\n' }, checkPolicy());
  const rules = mergeFindings(ours, parseHadolintOutput(HADOLINT_OUTPUT), FILES).map(({ rule }) => rule);
  expect(rules).toEqual(['SC2086', 'DL3059', 'syntax']);
});

test('nothing found is one line, and one for hadolint', () => {
  const clean = { ...resultOf(RAN), findings: [], files: ['Dockerfile'] };
  expect(checkText(clean)).toBe('1 file, 0 errors, 0 warnings\nhadolint: 2.15.1');
});

test('JSON has the same, counted', () => {
  const { findings } = resultOf(NOT_RUN);
  expect(checkJson(resultOf(NOT_RUN))).toEqual({
    kind: 'check',
    files: FILES,
    unread: [],
    errors: 3,
    warnings: 1,
    info: 0,
    ignored: 1,
    hadolint: {
      kind: 'not-run',
      code: 'HOST_UNSUPPORTED',
      reason: 'cannot fetch hadolint: no pip',
      hint: 'install it',
    },
    findings,
  });
});

describe('SARIF', () => {
  const source = { version: '0.1.0', informationUri: 'https://example.com/ingot' };

  test.each([RAN, NOT_RUN, { kind: 'not-wanted' } as const])('is valid: $kind', (run) => {
    const ajv = new Ajv2020({ strict: true, allErrors: true });
    formats.default(ajv);
    const validate = ajv.compile(sarifSchema);
    const sarif = checkSarif({ ...resultOf(run), unread: [UNREAD] }, source);
    expect({ valid: validate(sarif), errors: validate.errors }).toEqual({
      valid: true,
      errors: null,
    });
  });

  test('names a run per tool, with rules and suppressions', async () => {
    const sarif = `${JSON.stringify(checkSarif(resultOf(RAN), source), null, 2)}\n`;
    await expect(sarif).toMatchFileSnapshot('../../golden/check/findings.sarif');
  });

  test('every result points at the rule it names', () => {
    const { runs } = checkSarif(resultOf(RAN), source) as SarifLog;
    for (const { tool, results } of runs) {
      expect(results.map(({ ruleIndex }) => tool.driver.rules[ruleIndex]?.id)).toEqual(
        results.map(({ ruleId }) => ruleId),
      );
    }
  });

  test('a hadolint that did not run is a run that failed', () => {
    const { runs } = checkSarif(resultOf(NOT_RUN), source) as SarifLog;
    expect(runs[1]).toMatchObject({ results: [], invocations: [{ executionSuccessful: false }] });
  });

  test('a file that could not be read is a run that failed, with the findings in the others', () => {
    const { runs } = checkSarif({ ...resultOf(RAN), unread: [UNREAD] }, source) as SarifLog;
    const notification = { level: 'error', message: { text: 'cannot read "web": EACCES' } };
    expect(runs[0]).toMatchObject({
      results: resultOf(RAN)
        .findings.filter(({ tool }) => tool === 'ingot')
        .map(({ rule }) => ({ ruleId: rule })),
      invocations: [{ executionSuccessful: false, toolExecutionNotifications: [notification] }],
    });
  });
});

interface SarifLog {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly { readonly ruleId: string; readonly ruleIndex: number }[];
  }[];
}

describe("hadolint's words", () => {
  test('become findings', () => {
    expect(parseHadolintOutput(HADOLINT_OUTPUT)[1]).toEqual({
      tool: 'hadolint',
      rule: 'DL1000',
      level: 'error',
      file: FILES[1],
      line: 2,
      message: 'unexpected, expecting x',
      help: 'https://github.com/hadolint/hadolint/wiki/DL1000',
    });
  });

  test.each(['', '{}', '[{"code":"DL1"}]', 'hadolint: error'])(
    'of another kind are refused: %s',
    (stdout) => {
      expect(() => parseHadolintOutput({ stdout, stderr: '' })).toThrow(
        expect.objectContaining({ code: 'TOOL_FAILED' }),
      );
    },
  );

  test('about a configuration it cannot read are no findings', () => {
    const stderr = String.raw`"Error parsing your config file in  '.hadolint.yaml':\nIt should contain"`;
    expect(() => parseHadolintOutput({ stdout: '[]', stderr })).toThrow(
      expect.objectContaining({ code: 'TOOL_FAILED' }),
    );
  });

  test('are asked for with one file list, behind the options', () => {
    expect(hadolintArgs('/c.yaml', ['-a', 'b c'])).toEqual([
      '--no-fail',
      '--no-color',
      '--format',
      'json',
      '--config',
      '/c.yaml',
      '--',
      '-a',
      'b c',
    ]);
  });
});
