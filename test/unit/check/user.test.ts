import { expect, test } from 'vitest';
import { brokenRules, checkPolicy, PINNED } from '../../support/check.ts';

const BUILDER = `registry.example.com/golden/builder@sha256:${'a'.repeat(64)}`;

test.each([
  { summary: 'the user of an approved base', text: `FROM ${PINNED}\n`, rules: [] },
  { summary: 'a number', text: `FROM ${PINNED}\nUSER 1000\n`, rules: [] },
  { summary: 'a number and a group', text: `FROM ${PINNED}\nUSER 65532:0\n`, rules: [] },
  { summary: 'a number in quotes', text: `FROM ${PINNED}\nUSER "1000"\n`, rules: [] },
  { summary: 'a name', text: `FROM ${PINNED}\nUSER node\n`, rules: ['2 named-user'] },
  { summary: 'root', text: `FROM ${PINNED}\nUSER root\n`, rules: ['2 root-user'] },
  { summary: 'zero', text: `FROM ${PINNED}\nUSER 0:1000\n`, rules: ['2 root-user'] },
  { summary: 'zero, written long', text: `FROM ${PINNED}\nUSER 000\n`, rules: ['2 root-user'] },
  { summary: 'nobody', text: `FROM ${PINNED}\nUSER :5\n`, rules: ['2 root-user'] },
  { summary: 'the last one counts', text: `FROM ${PINNED}\nUSER 0\nRUN true\nUSER 1000\n`, rules: [] },
  { summary: 'root while it is built', text: `FROM ${PINNED} AS a\nUSER 0\nFROM ${PINNED}\n`, rules: [] },
  {
    summary: 'the user of a stage it is built from',
    text: `FROM ${PINNED} AS a\nUSER 0\nFROM a\n`,
    rules: ['2 root-user'],
  },
  { summary: 'a variable', text: `FROM ${PINNED}\nARG UID=1000\nUSER $UID\n`, rules: [] },
  {
    summary: 'a variable of the whole file',
    text: `ARG UID=0\nFROM ${PINNED}\nARG UID\nUSER \${UID}\n`,
    rules: ['4 root-user'],
  },
  {
    summary: 'a variable that the stage does not know',
    text: `ARG UID=1000\nFROM ${PINNED}\nUSER \${UID}\n`,
    rules: ['3 named-user'],
  },
  {
    summary: 'a variable of ENV',
    text: `FROM ${PINNED}\nENV UID=0\nUSER \${UID:-5}\n`,
    rules: ['3 root-user'],
  },
  { summary: 'a base of ours that starts as root', text: `FROM ${BUILDER}\n`, rules: ['1 root-user'] },
  {
    summary: 'what only images built from this one do',
    text: `FROM ${PINNED}\nONBUILD USER root\n`,
    rules: [],
  },
])('$summary', ({ text, rules }) => {
  expect(brokenRules(text)).toEqual(rules);
});

test('a further base is not known to have a user', () => {
  const policy = checkPolicy({ bases: ['ghcr.io/x/y'] });
  const from = `FROM ghcr.io/x/y@sha256:${'a'.repeat(64)}\n`;
  expect(brokenRules(from, policy)).toEqual(['1 root-user']);
  expect(brokenRules(`${from}USER 1000\n`, policy)).toEqual([]);
});
