import { describe, expect, test } from 'vitest';
import { REPOSITORY } from '../../support/repository.ts';
import { runFakeCli } from '../../support/fake-factory.ts';

describe('show and diff', () => {
  test.each<{ argv: string[]; asked: string; starts: string }>([
    { argv: ['show', 'python-3.13'], asked: 'show python-3.13', starts: 'r.example.org/golden/x@' },
    {
      argv: ['show', 'oci:x', '--platform', 'linux/arm64'],
      asked: 'show oci:x linux/arm64',
      starts: 'r.example',
    },
    { argv: ['show', 'a', '--json'], asked: 'show a', starts: '{"schemaVersion":1' },
    { argv: ['diff', 'r.io/a:1', 'r.io/a:2'], asked: 'diff "r.io/a:1" "r.io/a:2"', starts: 'before  ' },
    { argv: ['diff', 'node-24'], asked: 'diff {"previousOf":"node-24"} "node-24"', starts: 'before  ' },
    {
      argv: ['show', 'r.io/a:1', '--key', 'a.pub'],
      asked: 'show r.io/a:1 by {"kind":"file","file":"a.pub"}',
      starts: 'r.example',
    },
    {
      argv: ['diff', 'a', 'b', '--key', 'awskms:///alias/a'],
      asked: 'diff "a" "b" by {"kind":"kms","uri":"awskms:///alias/a"}',
      starts: 'before  ',
    },
    { argv: ['diff', 'a', 'b', '--json'], asked: 'diff "a" "b"', starts: '{"schemaVersion":1' },
    { argv: ['diff', 'a', 'b', '--format', 'markdown'], asked: 'diff "a" "b"', starts: 'Before: `r.example' },
  ])('$argv', async ({ argv, asked, starts }) => {
    const ran = await runFakeCli(argv, { cwd: REPOSITORY });
    expect([ran.exitCode, ran.stderr, ran.asked]).toEqual([0, '', [asked]]);
    expect(ran.stdout.startsWith(starts)).toBe(true);
    expect(ran.stdout.endsWith('\n')).toBe(true);
  });

  test.each([['show'], ['diff'], ['diff', 'a', 'b', '--format', 'html'], ['show', 'a', '--target', 'none']])(
    '%j %j is a mistake of the command line',
    async (...argv) => {
      expect((await runFakeCli(argv, { cwd: REPOSITORY })).exitCode).toBe(2);
    },
  );
});

test('an image is made again by what a key signed that is named', async () => {
  const { asked } = await runFakeCli(['reproduce', 'node-24', '--key', 'their.pub'], { cwd: REPOSITORY });
  expect(asked).toEqual(['reproduce node-24 local by {"kind":"file","file":"their.pub"}', 'close']);
});
