import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** The repository this test runs in. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const NOT_OURS = new Set(['node_modules', '.git', 'out', 'coverage', 'dist']);

/** Every file of the tree below `folder`, as paths relative to the root, sorted. */
export function filesBelow(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true })
    .filter((entry) => !NOT_OURS.has(entry.name))
    .flatMap((entry) => {
      const child = path.join(folder, entry.name);
      if (entry.isDirectory()) {
        return filesBelow(child);
      }
      return entry.isFile() ? [child] : [];
    })
    .sort();
}

export function textOf(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

export interface Import {
  /** Importing file and its target, relative to the root; a package or built-in keeps its specifier. */
  readonly from: string;
  readonly to: string;
  /** Nothing of it is left when the types are stripped. */
  readonly typeOnly: boolean;
}

/** Static imports, re-exports and `import()` of one source file. */
export function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest, true);
  const found: Import[] = [];
  visit(source);
  return found;

  function visit(node: ts.Node): void {
    const specifier = specifierOf(node);
    if (specifier !== undefined) {
      const to = specifier.startsWith('.') ? path.join(path.dirname(file), specifier) : specifier;
      found.push({ from: file, to, typeOnly: isTypeOnly(node) });
    }
    ts.forEachChild(node, visit);
  }
}

function specifierOf(node: ts.Node): string | undefined {
  if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
    return textOfLiteral(node.moduleSpecifier);
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return textOfLiteral(node.arguments[0]);
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return textOfLiteral(node.argument.literal);
  }
  return undefined;
}

function textOfLiteral(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node)) {
    return (
      node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword || everyNameIsType(node.importClause)
    );
  }
  if (ts.isExportDeclaration(node)) {
    return node.isTypeOnly;
  }
  return ts.isImportTypeNode(node);
}

function everyNameIsType(clause: ts.ImportClause | undefined): boolean {
  const bindings = clause?.namedBindings;
  if (clause?.name !== undefined || bindings === undefined || !ts.isNamedImports(bindings)) {
    return false;
  }
  return bindings.elements.every((element) => element.isTypeOnly);
}
