import { describe, expect, test } from 'vitest';
import { parseDockerfile, instructionsOf } from '../../../src/dockerfile/index.ts';

/** `RUN 2-4 text [heredoc]`, of every instruction. */
function instructionsIn(text: string): string[] {
  return instructionsOf(parseDockerfile(text)).map(({ keyword, line, endLine, text: args, heredocs }) =>
    [keyword, `${line}-${endLine}`, args, ...heredocs.map((body) => JSON.stringify(body))].join(' '),
  );
}

describe('instructions', () => {
  test.each([
    { text: 'FROM a\nRUN b', expected: ['FROM 1-1 a', 'RUN 2-2 b'] },
    { text: '\uFEFF\r\nfrom a\r\n  RUN b \\\r\n c\r\n', expected: ['FROM 2-2 a', 'RUN 3-4 b  c'] },
    { text: 'RUN a \\ \n\n  # why\n b\nUSER 0', expected: ['RUN 1-4 a  b', 'USER 5-5 0'] },
    { text: 'RUN a \\\n# last', expected: ['RUN 1-2 a'] },
    { text: 'RUN dir c:\\\\\nUSER 0', expected: ['RUN 1-1 dir c:\\\\', 'USER 2-2 0'] },
    { text: '# escape=`\nRUN dir c:\\\nRUN a `\n b', expected: ['RUN 2-2 dir c:\\', 'RUN 3-4 a  b'] },
    { text: 'RUN <<EOF\na\n# b\nEOF\nUSER 0', expected: ['RUN 1-4 <<EOF "a\\n# b"', 'USER 5-5 0'] },
    { text: 'RUN a <<"E-F" && \\\n b\nc\nE-F', expected: ['RUN 1-4 a <<"E-F" &&  b "c"'] },
    { text: 'RUN <<-EOF\n\ta\n\tEOF\nUSER 0', expected: ['RUN 1-3 <<-EOF "\\ta"', 'USER 4-4 0'] },
    { text: 'RUN <<EOF\n EOF\nEOF', expected: ['RUN 1-3 <<EOF " EOF"'] },
    { text: 'COPY <<A <<B /x\na\nA\nb\nB', expected: ['COPY 1-5 <<A <<B /x "a" "b"'] },
    { text: 'ADD <<EOF /x\na\nb\nEOF\nUSER 0', expected: ['ADD 1-4 <<EOF /x "a\\nb"', 'USER 5-5 0'] },
    { text: 'ONBUILD RUN <<EOF\na\nEOF\nUSER 0', expected: ['RUN 1-3 <<EOF "a"', 'USER 4-4 0'] },
    { text: 'RUN echo "a <<EOF b"\nUSER 0', expected: ['RUN 1-1 echo "a <<EOF b"', 'USER 2-2 0'] },
    { text: 'RUN cat <<< a\nUSER 0', expected: ['RUN 1-1 cat <<< a', 'USER 2-2 0'] },
    { text: 'RUN echo $((1<<2))\nUSER 0', expected: ['RUN 1-1 echo $((1<<2))', 'USER 2-2 0'] },
    { text: 'ENV A=<<EOF\nUSER 0', expected: ['ENV 1-1 A=<<EOF', 'USER 2-2 0'] },
    { text: '\\\nUSER 0', expected: ['USER 1-2 0'] },
  ])('of $text', ({ text, expected }) => {
    expect(instructionsIn(text)).toEqual(expected);
  });

  test('know of a heredoc that ends nowhere', () => {
    const { stages } = parseDockerfile('FROM a\nRUN <<EOF\nUSER 0\n');
    expect(stages[0]?.instructions).toMatchObject([{ isOpen: true, endLine: 4 }]);
  });
});

describe('comments and directives', () => {
  test.each([
    { text: '# syntax=a:1\n# b', frontend: 'a:1', comments: ['2 b'] },
    { text: '#SYNTAX = a:1 \n# Escape=`\n#check=skip=all\n# b=c', frontend: 'a:1', comments: ['4 b=c'] },
    { text: '# a=b\n# syntax=c:1', frontend: undefined, comments: ['1 a=b', '2 syntax=c:1'] },
    { text: '\n# syntax=a:1', frontend: undefined, comments: ['2 syntax=a:1'] },
    { text: 'RUN a \\\n  # b\n c # d\n#e', frontend: undefined, comments: ['2 b', '4 e'] },
    { text: 'RUN <<EOF\n# a\nEOF', frontend: undefined, comments: [] },
  ])('of $text', ({ text, frontend, comments }) => {
    const dockerfile = parseDockerfile(text);
    expect(dockerfile.frontend).toBe(frontend);
    expect(dockerfile.comments.map((comment) => `${comment.line} ${comment.text}`)).toEqual(comments);
  });
});
