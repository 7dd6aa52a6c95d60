import { InternalError, type ExampleApp, type StackExample, type Variant } from '../model/index.ts';
import { exampleBases } from './example-bases.ts';
import { type FilledStack, nearest } from './layers.ts';
import type { StackFile } from './stack-schema.ts';

type WrittenExample = NonNullable<StackFile['example']>;

interface ExampleOwner {
  readonly variant: Variant;
  readonly tag: string;
  /** The same stack has a dev image, which builds the app. */
  readonly hasDev: boolean;
}

/** Not inherited: the programs of an example lie in the folder of the stack that names them. */
export function exampleOf(chain: readonly FilledStack[], owner: ExampleOwner): StackExample {
  const stack = chain.at(-1);
  const example = stack?.example;
  if (example === undefined) {
    throw new InternalError('a stack without an example passed the rules');
  }
  // a dev image starts a shell, but the runtime's program is in it as well
  const program = owner.variant === 'dev' ? (nearest(chain, ({ entrypoint }) => entrypoint) ?? []) : [];
  const isBuilder = owner.variant === 'dev' || !owner.hasDev;
  const app = isBuilder ? appOf(example, stack?.exampleDockerfile, owner.tag) : undefined;
  return {
    packages: example.packages,
    hello: { ...example.hello, command: [...program, ...example.hello.command] },
    ...(example.server === undefined ? {} : { server: toServer(example.server, program) }),
    ...(app === undefined ? {} : { app }),
  };
}

/** What the app answers, where it does not answer as the stack's server does. */
export function answerOf({ app, server }: WrittenExample): Pick<ExampleApp, 'port' | 'body'> | undefined {
  if (app !== undefined) {
    return app;
  }
  return server?.port === undefined ? undefined : { port: server.port, body: server.body ?? '' };
}

function appOf(example: WrittenExample, dockerfile: string | undefined, tag: string): ExampleApp | undefined {
  const answer = answerOf(example);
  return dockerfile === undefined || answer === undefined
    ? undefined
    : { bases: exampleBases(dockerfile, tag), ...answer };
}

function toServer(
  { command, ready, port, body }: NonNullable<WrittenExample['server']>,
  program: readonly string[],
): NonNullable<StackExample['server']> {
  return {
    command: [...program, ...command],
    ready,
    ...(port === undefined ? {} : { port }),
    ...(body === undefined ? {} : { body }),
  };
}
