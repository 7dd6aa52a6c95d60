import { expect, test } from 'vitest';
import { problemsAfter, type SpoiltCatalog } from '../../support/catalog-mistakes.ts';

test.each<{ summary: string; spoil: (files: SpoiltCatalog) => void; problem: string }>([
  {
    summary: 'a folder of certificates',
    spoil: (files) => {
      files['stacks/node/stack.json'].certificates = ['certs'];
      files['stacks/node/certs/corp.pem'] = '';
      files['stacks/base/stack.json'].steps = ['ca-certificates'];
      files['templates/steps/ca-certificates.hbs'] = '';
    },
    problem:
      'stacks/node/stack.json: certificates[0]: expected a file beside stack.json called "certs", got a folder',
  },
  {
    summary: 'a folder for the Dockerfile of the example',
    spoil: (files) => (files['stacks/node/example/Dockerfile/x'] = ''),
    problem: 'stacks/node/example/Dockerfile: expected a readable file, got a folder',
  },
  {
    summary: 'a file for the files of the stack',
    spoil: (files) => (files['stacks/node/files'] = ''),
    problem: 'stacks/node/files: expected a readable folder, got a file',
  },
  {
    summary: 'a file for the example',
    spoil: (files) => {
      files['stacks/node/example/hello.js'] = undefined;
      files['stacks/node/example'] = '';
    },
    problem: 'stacks/node/example: expected a folder, got a file',
  },
  {
    summary: 'a folder for the structure test',
    spoil: (files) => {
      files['stacks/base/structure-test.yaml'] = undefined;
      files['stacks/base/structure-test.yaml/x'] = '';
    },
    problem: 'stacks/base/structure-test.yaml: expected a file, got a folder',
  },
  {
    summary: 'a folder for an image',
    spoil: (files) => (files['images/ruby.json/x'] = ''),
    problem: 'images/ruby.json: expected a readable file, got a folder',
  },
  {
    summary: 'a file for the steps of the catalog',
    spoil: (files) => {
      files['templates/steps/ldconfig.hbs'] = undefined;
      files['templates/steps'] = '';
      files['stacks/node/stack.json'].steps = [];
    },
    problem: 'templates/steps: expected a folder, got a file',
  },
  {
    summary: 'a file for the decisions',
    spoil: (files) => (files.decisions = ''),
    problem: 'decisions: expected a folder, got a file',
  },
])('$summary is a mistake like any other', async ({ spoil, problem }) => {
  expect(await problemsAfter(spoil)).toEqual([problem]);
});
