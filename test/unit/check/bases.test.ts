import { describe, expect, test } from 'vitest';
import { brokenRules, checkPolicy, PINNED } from '../../support/check.ts';

const GOLDEN = 'registry.example.com/golden';
const DIGEST = `sha256:${'a'.repeat(64)}`;

describe('one FROM', () => {
  test.each([
    { image: PINNED, rules: [] },
    { image: `${GOLDEN}/node@${DIGEST}`, rules: [] },
    { image: `${GOLDEN}/node:24@${DIGEST}`, rules: [] },
    { image: `--platform=$BUILDPLATFORM ${PINNED} AS build`, rules: [] },
    { image: `${GOLDEN}/node:24`, rules: ['unpinned-base'] },
    { image: `${GOLDEN}/node:latest`, rules: ['latest-tag'] },
    { image: `${GOLDEN}/node`, rules: ['latest-tag'] },
    { image: `${GOLDEN}/node:latest@${DIGEST}`, rules: ['latest-tag'] },
    { image: `${GOLDEN}/node:24@${DIGEST.slice(0, -1)}`, rules: ['unpinned-base'] },
    { image: `${GOLDEN}/node@${DIGEST.toUpperCase()}`, rules: ['unpinned-base'] },
    { image: `${GOLDEN}/node:24@`, rules: ['unpinned-base'] },
    { image: `${GOLDEN}/node:20@${DIGEST}`, rules: ['unapproved-base'] },
    { image: `${GOLDEN}/node:20`, rules: ['unapproved-base', 'unpinned-base'] },
    { image: `${GOLDEN}/node:build-0123`, rules: ['unapproved-base', 'unpinned-base'] },
    { image: `${GOLDEN}/deno@${DIGEST}`, rules: ['unapproved-base'] },
    { image: `registry.example.com/node@${DIGEST}`, rules: ['unapproved-base'] },
    { image: `ghcr.io/golden/node@${DIGEST}`, rules: ['unapproved-base'] },
    { image: `localhost/golden/node@${DIGEST}`, rules: ['unapproved-base'] },
    { image: 'node:24', rules: ['docker-hub', 'unpinned-base'] },
    { image: 'node', rules: ['docker-hub', 'latest-tag'] },
    { image: `golden/node@${DIGEST}`, rules: ['docker-hub'] },
    { image: `docker.io/library/node@${DIGEST}`, rules: ['docker-hub'] },
    { image: `index.docker.io/library/node@${DIGEST}`, rules: ['docker-hub'] },
    { image: 'scratch', rules: ['scratch-image'] },
    { image: '$BASE', rules: ['unresolved-base'] },
    { image: `${GOLDEN}/node:\${TAG}`, rules: ['unresolved-base'] },
    { image: `${GOLDEN}/node:\${TAG:-24}`, rules: ['unpinned-default'] },
    { image: `${GOLDEN}/node:\${TAG:-24.21.0.202611210312}`, rules: [] },
  ])('FROM $image: $rules', ({ image, rules }) => {
    expect(brokenRules(`FROM ${image}\nUSER 65532\n`)).toEqual(rules.map((rule) => `1 ${rule}`));
  });
});

describe('several stages', () => {
  test.each([
    {
      summary: 'ARGs before the first FROM name registry and tag, and one may use another',
      text: `ARG HOST=registry.example.com\nARG REGISTRY=$HOST/golden\nARG TAG=24\nFROM \${REGISTRY}/node:\${TAG}\n`,
      rules: ['4 unpinned-default'],
    },
    {
      summary: 'an ARG of a stage is not known to a FROM',
      text: `FROM ${PINNED} AS a\nARG TAG=24\nFROM ${GOLDEN}/node:$TAG\n`,
      rules: ['3 unresolved-base', '3 root-user'],
    },
    {
      summary: 'a stage is a base, by name in any case, also for COPY and mounts',
      text: `FROM ${PINNED} AS Build\nFROM build\nCOPY --from=0 /a /a\nCOPY --from=BUILD /b /b\nRUN --mount=from=build,target=/x true\n`,
      rules: [],
    },
    {
      summary: 'a stage below is none',
      text: `FROM build\nFROM ${PINNED} AS build\n`,
      rules: ['1 docker-hub', '1 latest-tag'],
    },
    {
      summary: 'scratch is fine for what is only copied from',
      text: `FROM scratch AS files\nCOPY a /\nFROM ${PINNED}\nCOPY --from=files / /\n`,
      rules: [],
    },
    {
      summary: 'an image that is copied from is a base as well',
      text: `FROM ${PINNED}\nCOPY --from=nginx:1 /a /\nRUN --mount=type=bind,from=ghcr.io/x/y@${DIGEST},target=/y true\n`,
      rules: ['2 docker-hub', '2 unpinned-base', '3 unapproved-base'],
    },
    {
      summary: 'an empty name is no image: the build context',
      text: `FROM ${PINNED}\nARG FROM=\nCOPY --from=$FROM a /a\nRUN --mount=from=,target=/x true\n`,
      rules: [],
    },
    {
      summary: 'an image that the next one is built from at its start',
      text: `FROM ${PINNED}\nONBUILD COPY --from=nginx@${DIGEST} /a /\n`,
      rules: ['2 docker-hub'],
    },
  ])('$summary', ({ text, rules }) => {
    expect(brokenRules(text)).toEqual(rules);
  });
});

describe('what the catalog allows', () => {
  const base = `FROM docker.io/library/golang@${DIGEST}\nUSER 1000\n`;

  test.each([
    { summary: 'nothing', settings: {}, rules: ['1 docker-hub'] },
    { summary: 'a further base', settings: { bases: ['docker.io/library/golang'] }, rules: [] },
    { summary: 'a pattern of bases', settings: { bases: ['docker.io/library/*'] }, rules: [] },
    {
      summary: 'a pattern is the whole name',
      settings: { bases: ['docker.io/lib', 'library/*'] },
      rules: ['1 docker-hub'],
    },
    {
      summary: 'that Docker Hub is no finding approves of nothing there',
      settings: { levels: { 'docker-hub': 'off' as const } },
      rules: ['1 unapproved-base'],
    },
  ])('$summary', ({ settings, rules }) => {
    expect(brokenRules(base, checkPolicy(settings))).toEqual(rules);
  });

  test('a further base is pinned like any other', () => {
    const policy = checkPolicy({ bases: ['ghcr.io/x/*'] });
    expect(brokenRules('FROM ghcr.io/x/y:1\nUSER 1\n', policy)).toEqual(['1 unpinned-base']);
  });
});

test.each([
  { frontend: 'docker/dockerfile:1', rules: ['1 syntax-image'] },
  { frontend: 'docker.io/docker/dockerfile:1.7', rules: ['1 syntax-image'] },
  { frontend: 'dockerfile', rules: ['1 syntax-image'] },
  { frontend: 'index.docker.io/docker/dockerfile:1', rules: ['1 syntax-image'] },
  { frontend: 'localhost/dockerfile:1', rules: [] },
  { frontend: 'registry.example.com/mirror/dockerfile:1', rules: [] },
])('# syntax=$frontend: $rules', ({ frontend, rules }) => {
  expect(brokenRules(`# syntax=${frontend}\nFROM ${PINNED}\n`)).toEqual(rules);
});
