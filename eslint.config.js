// Lint rules. What is special here: engine and models may not use anything whose result depends on the machine,
// the clock or the order of promises, and what turns a scenario's text into results may not touch Node.
import { builtinModules } from 'node:module'
import js from '@eslint/js'
import tseslint from 'typescript-eslint'

const node = builtinModules.filter((name) => !name.startsWith('_'))

const noNode = {
  'no-restricted-imports': [
    'error',
    { paths: node, patterns: [{ group: ['node:*'], message: 'This code must also run in a browser.' }] },
  ],
  'no-restricted-globals': ['error', 'process', 'Buffer', '__dirname', '__filename', 'require'],
}

const ownFunctions = [
  'exp',
  'expm1',
  'log',
  'log1p',
  'log2',
  'log10',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'atan2',
]
  .concat(['sinh', 'cosh', 'tanh', 'asinh', 'acosh', 'atanh', 'cbrt', 'hypot'])
  .map((property) => ({
    object: 'Math',
    property,
    message: 'Its last bit may differ between engines; use src/engine/elementary.ts.',
  }))

const deterministic = {
  ...noNode,
  'no-restricted-globals': [
    'error',
    ...['process', 'Buffer', '__dirname', '__filename', 'require'],
    ...['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'Promise', 'Intl'],
    ...['console', 'fetch', 'crypto', 'WeakRef', 'FinalizationRegistry'],
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Math', property: 'random', message: 'Draw from a named stream.' },
    { object: 'Math', property: 'pow', message: 'Its last bit differs between versions of V8; use exp and log.' },
    ...ownFunctions,
  ],
  'no-restricted-syntax': [
    'error',
    { selector: ':function[async=true]', message: 'A simulation does not wait for anything outside itself.' },
    { selector: 'AwaitExpression', message: 'A simulation does not wait for anything outside itself.' },
    { selector: 'BinaryExpression[operator="**"]', message: 'Its last bit differs between versions of V8.' },
    { selector: 'AssignmentExpression[operator="**="]', message: 'Its last bit differs between versions of V8.' },
    { selector: 'ImportExpression', message: 'Import at the top of the file.' },
    {
      selector: 'MemberExpression[property.name=/^toLocale|^localeCompare$/]',
      message: 'The result depends on the language of the machine.',
    },
  ],
}

/** Beside these folders, the only files that may use files, processes and threads. */
const usesNode = ['src/runs/pool.ts', 'src/runs/worker.ts', 'src/plugins/loading.ts']

/** What the way from a scenario's text to its results consists of: it runs in a browser too. */
const browser = ['units', 'language', 'statistics', 'answers', 'points', 'plugins', 'runs', 'report', 'validation'].map(
  (name) => `src/${name}/**`,
)

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', '.cache/', 'node_modules/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      // Published coefficients are written as published.
      'no-loss-of-precision': 'off',
      eqeqeq: 'error',
      'prefer-const': 'error',
      'no-var': 'error',
    },
  },
  { files: ['src/engine/**', 'src/models/**'], rules: deterministic },
  { files: browser, ignores: usesNode, rules: noNode },
  {
    files: ['src/statistics/**', 'src/answers/**', 'src/points/**'],
    rules: { 'no-restricted-properties': ['error', ...ownFunctions] },
  },
  {
    files: ['**/*.js', '**/*.mjs', 'bin/offsim'],
    languageOptions: {
      globals: Object.fromEntries(
        ['process', 'console', 'URL', 'performance', 'Buffer', 'setTimeout'].map((name) => [name, 'readonly']),
      ),
    },
  },
)
