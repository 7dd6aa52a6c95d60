import { expect, test } from 'vitest';
import { childNetwork } from '../../../src/host/child-network.ts';
import { readProxySettings } from '../../../src/host/proxy-settings.ts';

const CERTIFICATES = { SSL_CERT_FILE: '/all.pem', NODE_EXTRA_CA_CERTS: '/all.pem' };
const NO_HTTP = { http_proxy: '', HTTP_PROXY: '' };
const NO_HTTPS = { https_proxy: '', HTTPS_PROXY: '' };

test.each([
  {
    summary: 'no proxy',
    environment: { NO_PROXY: 'intern.test' },
    expected: { ...CERTIFICATES, ...NO_HTTP, ...NO_HTTPS },
  },
  {
    summary: 'empty variables, the lower case of which counts',
    environment: { http_proxy: '', HTTP_PROXY: 'http://proxy.test:3128', HTTPS_PROXY: '' },
    expected: { ...CERTIFICATES, ...NO_HTTP, ...NO_HTTPS },
  },
  {
    summary: 'a proxy in one spelling, which some tools do not read',
    environment: { HTTPS_PROXY: 'proxy.test:3128' },
    expected: {
      ...CERTIFICATES,
      ...NO_HTTP,
      https_proxy: 'http://proxy.test:3128/',
      HTTPS_PROXY: 'http://proxy.test:3128/',
      no_proxy: 'localhost,127.0.0.1,::1',
      NO_PROXY: 'localhost,127.0.0.1,::1',
      NODE_USE_ENV_PROXY: '1',
    },
  },
  {
    summary: 'two proxies, and hosts without',
    environment: {
      http_proxy: 'http://a:b@one.test',
      https_proxy: 'https://two.test',
      no_proxy: 'intern.test',
    },
    expected: {
      ...CERTIFICATES,
      http_proxy: 'http://a:b@one.test/',
      HTTP_PROXY: 'http://a:b@one.test/',
      https_proxy: 'https://two.test/',
      HTTPS_PROXY: 'https://two.test/',
      no_proxy: 'intern.test,localhost,127.0.0.1,::1',
      NO_PROXY: 'intern.test,localhost,127.0.0.1,::1',
      NODE_USE_ENV_PROXY: '1',
    },
  },
])('$summary', ({ environment, expected }) => {
  expect(childNetwork(readProxySettings(environment), '/all.pem')).toEqual(expected);
});
