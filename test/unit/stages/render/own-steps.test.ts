import path from 'node:path';
import { expect, test } from 'vitest';
import { readTemplates } from '../../../../src/host/catalog-files.ts';
import { fillTemplate } from '../../../../src/stages/render/templates.ts';
import { ROOT } from '../../../support/source-tree.ts';

const templates = await readTemplates(path.join(ROOT, 'templates'));
const NOTHING = { tag: '1', stack: 'mine', certificates: null, locale: null };

test('certificates stand in the Dockerfile, with whose they are', () => {
  const certificates = { below: 'static', added: [{ subject: 'O=A & <B>', pem: '-----BEGIN' }] };
  const text = fillTemplate(templates, 'partials/steps/own-certificates', { ...NOTHING, certificates });
  expect(text.split('\n').slice(1)).toEqual([
    'mkdir --parents /layer/usr/local/share/ca-certificates /layer/etc/ssl/certs',
    'cat >/layer/usr/local/share/ca-certificates/mine.crt <<"CERTIFICATES"',
    '# O=A & <B>',
    '-----BEGIN',
    'CERTIFICATES',
    'cat /below/static/etc/ssl/certs/ca-certificates.crt \\',
    '  /layer/usr/local/share/ca-certificates/mine.crt >/layer/etc/ssl/certs/ca-certificates.crt',
    '',
  ]);
});

test('a locale that the package does not have is an error that names file and field', () => {
  const text = fillTemplate(templates, 'partials/steps/own-locale', { ...NOTHING, locale: 'xx_XX.UTF-8' });
  expect(text).toContain(
    `echo 'stacks/mine/stack.json: locale: the package "locales" knows no xx_XX.UTF-8' >&2\n  exit 1`,
  );
});
