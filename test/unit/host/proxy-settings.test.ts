import { describe, expect, test } from 'vitest';
import { proxyFor, readProxySettings } from '../../../src/host/proxy-settings.ts';

const PROXY = 'http://proxy.test:3128';

describe('variables', () => {
  test.each([
    { summary: 'none', environment: {}, expected: undefined },
    {
      summary: 'lower case',
      environment: { http_proxy: PROXY },
      expected: ['http_proxy', 'proxy.test:3128'],
    },
    {
      summary: 'upper case',
      environment: { HTTP_PROXY: PROXY },
      expected: ['HTTP_PROXY', 'proxy.test:3128'],
    },
    {
      summary: 'lower case before upper case',
      environment: { http_proxy: 'http://lower.test', HTTP_PROXY: PROXY },
      expected: ['http_proxy', 'lower.test'],
    },
    { summary: 'an empty one', environment: { http_proxy: '', HTTP_PROXY: PROXY }, expected: undefined },
    {
      summary: 'no scheme',
      environment: { http_proxy: 'proxy.test:3128' },
      expected: ['http_proxy', 'proxy.test:3128'],
    },
    { summary: 'the other scheme', environment: { https_proxy: PROXY }, expected: undefined },
  ])('$summary', ({ environment, expected }) => {
    const proxy = proxyFor(new URL('http://mirror.test/'), readProxySettings(environment));
    expect(proxy && [proxy.variable, proxy.address]).toEqual(expected);
  });

  test('a name for messages has no credentials', () => {
    const { https } = readProxySettings({ https_proxy: 'https://ada:s3cret@proxy.test' });
    expect(https).toEqual({
      url: 'https://ada:s3cret@proxy.test/',
      address: 'proxy.test',
      variable: 'https_proxy',
      hasCredentials: true,
    });
  });

  test.each([
    'ada:s3cret@:1',
    'ftp://ada:s3cret@proxy.test',
    'http://ada:s3#cret@proxy.test',
    'http://a:%zz@b.test',
  ])('refuses %s, and does not repeat it', (proxy) => {
    expect(() => readProxySettings({ HTTPS_PROXY: proxy })).toThrow(
      expect.objectContaining({
        code: 'USAGE',
        message: 'cannot use the proxy in HTTPS_PROXY: expected an http or https URL',
        hint: expect.stringContaining('percent-encoded'),
      }),
    );
  });
});

describe('no_proxy', () => {
  const rows: readonly (readonly [noProxy: string, host: string, isDirect: boolean])[] = [
    ['', 'mirror.test', false],
    ['*', 'mirror.test', true],
    ['mirror.test', 'mirror.test', true],
    ['mirror.test', 'MIRROR.test.', true],
    ['mirror.test', 'deb.mirror.test', true],
    ['mirror.test', 'othermirror.test', false],
    ['.mirror.test', 'deb.mirror.test', true],
    ['.mirror.test', 'mirror.test', true],
    ['*.mirror.test', 'deb.mirror.test', true],
    ['*.mirror.test', 'mirror.test', false],
    ['other.test, Mirror.test', 'mirror.test', true],
    ['other.test mirror.test', 'mirror.test', true],
    ['mirror.test:443', 'mirror.test', true],
    ['mirror.test:8443', 'mirror.test', false],
    ['mirror.test:8443', 'mirror.test:8443', true],
    ['*:8443', 'mirror.test', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['2.3', '10.1.2.3', false],
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['10.0.0.0/8', 'mirror.test', false],
    ['10.0.0.0/33', '10.1.2.3', false],
    ['10.0.0.0/', '10.1.2.3', false],
    ['fd00::/8', '[fd00::1]', true],
    ['fd00::/8', '10.1.2.3', false],
    ['fd00::1', '[fd00::1]', true],
    ['[fd00::1]:8443', '[fd00::1]:8443', true],
    ['[fd00::1]:8443', '[fd00::1]', false],
    ['', '127.0.0.1:5000', true],
    ['', '127.8.9.10', true],
    ['', 'localhost', true],
    ['', '[::1]:5000', true],
    ['', 'localhost.test', false],
  ];

  test.each(rows)('"%s" and %s: %s', (noProxy, host, isDirect) => {
    const settings = readProxySettings({ https_proxy: PROXY, NO_PROXY: noProxy });
    expect(proxyFor(new URL(`https://${host}/`), settings) === undefined).toBe(isDirect);
  });
});
