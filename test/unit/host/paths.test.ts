import { expect, test } from 'vitest';
import { ingotPaths } from '../../../src/host/paths.ts';

test.each([
  {
    summary: 'defaults below home',
    environment: {},
    expected: {
      cache: '/home/a/.cache/ingot',
      data: '/home/a/.local/share/ingot',
      config: '/home/a/.config/ingot',
    },
  },
  {
    summary: 'the XDG variables',
    environment: { XDG_CACHE_HOME: '/c', XDG_DATA_HOME: '/d', XDG_CONFIG_HOME: '/e' },
    expected: { cache: '/c/ingot', data: '/d/ingot', config: '/e/ingot' },
  },
  {
    summary: 'relative and empty values do not count',
    environment: { XDG_CACHE_HOME: 'c', XDG_DATA_HOME: '', XDG_CONFIG_HOME: '/e' },
    expected: { cache: '/home/a/.cache/ingot', data: '/home/a/.local/share/ingot', config: '/e/ingot' },
  },
])('$summary', ({ environment, expected }) => {
  expect(ingotPaths(environment, '/home/a')).toEqual(expected);
});

test('without a home the variables are needed: nothing is put into the working folder', () => {
  const environment = { XDG_CACHE_HOME: '/c', XDG_DATA_HOME: '/d', XDG_CONFIG_HOME: '/e' };
  expect(ingotPaths(environment, '')).toMatchObject({ cache: '/c/ingot' });
  expect(() => ingotPaths({ ...environment, XDG_DATA_HOME: 'd' }, '')).toThrow(
    'cannot choose a folder: expected HOME or XDG_DATA_HOME, got neither',
  );
});
