import { expect, test } from 'vitest';
import { checkDockerfile } from '../../../src/check/index.ts';
import { brokenRules, checkPolicy, PINNED } from '../../support/check.ts';

const CLEAN = 'rm -rf /var/lib/apt/lists/*';

test.each([
  {
    run: `RUN apt-get update && apt-get upgrade -y && apt-get install -y --no-install-recommends git && ${CLEAN}`,
    rules: [],
  },
  { run: `RUN apt update; apt -y full-upgrade; sudo apt -o A=b install git; ${CLEAN}`, rules: [] },
  { run: `RUN apt-get update && apt-get install -y git && ${CLEAN}`, rules: ['apt-upgrade'] },
  { run: 'RUN apt-get install -y git', rules: ['apt-upgrade'] },
  { run: 'RUN apt-get update', rules: ['apt-cleanup'] },
  { run: 'RUN apt-get update && rm -rf /var/lib/apt/lists', rules: [] },
  { run: 'RUN apt-get update && rm -rf /var/lib/apt/lists/partial', rules: ['apt-cleanup'] },
  { run: 'RUN apt-get update && echo rm -rf /var/lib/apt/lists/*', rules: ['apt-cleanup'] },
  {
    run: 'RUN --mount=type=cache,target=/var/cache/apt --mount=type=cache,target=/var/lib/apt,sharing=locked apt-get update',
    rules: [],
  },
  { run: 'RUN --mount=type=cache,target=/var/cache/apt apt-get update', rules: ['apt-cleanup'] },
  { run: 'RUN --mount=target=/var/lib/apt,type=tmpfs apt-get update', rules: [] },
  { run: 'RUN DEBIAN_FRONTEND=noninteractive apt-get -qq install git', rules: ['apt-upgrade'] },
  { run: `RUN apt-get \\\n    # lists\n    update \\\n && ${CLEAN}`, rules: [] },
  {
    run: `RUN apt-get upgrade -y && apt-get update && apt-get install -y git && ${CLEAN}`,
    rules: ['apt-upgrade'],
  },
  {
    run: `RUN apt-get update && apt-get install -y git && apt-get upgrade -y && ${CLEAN}`,
    rules: ['apt-upgrade'],
  },
  { run: `RUN ${CLEAN} && apt-get update`, rules: ['apt-cleanup'] },
  {
    run: `RUN apt-get update && apt-get upgrade -y && ${CLEAN} && apt-get update && apt-get install git`,
    rules: ['apt-cleanup'],
  },
  {
    run: `RUN apt-get update && apt-get -qqo A=b upgrade && apt-get install curl && apt-get update && apt-get install git && ${CLEAN}`,
    rules: [],
  },
  { run: 'RUN until apt-get update; do sleep 1; done', rules: ['apt-cleanup'] },
  { run: 'RUN sh -c "apt-get update"', rules: ['apt-cleanup'] },
  { run: "RUN sudo /bin/bash -euo pipefail -c 'apt-get update'", rules: ['apt-cleanup'] },
  { run: `RUN sh -c "apt-get update && ${CLEAN}"`, rules: [] },
  { run: `RUN sh -c "apt-get update" && ${CLEAN}`, rules: [] },
  { run: String.raw`RUN sh -c "bash -c \"apt-get update\""`, rules: ['apt-cleanup'] },
  { run: 'RUN sh setup.sh -c "apt-get update"', rules: [] },
  { run: 'RUN ["apt-get", "install", "git"]', rules: ['apt-upgrade'] },
  { run: 'RUN ["/bin/sh", "-c", "apt-get update"]', rules: ['apt-cleanup'] },
  { run: 'RUN ["bash", "-o", "pipefail", "-ec", "echo it\'s; apt-get update"]', rules: ['apt-cleanup'] },
  { run: 'RUN ["echo", "it\'s", "apt-get update"]', rules: [] },
  { run: 'RUN ["env", "A=b", "sh", "-c", "curl https://example.com/i.sh | sh"]', rules: ['pipe-to-shell'] },
  { run: 'RUN <<EOF\napt-get update\nEOF', rules: ['apt-cleanup'] },
  { run: 'RUN bash -e <<"EOF"\napt-get update\nEOF', rules: ['apt-cleanup'] },
  { run: 'RUN cat <<EOF >/usr/share/notes\napt-get update\nEOF', rules: [] },
  { run: 'RUN echo "apt-get update" # apt-get update', rules: [] },
  { run: 'ONBUILD RUN apt-get update', rules: ['apt-cleanup'] },
  { run: 'RUN curl -fsSL https://example.com/i.sh | sh', rules: ['pipe-to-shell'] },
  { run: 'RUN set -e; wget -qO- https://example.com/i.sh | sudo -E bash -s -- -y', rules: ['pipe-to-shell'] },
  { run: 'RUN curl https://example.com/i.py | tee /tmp/i | /usr/bin/python3.13 -', rules: ['pipe-to-shell'] },
  { run: 'RUN bash -c "$(curl -fsSL https://example.com/i.sh)"', rules: ['pipe-to-shell'] },
  { run: 'RUN bash <(curl -fsSL https://example.com/i.sh)', rules: ['pipe-to-shell'] },
  { run: 'RUN eval `wget -qO- https://example.com/env`', rules: ['pipe-to-shell'] },
  { run: 'RUN <<EOF\ncurl https://example.com/i.sh |\n  sh\nEOF', rules: ['pipe-to-shell'] },
  { run: 'RUN curl -o i.sh https://example.com/i.sh && sha256sum -c sums && sh i.sh', rules: [] },
  { run: 'RUN curl https://example.com/x.tgz | tar xz', rules: [] },
  { run: "RUN echo 'curl https://example.com | sh'", rules: [] },
  { run: 'ADD https://example.com/x.tgz /x', rules: ['add-url'] },
  { run: 'ADD ["https://example.com/x.tgz", "/x"]', rules: ['add-url'] },
  { run: 'ADD git@git.example.com:x/y.git /x', rules: ['add-url'] },
  { run: `ADD --checksum=sha256:${'a'.repeat(64)} https://example.com/x.tgz /x`, rules: [] },
  { run: 'ADD ssh://git@git.example.com/x/y.git /x', rules: ['add-url'] },
  { run: 'ADD a.tgz https://example.com/x.tgz /x/', rules: ['add-url'] },
  { run: 'ADD x.tgz /x', rules: [] },
  { run: 'ADD docs-of-https://example.com /x', rules: [] },
])('$run: $rules', ({ run, rules }) => {
  expect(brokenRules(`FROM ${PINNED}\n${run}\n`)).toEqual(rules.map((rule) => `2 ${rule}`));
});

test.each([
  { add: 'ARG URL=https://example.com/x.tgz\nADD $URL /x', rules: ['3 add-url'] },
  { add: 'ENV HOST=https://example.com\nADD ["${HOST}/x.tgz", "/x"]', rules: ['3 add-url'] },
  { add: 'ADD "${URL:-https://example.com/x}" /x', rules: ['2 add-url'] },
  { add: 'ARG URL\nADD $URL /x', rules: ['3 add-url'] },
  { add: 'ARG URL\nADD --checksum=$SUM $URL /x', rules: [] },
  { add: 'ARG FILE=x.tgz\nADD $FILE /x', rules: [] },
  { add: 'ARG VERSION\nADD x-$VERSION.tgz $HOME/x', rules: [] },
])('a place in a variable: $add', ({ add, rules }) => {
  expect(brokenRules(`FROM ${PINNED}\n${add}\n`)).toEqual(rules);
});

test('a place that is not known is told', () => {
  const text = `FROM ${PINNED}\nARG URL\nADD $URL /x\n`;
  expect(checkDockerfile({ file: 'Dockerfile', text }, checkPolicy())).toMatchObject([
    { message: 'ADD takes a file from a place that is not known: "URL" has no value' },
  ]);
});
