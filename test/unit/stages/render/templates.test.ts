import { describe, expect, it } from 'vitest';
import { fillTemplate } from '../../../../src/stages/render/templates.ts';

describe('fillTemplate', () => {
  it.each<{ summary: string; files: Record<string, string>; error: string }>([
    {
      summary: 'a missing variable',
      files: { main: 'FROM scratch\nUSER {{usr}}\n' },
      error: 'cannot render templates/main.hbs:2:8: "usr" not defined in the view',
    },
    {
      summary: 'a missing variable in a partial',
      files: { main: '{{> part}}', 'partials/part': 'a\nb {{typo}}' },
      error: 'cannot render templates/partials/part.hbs:2:5: "typo" not defined in the view',
    },
    {
      summary: 'an unknown helper',
      files: { main: 'RUN {{shel user}}' },
      error:
        'cannot render templates/main.hbs:1:5: You specified knownHelpersOnly, but used the unknown helper shel',
    },
    {
      summary: 'an unknown partial',
      files: { main: 'x\n\n  {{> unpak}}' },
      error: 'cannot render templates/main.hbs:3:3: no partial "unpak" in templates/partials',
    },
    {
      summary: 'a block that is not closed',
      files: { main: 'a\n{{#each layers}}\nb' },
      error: 'cannot render templates/main.hbs:3:',
    },
    {
      summary: 'a template that is not there',
      files: {},
      error: 'cannot render "main": the templates folder has no such file',
    },
  ])('reports $summary with file, line and column', ({ files, error }) => {
    const sources = new Map(Object.entries(files));
    expect(() => fillTemplate(sources, 'main', { user: 'x', layers: [] })).toThrow(
      expect.objectContaining({
        code: 'TEMPLATE_INVALID',
        message: expect.stringContaining(error) as string,
      }),
    );
  });

  it('leaves a broken partial to the templates that use it', () => {
    const sources = new Map([
      ['main', '{{#if isUsed}}{{> broken}}{{/if}}ok'],
      ['partials/broken', 'a\n{{#each}'],
      ['partials/gone', '{{> nowhere}}'],
    ]);
    expect(fillTemplate(sources, 'main', { isUsed: false })).toBe('ok');
    expect(() => fillTemplate(sources, 'main', { isUsed: true })).toThrow(
      /^cannot render templates\/partials\/broken\.hbs:2:/,
    );
  });

  it.each([
    ['plain', '/a/b', '/a/b'],
    ['a space', 'a b', "'a b'"],
    ['a quote', "a'b", String.raw`'a'\''b'`],
    ['a substitution', '$(id)', "'$(id)'"],
  ])('quotes %s for the shell', (_, word, expected) => {
    expect(fillTemplate(new Map([['main', '{{shell word}}']]), 'main', { word })).toBe(expected);
  });
});
