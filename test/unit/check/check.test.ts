import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { checkDockerfile, describeRules } from '../../../src/check/index.ts';
import { CHECK_RULES } from '../../../src/model/index.ts';
import { brokenRules, checkPolicy, PINNED } from '../../support/check.ts';
import { textOf } from '../../support/source-tree.ts';

describe('the rules', () => {
  const { settings } = checkPolicy();

  test('are those the catalog can set, in the same order', () => {
    expect(describeRules(settings).map(({ id }) => id)).toEqual([...CHECK_RULES]);
  });

  test('are explained in docs/check.md, with their levels', () => {
    const explained = [...textOf('docs/check.md').matchAll(/^\| `([a-z-]+)` +\| (error|warning) +\|/gm)];
    expect(explained.map(([, id, level]) => ({ id, level }))).toEqual(
      describeRules(settings).map(({ id, level }) => ({ id, level })),
    );
  });

  test('count as what the catalog says', () => {
    const text = `FROM ${PINNED}\nADD https://example.com/x /\nUSER node\n`;
    const policy = checkPolicy({ levels: { 'add-url': 'warning', 'named-user': 'off' } });
    expect(checkDockerfile({ file: 'a/Dockerfile', text }, policy)).toEqual([
      {
        tool: 'ingot',
        rule: 'add-url',
        level: 'warning',
        file: 'a/Dockerfile',
        line: 2,
        message: 'ADD takes a file from the network without a checksum',
        help: expect.stringContaining('ADD --checksum=sha256:'),
      },
    ]);
  });

  test.each([
    { text: '', rules: ['1 syntax'] },
    { text: '# nothing\n', rules: ['1 syntax'] },
    { text: 'ARG A=1\n', rules: ['1 syntax'] },
    { text: `ENV A=b\nARG C\nFROM ${PINNED}\n`, rules: ['1 syntax'] },
    { text: 'ENV A=b\n', rules: ['1 syntax'] },
    { text: 'FROM\n', rules: ['1 syntax'] },
    { text: 'FROM --platform=linux/amd64\nRUN true\n', rules: ['1 syntax'] },
    { text: 'ARG BASE=\nFROM $BASE\n', rules: ['2 syntax'] },
    { text: `from ${PINNED}\nrnu true\n`, rules: ['2 syntax'] },
    { text: `FROM ${PINNED}\nONBUILD WHAT\n`, rules: ['2 syntax'] },
    { text: `FROM ${PINNED}\nRUN <<EOF\ntrue\n`, rules: ['2 syntax'] },
  ])('a file that is no Dockerfile: $text', ({ text, rules }) => {
    expect(brokenRules(text)).toEqual(rules);
  });

  test('end, whatever the file holds', () => {
    const word = fc.constantFrom(
      ...'FROM ARG RUN USER COPY ONBUILD <<EOF EOF \\ \n # $A ${A:-x} ${ "$( | --from= A= a'.split(' '),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string())), (words) => {
        const text = words.join(' ');
        const lines = text.split('\n').length;
        for (const { line } of checkDockerfile({ file: 'Dockerfile', text }, checkPolicy())) {
          expect(line >= 1 && line <= lines).toBe(true);
        }
      }),
    );
  });
});

