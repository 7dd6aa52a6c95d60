import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { diffMarkdown, releaseNotes } from '../../../src/report/diff-markdown.ts';
import { diffText } from '../../../src/report/diff-text.ts';
import { showText } from '../../../src/report/show-text.ts';
import { comparedImages, releaseChanges, shownImage } from '../../support/inspected.ts';
import { ROOT } from '../../support/source-tree.ts';

function golden(name: string): string {
  return path.join(ROOT, 'test/golden/inspect', name);
}

describe('golden', () => {
  test('ingot diff', async () => {
    await expect(diffText(comparedImages())).toMatchFileSnapshot(golden('diff.txt'));
  });

  test('ingot diff --format markdown', async () => {
    await expect(diffMarkdown(comparedImages())).toMatchFileSnapshot(golden('diff.md'));
  });

  test('changes.md of a release', async () => {
    const title = { id: 'node-24', tag: '24.21.0.202611210312', reference: 'golden/node@sha256:bb' };
    await expect(releaseNotes(title, releaseChanges())).toMatchFileSnapshot(golden('changes.md'));
  });

  test('ingot show', async () => {
    await expect(showText(shownImage())).toMatchFileSnapshot(golden('show.txt'));
  });
});

describe('what is the same', () => {
  const changes = comparedImages();
  const same = { ...changes, packages: [], files: [], config: [], notRead: [] };
  const findings = { ...changes.findings, appeared: [], gone: [] };

  test('one manifest twice is identical, and nothing else is said', () => {
    const text = diffText({ ...same, findings, after: changes.before });
    expect(text.split('\n').slice(2)).toEqual(['', 'identical: the same manifest', '']);
  });

  test('the same content in another packing is not called identical', () => {
    const text = diffText({ ...same, findings });
    expect(text).toContain('no change of packages, files or configuration; dates, history or packing differ');
    expect(text).not.toContain('identical');
  });

  test('a database that is not read is named even then', () => {
    const text = diffText({ ...changes, after: changes.before });
    expect(text).toContain('not read: rpm database /var/lib/rpm/Packages');
  });
});

describe('what is told of files', () => {
  test('rights that change are told even in a package that changed', () => {
    const { files } = comparedImages();
    const inPackage = files.map((file) => ({ ...file, package: 'libssl3t64' }));
    const text = diffText({ ...comparedImages(), files: inPackage });
    expect(text).toContain('mode 0755 → 4755');
    expect(text).toContain('- /gone/su');
    expect(text).not.toContain('/etc/new');
  });

  test('of long lists the rest is counted, never dropped silently', () => {
    const file = { path: '/x', differs: ['content'] as const, ...pair() };
    const files = Array.from({ length: 50 }, (_, at) => ({ ...file, path: `/x${String(at)}` }));
    expect(diffText({ ...comparedImages(), files })).toContain('and 10 more; --format json lists all');
  });

  function pair() {
    const facts = { type: 'file', mode: '0644', uid: 0, gid: 0, bytes: 1 };
    return { before: facts, after: facts };
  }
});
