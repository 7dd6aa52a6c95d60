import { expect, test } from 'vitest';
import { takenBack, vexKey } from '../../../../src/stages/sign/vex.ts';
import { OpenVexDocument } from '../../../support/openvex-schema.ts';

const AT = '2026-11-22T03:12:00.000Z';
const PURL = 'pkg:oci/python@sha256:1';
const PRODUCTS = [{ '@id': PURL, identifiers: { purl: PURL }, hashes: { 'sha-256': '1'.repeat(64) } }];
const DOCUMENT = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'urn:ingot:vex:1',
  author: 'platform@example.com',
  timestamp: '2026-11-21T03:12:00.000Z',
  version: 1,
  tooling: 'ingot',
  statements: [
    {
      vulnerability: { name: 'CVE-2026-1', aliases: ['GHSA-aaaa'] },
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
      status_notes: 'until 2026-11-21',
      products: PRODUCTS,
    },
    { vulnerability: { name: 'CVE-2026-2' }, status: 'under_investigation', products: PRODUCTS },
  ],
};

test('what is taken back is under investigation, and is a document like any other', () => {
  const document = OpenVexDocument.parse(takenBack(DOCUMENT, AT));
  expect(document).toMatchObject({ author: DOCUMENT.author, timestamp: AT });
  expect(document['@id']).not.toBe(DOCUMENT['@id']);
  const notes = 'excused before, and not any more';
  expect(document.statements).toEqual([
    {
      vulnerability: { name: 'CVE-2026-1', aliases: ['GHSA-aaaa'] },
      status: 'under_investigation',
      status_notes: notes,
      products: PRODUCTS,
    },
    {
      vulnerability: { name: 'CVE-2026-2' },
      status: 'under_investigation',
      status_notes: notes,
      products: PRODUCTS,
    },
  ]);
});

test('a document that takes all back says as much as none, and is not taken back', () => {
  const back = takenBack(DOCUMENT, AT);
  expect([vexKey(back), vexKey(undefined)]).toEqual(['', '']);
  expect(takenBack(back, AT)).toBeUndefined();
  expect(vexKey({ ...back, statements: DOCUMENT.statements })).not.toBe('');
});

test.each([undefined, null, {}, { statements: 'all' }])('there is nothing to take back in %j', (document) => {
  expect(takenBack(document, AT)).toBeUndefined();
});