describe("an organisation's own rules", () => {
  const rule = {
    id: 'no-wget',
    instruction: 'RUN',
    pattern: String.raw`\bwget\b`,
    message: 'wget is not in our images',
    help: 'use curl',
    level: 'warning',
  } as const;

  test.each([
    { run: 'RUN wget x', rules: ['2 no-wget'] },
    { run: 'RUN a && \\\n  wget x', rules: ['2 no-wget'] },
    { run: 'RUN <<EOF\nwget x\nEOF', rules: ['2 no-wget'] },
    { run: 'run wget x', rules: ['2 no-wget'] },
    { run: 'RUN wgets x', rules: [] },
    { run: 'ENV A=wget', rules: [] },
  ])('$run: $rules', ({ run, rules }) => {
    expect(brokenRules(`FROM ${PINNED}\n${run}\n`, checkPolicy({ rules: [rule] }))).toEqual(rules);
  });

  test('see options as they are written', () => {
    const insecure = { ...rule, id: 'no-host-network', pattern: '--network=host' };
    const policy = checkPolicy({ rules: [insecure] });
    expect(brokenRules(`FROM ${PINNED}\nRUN --network=host a\n`, policy)).toEqual(['2 no-host-network']);
    const link = checkPolicy({
      rules: [{ ...rule, id: 'no-link', instruction: 'COPY', pattern: '^--link a' }],
    });
    expect(brokenRules(`FROM ${PINNED}\nCOPY --link a /b\n`, link)).toEqual(['2 no-link']);
  });
});

describe('# ingot ignore', () => {
  const add = 'ADD https://example.com/x /';

  test.each([
    { summary: 'with a reason', text: `# ingot ignore=add-url no checksum is published\n${add}`, rules: [] },
    {
      summary: 'several rules, and hadolint beside it',
      text: `# ingot ignore=add-url,secret-name a demo\n# hadolint ignore=DL3020\n${add}?password`,
      rules: ['2 ignore-unused'],
    },
    {
      summary: 'inside the instruction',
      text: `RUN a && \\\n  # ingot ignore=pipe-to-shell signed by us\n  curl x | sh`,
      rules: [],
    },
    {
      summary: 'of a comment that follows',
      text: '# ingot ignore=secret-value an example\n# http://user:pass@proxy.example.com\nRUN a',
      rules: [],
    },
    {
      summary: 'without a reason',
      text: `# ingot ignore=add-url\n${add}`,
      rules: ['2 ignore-reason', '3 add-url'],
    },
    {
      summary: 'of the next instruction alone',
      text: `# ingot ignore=add-url why\n${add}\n${add}`,
      rules: ['4 add-url'],
    },
    {
      summary: 'of another rule',
      text: `# ingot ignore=apt-upgrade why\n${add}`,
      rules: ['2 ignore-unused', '3 add-url'],
    },
    {
      summary: 'of a rule that is not there',
      text: `# ingot ignore=add-ulr why\n${add}`,
      rules: ['2 ignore-reason', '3 add-url'],
    },
    {
      summary: 'above nothing',
      text: `${add}\n# ingot ignore=add-url why`,
      rules: ['2 add-url', '3 ignore-unused'],
    },
    {
      summary: 'of the ignores themselves',
      text: `# ingot ignore=ignore-reason,add-url\n${add}`,
      rules: ['2 ignore-reason', '3 add-url'],
    },
    {
      summary: 'only where it starts the comment',
      text: `# see # ingot ignore=add-url why\n${add}`,
      rules: ['3 add-url'],
    },
  ])('$summary', ({ text, rules }) => {
    expect(brokenRules(`FROM ${PINNED}\n${text}\n`)).toEqual(rules);
  });

  test('counts in the first line of the file', () => {
    expect(brokenRules('# ingot ignore=unapproved-base why\nFROM ghcr.io/x/y:1\nUSER 1\n')).toEqual([
      '2 unpinned-base',
    ]);
  });

  test('keeps the finding, with the reason', () => {
    const text = `FROM ${PINNED}\n# ingot ignore=add-url no checksum is published\n${add}\n`;
    expect(checkDockerfile({ file: 'Dockerfile', text }, checkPolicy())).toMatchObject([
      { rule: 'add-url', line: 3, ignored: 'no checksum is published' },
    ]);
  });

  test("says how to ignore hadolint's", () => {
    const text = `FROM ${PINNED}\n# ingot ignore=DL3059 why\nRUN a\n`;
    expect(checkDockerfile({ file: 'Dockerfile', text }, checkPolicy())).toMatchObject([
      { message: 'there is no rule "DL3059"', help: expect.stringContaining('# hadolint ignore=DL3059') },
    ]);
  });
});
