import { builtinModules } from 'node:module';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Modules with one home each. A file outside the home imports our own narrow interface instead. */
const homes = {
  process: {
    regex: '^(zx|(node:)?child_process)(/|$)',
    message: 'Child processes are started by src/host/process.ts only: take a ProcessRunner.',
  },
  aws: {
    regex: '^@aws-sdk/',
    message: 'The AWS SDK stays in src/host/aws*: take a narrow client interface.',
  },
  files: {
    regex: '^(node:)?fs(/|$)',
    message:
      'Files are read and written in src/{files,host,cli,catalog,oci,report} and the stages build and test: take the content.',
  },
};

const withoutProtocol = builtinModules
  .filter((name) => !name.startsWith('_') && !name.includes(':'))
  .map((name) => ({ name, message: 'Import built-in modules with the node: protocol.' }));

/** `no-restricted-imports` without the homes named; a later block replaces the rule as a whole. */
function imports(...atHome) {
  const patterns = Object.entries(homes)
    .filter(([name]) => !atHome.includes(name))
    .map(([, pattern]) => pattern);
  return { 'no-restricted-imports': ['error', { paths: withoutProtocol, patterns }] };
}

const syntax = {
  unbounded: {
    selector:
      "CallExpression[callee.object.name='Promise'][callee.property.name=/^(all|allSettled)$/] > CallExpression[callee.property.name='map']",
    message: 'Starts everything at once: run the tasks through a pool from deps.',
  },
  defaultExport: {
    selector: 'ExportDefaultDeclaration',
    message: 'Export by name: the name is what a reader searches for.',
  },
  exportAll: {
    selector: 'ExportAllDeclaration',
    message: 'Name what the door lets out.',
  },
  errorText: {
    selector:
      "NewExpression[callee.name='FactoryError'][arguments.1.type='Literal'][arguments.1.value!=/^cannot [a-z]/]",
    message: "Write the message as 'cannot <verb> <object>: <reason>'.",
  },
  errorTemplate: {
    selector:
      "NewExpression[callee.name='FactoryError'][arguments.1.type='TemplateLiteral'][arguments.1.quasis.0.value.raw!=/^cannot [a-z]/]",
    message: "Write the message as 'cannot <verb> <object>: <reason>'.",
  },
};

const style = {
  curly: 'error',
  eqeqeq: 'error',
  'func-style': [
    'error',
    'declaration',
    { overrides: { namedExports: 'declaration' }, allowTypeAnnotation: true },
  ],
  'no-else-return': ['error', { allowElseIf: false }],
  'no-nested-ternary': 'error',
  'no-param-reassign': 'error',
  'object-shorthand': 'error',
  'prefer-const': 'error',
  'prefer-template': 'error',
  'no-var': 'error',
  'no-restricted-syntax': ['error', ...Object.values(syntax)],
};

const size = {
  'max-lines': ['error', 300],
  'max-lines-per-function': ['error', 50],
  'max-params': 'off',
  '@typescript-eslint/max-params': ['error', { max: 3 }],
  complexity: ['error', 10],
};

const types = {
  '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
  '@typescript-eslint/consistent-type-exports': 'error',
  '@typescript-eslint/explicit-module-boundary-types': 'error',
  '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
  '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
  '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
};

/** A test may be long, reach into what it tests and hold values of the wrong type on purpose. */
const looserForTests = {
  'max-lines-per-function': 'off',
  '@typescript-eslint/max-params': 'off',
  '@typescript-eslint/explicit-module-boundary-types': 'off',
  '@typescript-eslint/no-non-null-assertion': 'off',
  '@typescript-eslint/no-unsafe-argument': 'off',
  '@typescript-eslint/no-unsafe-assignment': 'off',
  '@typescript-eslint/no-unsafe-call': 'off',
  '@typescript-eslint/no-unsafe-member-access': 'off',
  '@typescript-eslint/no-unsafe-return': 'off',
  '@typescript-eslint/no-unsafe-type-assertion': 'off',
  '@typescript-eslint/require-await': 'off',
  '@typescript-eslint/unbound-method': 'off',
  'func-style': 'off',
};

export default defineConfig(
  { ignores: ['node_modules/', 'out/', 'coverage/', 'dist/', 'test/golden/', 'stacks/*/example/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['src/**/*.ts', 'test/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: { 'no-console': 'error', ...style, ...size, ...types, ...imports() },
  },
  {
    files: ['src/{cli,catalog,files,oci,report}/**/*.ts', 'src/stages/{build,test}/**/*.ts'],
    rules: imports('files'),
  },
  { files: ['src/host/**/*.ts'], rules: imports('files') },
  { files: ['src/host/process.ts'], rules: imports('files', 'process') },
  { files: ['src/host/aws*.ts', 'src/host/aws*/**/*.ts'], rules: imports('files', 'aws') },
  { files: ['src/report/**/*.ts', 'src/main.ts', 'test/bench/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['test/**/*.ts'], rules: { ...looserForTests, ...imports('files') } },
  { files: ['test/support/ecr-model.ts'], rules: imports('files', 'aws') },
);
