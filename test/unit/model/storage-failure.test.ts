import { describe, expect, test } from 'vitest';
import { explainError, FactoryError, storageError, ToolError } from '../../../src/model/index.ts';

const GOING_ON = new AbortController().signal;

/** As Node makes them of a system call that failed. */
function systemError(code: string, fields: { readonly syscall: string; readonly path?: string }): Error {
  return Object.assign(new Error(`${code}: told in words, ${fields.syscall}`), { code, ...fields });
}

function said(stderrTail: string): ToolError {
  return new ToolError('exited', `"cosign" exited with 1: ${stderrTail}`, { exitCode: 1, stderrTail });
}

function told(error: unknown): string {
  const explained = explainError(error, GOING_ON);
  if (explained === error) {
    return 'as it is';
  }
  const { code, message } = explained as FactoryError;
  return `${code}: ${message}`;
}

const FULL = systemError('ENOSPC', { syscall: 'write' });

describe('what is wrong with a disk is told as such', () => {
  test.each([
    {
      error: systemError('ENOSPC', { syscall: 'mkdir', path: '/cache/work' }),
      expected: 'cannot read or write "/cache/work": the disk is full (ENOSPC, mkdir)',
    },
    {
      error: systemError('EDQUOT', { syscall: 'open', path: '/cache/x' }),
      expected: 'cannot read or write "/cache/x": this user\'s share of the disk is full (EDQUOT, open)',
    },
    {
      error: systemError('EROFS', { syscall: 'open', path: '/out/x' }),
      expected: 'cannot read or write "/out/x": the file system is read-only (EROFS, open)',
    },
    {
      error: systemError('EACCES', { syscall: 'open', path: '/out/x' }),
      expected: 'cannot read or write "/out/x": this user may not (EACCES, open)',
    },
    {
      error: systemError('EMFILE', { syscall: 'open', path: '/cache/x' }),
      expected: 'cannot read or write "/cache/x": too many files are open (EMFILE, open)',
    },
    {
      error: systemError('EIO', { syscall: 'read' }),
      expected: 'cannot go on: the disk does not answer as it should (EIO, read)',
    },
    { error: FULL, expected: 'cannot go on: the disk is full (ENOSPC, write)' },
    {
      error: new Error('cannot unpack it', { cause: FULL }),
      expected: 'cannot go on: the disk is full (ENOSPC, write)',
    },
    {
      error: new FactoryError('NETWORK_FAILED', 'cannot fetch x: it broke off', { cause: FULL }),
      expected: 'cannot fetch x: it broke off: the disk is full (ENOSPC, write)',
    },
    {
      error: new SuppressedError(new Error('cannot close'), FULL),
      expected: 'cannot go on: the disk is full (ENOSPC, write)',
    },
    {
      error: said('first line\nerror: write /var/x: no space left on device\nlast line'),
      expected: 'cannot go on: error: write /var/x: no space left on device',
    },
    {
      error: new FactoryError('TOOL_FAILED', 'cannot verify signatures: exit 1', {
        cause: said('open /tmp/x: disk quota exceeded'),
      }),
      expected: 'cannot verify signatures: exit 1: open /tmp/x: disk quota exceeded',
    },
    {
      error: new FactoryError('ENGINE_FAILED', 'cannot start the builder: mkdir /d: no space left on device'),
      expected: 'cannot start the builder: mkdir /d: no space left on device',
    },
    {
      error: new Error('(HTTP code 500) server error - write /x: no space left on device '),
      expected: 'cannot go on: (HTTP code 500) server error - write /x: no space left on device',
    },
  ])('$expected', ({ error, expected }) => {
    expect(told(error)).toBe(`STORAGE_FAILED: ${expected}`);
  });
});

describe('everything else stays as it is', () => {
  test.each([
    { summary: 'a bug', error: new TypeError('x is not a function') },
    { summary: 'a file that vanished', error: systemError('ENOENT', { syscall: 'open', path: '/x' }) },
    { summary: 'a socket that this user may not use', error: systemError('EACCES', { syscall: 'connect' }) },
    { summary: 'a program that fails', error: said('no such image') },
    {
      summary: 'what somebody knows better',
      error: new FactoryError('CATALOG_INVALID', 'cannot read it', {
        cause: systemError('EACCES', { syscall: 'open', path: '/x' }),
      }),
    },
    { summary: 'what is told already', error: storageError('/x', '/', FULL) },
  ])('$summary', ({ error }) => {
    expect(told(error)).toBe('as it is');
  });
});

test('a run that was cancelled has broken off because of that', () => {
  expect(explainError(FULL, AbortSignal.abort())).toMatchObject({ code: 'CANCELLED' });
});

test('a hint says what to look at', () => {
  expect([
    storageError('/cache/x', '/cache', FULL).hint,
    storageError('/cache/x', '/cache', systemError('ENOENT', { syscall: 'open' })).hint,
  ]).toEqual([
    'free space on the disk of "/cache" (see df -h, and df -i), and run again; `ingot local clean` removes what can be fetched again',
    'check that "/cache" can be read and written by this user',
  ]);
});
