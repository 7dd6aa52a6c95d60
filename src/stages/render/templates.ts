import Handlebars from 'handlebars';
import { FactoryError } from '../../model/index.ts';

/** Sources by path below the templates folder without the ending: `image.Dockerfile`, `partials/harden`. */
export type TemplateSources = ReadonlyMap<string, string>;

const PARTIALS = 'partials/';

const HELPERS: Readonly<Record<string, Handlebars.HelperDelegate>> = {
  /** A JSON value, which is what ENV, LABEL and the exec form of ENTRYPOINT take. */
  json: (value: unknown) => JSON.stringify(value),
  /** One word of a POSIX shell (XCU 2.2.2). */
  shell: (word: string) =>
    /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`,
  /** The last argument is Handlebars' own options object. */
  concat: (...parts: unknown[]) => parts.slice(0, -1).join(''),
  dirname: (path: string) => path.slice(0, path.lastIndexOf('/')) || '/',
};

/**
 * Fills the template `name`. A missing variable, helper or partial is an error with file, line and column; in a
 * partial that this template does not use it is none.
 */
export function fillTemplate(sources: TemplateSources, name: string, view: object): string {
  const templates = opened.get(sources) ?? openTemplates(sources);
  opened.set(sources, templates);
  return templates(name)(view);
}

type Templates = (name: string) => Handlebars.TemplateDelegate;

/** Every image is rendered from the same files: each is compiled once. */
const opened = new WeakMap<TemplateSources, Templates>();

function openTemplates(sources: TemplateSources): Templates {
  const environment = Handlebars.create();
  for (const [helper, implementation] of Object.entries(HELPERS)) {
    environment.registerHelper(helper, implementation);
  }
  for (const file of sources.keys()) {
    if (file.startsWith(PARTIALS)) {
      environment.registerPartial(
        file.slice(PARTIALS.length),
        atFirstUse(() => compile(environment, sources, file)),
      );
    }
  }
  const compiled = new Map<string, Handlebars.TemplateDelegate>();
  return (name) => {
    const template = compiled.get(name) ?? compile(environment, sources, name);
    compiled.set(name, template);
    return template;
  };
}

function atFirstUse(make: () => Handlebars.TemplateDelegate): Handlebars.TemplateDelegate {
  let template: Handlebars.TemplateDelegate | undefined;
  return (view, runtime) => {
    template ??= make();
    return template(view, runtime);
  };
}

/** Names of the partials in a folder: `steps` gives `python-bytecode`. */
export function partialNames(sources: TemplateSources, folder: string): readonly string[] {
  const prefix = `${PARTIALS}${folder}/`;
  return [...sources.keys()]
    .filter((file) => file.startsWith(prefix))
    .map((file) => file.slice(prefix.length));
}

function compile(
  environment: typeof Handlebars,
  sources: TemplateSources,
  file: string,
): Handlebars.TemplateDelegate {
  const source = sources.get(file);
  if (source === undefined) {
    throw new FactoryError(
      'TEMPLATE_INVALID',
      `cannot render "${file}": the templates folder has no such file`,
    );
  }
  const knownHelpers = Object.fromEntries(Object.keys(HELPERS).map((helper) => [helper, true]));
  const options = { strict: true, noEscape: true, knownHelpers, knownHelpersOnly: true };
  const ast = located(file, () => environment.parse(source));
  assertPartialsExist(ast, sources, file);
  const template = environment.compile(ast, options);
  return (view, runtime) => located(file, () => template(view, runtime));
}

function assertPartialsExist(ast: hbs.AST.Program, sources: TemplateSources, file: string): void {
  class Visitor extends Handlebars.Visitor {
    override PartialStatement(statement: hbs.AST.PartialStatement): void {
      const { name } = statement;
      if ('original' in name && !sources.has(`${PARTIALS}${name.original}`)) {
        throw templateError(file, {
          ...statement.loc.start,
          message: `no partial "${name.original}" in templates/partials`,
        });
      }
    }
  }
  new Visitor().accept(ast);
}

/** Handlebars says line and column but not which file it was in; the innermost file wins. */
function located<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof FactoryError) {
      throw error;
    }
    throw templateError(file, fault(error), error);
  }
}

interface TemplateFault {
  readonly message: string;
  /** From 1. */
  readonly line: number;
  /** From 0. */
  readonly column: number;
}

function fault(error: unknown): TemplateFault {
  const message = error instanceof Error ? error.message : String(error);
  const parsed = /^Parse error on line (\d+):/.exec(message);
  const thrown = error as { lineNumber?: number; column?: number };
  return {
    // the location that Handlebars appends to the text is ours to print
    message: message.replace(/ - \d+:\d+$/, '').replace('[object Object]', 'the view'),
    line: parsed ? Number(parsed[1]) : (thrown.lineNumber ?? 1),
    column: thrown.column ?? 0,
  };
}

function templateError(
  file: string,
  { message, line, column }: TemplateFault,
  cause?: unknown,
): FactoryError {
  const place = `templates/${file}.hbs:${String(line)}:${String(column + 1)}`;
  return new FactoryError('TEMPLATE_INVALID', `cannot render ${place}: ${message}`, {
    hint: 'correct the name, or give the stack the value the template asks for',
    cause,
  });
}
