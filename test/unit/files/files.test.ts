import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeFolder, writeNamed, writeNew, writeWhole } from '../../../src/files/index.ts';
import { createProcessRunner } from '../../../src/host/process.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    yield await Promise.resolve(Buffer.from(text));
  }
}

async function* brokenOff(): AsyncGenerator<Uint8Array> {
  yield* chunks('first ');
  throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read' });
}

describe('a file that is written whole', () => {
  test.each([
    { summary: 'text', content: 'first second' },
    { summary: 'bytes', content: Buffer.from('first second') },
    { summary: 'chunks', content: chunks('first ', 'second') },
  ])('has its $summary, its mode and its folders, and nothing is beside it', async ({ content }) => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'a/b/file');
    await writeWhole(file, content, { mode: 0o700 });
    expect(await readFile(file, 'utf8')).toBe('first second');
    expect((await stat(file)).mode & 0o777).toBe(0o700);
    expect(await readdir(path.dirname(file))).toEqual(['file']);
  });

  test('is what it was where its source breaks off, which tells why itself', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'file');
    await writeWhole(file, 'before');
    await expect(writeWhole(file, brokenOff())).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(await readFile(file, 'utf8')).toBe('before');
    expect(await readdir(folder)).toEqual(['file']);
  });

  test.each(['file/below', 'folder'])('in the way of which something is: %s', async (name) => {
    const folder = await temporaryFolder();
    await writeFile(path.join(folder, 'file'), 'before');
    await mkdir(path.join(folder, 'folder'));
    await expect(writeWhole(path.join(folder, name), 'after')).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringContaining(`"${path.join(folder, name)}"`),
    });
    expect((await readdir(folder)).sort()).toEqual(['file', 'folder']);
  });
});

describe('a file that was named on the command line', () => {
  test('takes the place of the old one at once', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'plan.json');
    await writeNamed(file, 'before');
    const { ino } = await stat(file);
    await writeNamed(file, 'after');
    expect(await readFile(file, 'utf8')).toBe('after');
    // a reader of the old one goes on reading the old one
    expect((await stat(file)).ino).not.toBe(ino);
    expect(await readdir(folder)).toEqual(['plan.json']);
  });

  test('stays a pipe where it is one', async () => {
    const folder = await temporaryFolder();
    const pipe = path.join(folder, 'pipe');
    await createProcessRunner().run(['mkfifo', pipe]);
    const [read] = await Promise.all([readFile(pipe, 'utf8'), writeNamed(pipe, 'plan')]);
    expect(read).toBe('plan');
    expect((await stat(pipe)).isFIFO()).toBe(true);
  });

  test('names what is in its way', async () => {
    const folder = await temporaryFolder();
    await expect(writeNamed(folder, 'plan')).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
  });
});

test('a new file is written once', async () => {
  const file = path.join(await temporaryFolder(), 'a/file');
  expect([await writeNew(file, 'first'), await writeNew(file, 'second')]).toEqual([true, false]);
  expect(await readFile(file, 'utf8')).toBe('first');
});

describe('a folder that is made whole', () => {
  const fillWith = (text: string) => (folder: string) => writeFile(path.join(folder, 'file'), text);

  test('of two the first stays, and nothing is beside it', async () => {
    const parent = await temporaryFolder();
    const folder = path.join(parent, 'folder');
    await Promise.all([makeFolder(folder, fillWith('text')), makeFolder(folder, fillWith('text'))]);
    await makeFolder(folder, fillWith('late'));
    expect(await readFile(path.join(folder, 'file'), 'utf8')).toBe('text');
    expect(await readdir(parent)).toEqual(['folder']);
  });

  test.each([
    {
      summary: 'a mistake stays what it is',
      fill: () => Promise.reject(new TypeError('x')),
      name: 'TypeError',
    },
    {
      summary: 'what the system says is about the disk',
      fill: (folder: string) => writeFile(path.join(folder, 'no/file'), ''),
      name: 'FactoryError',
    },
  ])('does not appear where that fails: $summary', async ({ fill, name }) => {
    const parent = await temporaryFolder();
    await expect(makeFolder(path.join(parent, 'folder'), fill)).rejects.toMatchObject({ name });
    expect(await readdir(parent)).toEqual([]);
  });
});
