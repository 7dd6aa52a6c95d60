import { readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freshMachine, type Machine } from '../support/ingot.ts';
import { REPOSITORY } from '../support/repository.ts';
import { showsLine, tutorialSteps, writeTutorialFile } from '../support/tutorial.ts';

/** The largest run makes two images, tests included. */
const TIMEOUT_MS = 600_000;

/** Where the reader's shell is, and what it has on PATH, holds for the commands that follow. */
const LASTING = /^(cd|export) /;

let machine: Machine;

beforeAll(async () => {
  machine = await freshMachine();
});

afterAll(async () => {
  await machine.remove();
});

test('docs/add-a-stack.md does what it says', { timeout: TIMEOUT_MS }, async () => {
  const markdown = await readFile(path.join(REPOSITORY, 'docs/add-a-stack.md'), 'utf8');
  // the checkout, in which the reader begins
  await symlink(REPOSITORY, path.join(machine.folder, 'ingot'));
  const shell = [`cd '${machine.folder}/ingot'`];
  for (const step of tutorialSteps(markdown)) {
    if (step.kind === 'file') {
      const { output } = await machine.shell([...shell, 'pwd'].join(' && '));
      await writeTutorialFile(output.trim(), step);
      continue;
    }
    const { exitCode, output } = await machine.shell([...shell, step.command].join(' && '));
    expect(exitCode, `${step.command}\n${output}`).toBe(0);
    if (LASTING.test(step.command)) {
      shell.push(step.command);
    }
    expect(
      step.output.filter((line) => !showsLine(output, line)),
      output,
    ).toEqual([]);
  }
});

test('an extension keeps the layers of what it extends', { timeout: TIMEOUT_MS }, async () => {
  const folder = path.join(machine.folder, 'golden-images');
  const { dev: _, ...python } = JSON.parse(
    await readFile(path.join(REPOSITORY, 'images/python.json'), 'utf8'),
  ) as Record<string, unknown> & { tracks: { tag: string }[] };
  const image = { ...python, tracks: python.tracks.filter(({ tag }) => tag === '3.13') };
  await writeFile(path.join(folder, 'images/python.json'), JSON.stringify(image));
  const { exitCode, output } = await machine.ingot(['nightly', 'python-3.13', 'python-corp'], {
    cwd: folder,
  });
  expect(exitCode, output).toBe(0);
  const { images } = await machine.report(folder);
  const [extended = [], original = []] = ['python-corp-3.13', 'python-3.13'].map((id) =>
    images.find((each) => each.id === id)?.layers.map(({ digest }) => digest),
  );
  // static, glibc, base and python; above them are what the extension adds, accounts and package database
  expect(original.length).toBeGreaterThan(4);
  expect(extended.slice(0, 4)).toEqual(original.slice(0, 4));
  expect(extended).toHaveLength(original.length + 1);
});
