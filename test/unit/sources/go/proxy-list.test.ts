import { describe, expect, test } from 'vitest';
import { FactoryError } from '../../../../src/model/index.ts';
import { parseProxyList, tryProxies } from '../../../../src/sources/go/proxy-list.ts';
import { parseGoEnv } from '../../../../src/sources/go/settings.ts';

describe('parseProxyList', () => {
  test.each([
    { text: 'https://a.example', expected: ['https://a.example if-absent'] },
    {
      text: 'https://a.example/go/ | https://b.example,direct',
      expected: ['https://a.example/go always', 'https://b.example if-absent', 'direct if-absent'],
    },
    {
      text: 'a.example,off,https://never.example',
      expected: ['https://a.example if-absent', 'off if-absent'],
    },
    { text: ',,direct', expected: ['direct if-absent'] },
  ])('$text', ({ text, expected }) => {
    expect(parseProxyList(text).map(({ proxy, next }) => `${proxy} ${next}`)).toEqual(expected);
  });

  test.each(['', ' , ', 'file:///srv', 'nonsense', 'ftp://a.example'])('refuses "%s"', (text) => {
    expect(() => parseProxyList(text)).toThrow('cannot use GOPROXY');
  });

  test('no value of GOPROXY gets into a message', () => {
    expect(() => parseProxyList('ftp://user:secret@a.example')).toThrow(/^(?!.*secret)/);
  });
});

describe('tryProxies', () => {
  const down = new FactoryError('NETWORK_FAILED', 'cannot fetch it: down');

  async function ask(list: string, answers: Readonly<Record<string, string | undefined>>) {
    return tryProxies(parseProxyList(list), async (proxy) => {
      const answer = answers[proxy];
      if (answer === 'down') {
        throw down;
      }
      return answer;
    });
  }

  test.each([
    { list: 'https://a,https://b', answers: { 'https://a': 'x' }, expected: 'x' },
    { list: 'https://a,https://b', answers: { 'https://b': 'y' }, expected: 'y' },
    { list: 'https://a|https://b', answers: { 'https://a': 'down', 'https://b': 'y' }, expected: 'y' },
    { list: 'https://a,https://b', answers: {}, expected: undefined },
  ])('$list: $answers', async ({ list, answers, expected }) => {
    expect(await ask(list, answers)).toBe(expected);
  });

  test.each([
    { list: 'https://a,https://b', answers: { 'https://a': 'down', 'https://b': 'y' } },
    { list: 'https://a|https://b', answers: { 'https://a': 'down' } },
  ])('fails for $list: $answers', async ({ list, answers }) => {
    await expect(ask(list, answers)).rejects.toBe(down);
  });
});

test('parseGoEnv reads the file of a Go release', () => {
  const text =
    '# defaults\n\nGOPROXY=https://proxy.example,direct\nGOSUMDB=sum.example.org\nGOTOOLCHAIN=local\n';
  expect(Object.fromEntries(parseGoEnv(text))).toEqual({
    GOPROXY: 'https://proxy.example,direct',
    GOSUMDB: 'sum.example.org',
    GOTOOLCHAIN: 'local',
  });
});
