import { defineConfig } from 'eslint/config';
import rxjsX from 'eslint-plugin-rxjs-x';
import tseslint from 'typescript-eslint';

const oneSource = 'in src/core, time and randomness come from one place: the session’s scheduler and generateId.';

/** Published code: named exports only, so that a thing has one name everywhere. */
const namedExports = ['ExportDefaultDeclaration', 'ExportSpecifier[exported.name="default"]'].map((selector) => ({
  selector,
  message: 'No default exports in src: give it a name.',
}));

const bareClock = {
  selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
  message: `No bare new Date(): ${oneSource}`,
};

const clocks = ['setTimeout', 'setInterval', 'setImmediate', 'performance'];

export default defineConfig(
  { ignores: ['dist/', 'build/', 'coverage/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },

  {
    name: 'typescript',
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, rxjsX.configs.recommended, rxjsX.configs.strict],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      'eqeqeq': ['error', 'always', { null: 'ignore' }],
      'max-len': ['error', { code: 140, ignoreUrls: true }],
      'no-constant-binary-expression': 'error',
      'no-self-compare': 'error',
      'no-unmodified-loop-condition': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',

      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],

      // `subscribe((line) => seen.push(line))` reads better than the braces that the strict form asks for.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Generic results are `R | void` in places, as they are in RxJS itself.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // Indexed access is checked by the compiler; in a ring buffer the `!` is the honest form.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // The compiler keeps a narrowing across calls, but here any `next` may close what was open a line before.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // A caller's own `signal.reason` is passed on as it is, and it may be anything.
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingAny: true, allowThrowingUnknown: true }],
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingAny: true, allowThrowingUnknown: true }],
      'rxjs-x/throw-error': ['error', { allowThrowingAny: true, allowThrowingUnknown: true }],

      // Every stream that is turned into a promise here is one that always emits.
      'rxjs-x/no-ignored-default-value': 'off',
      'rxjs-x/no-ignored-subscription': 'error',
      'rxjs-x/no-nested-subscribe': 'error',
      'rxjs-x/no-unsafe-switchmap': 'error',
    },
  },

  {
    name: 'published code',
    files: ['src/**/*.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...namedExports],
      'no-console': 'error',
    },
  },
  {
    name: 'published code: the command line talks',
    files: ['src/cli/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    name: 'core',
    files: ['src/core/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...clocks.map((name) => ({ name, message: `No ${name}: ${oneSource}` })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now', message: `No Date.now: ${oneSource}` },
        { object: 'Math', property: 'random', message: `No Math.random: ${oneSource}` },
        { object: 'crypto', property: 'getRandomValues', message: `No crypto: ${oneSource}` },
        { object: 'crypto', property: 'randomUUID', message: `No crypto: ${oneSource}` },
        ...[...clocks, 'console'].map((property) => ({ object: 'globalThis', property, message: `No globalThis.${property}: ${oneSource}` })),
      ],
      'no-restricted-syntax': ['error', ...namedExports, bareClock],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: '^zod(/|$)', message: 'src/core does not import zod: schemas belong to src/tools.' },
            { regex: '^node:', message: 'src/core runs anywhere: what needs Node belongs to another room.' },
          ],
        },
      ],
    },
  },

  {
    name: 'code that is not published',
    files: ['test/**/*.ts', 'examples/**/*.ts', 'bench/**/*.ts', 'scripts/**/*.ts'],
    rules: {
      // Tests and examples watch tasks that end by themselves, and whose events never error.
      'rxjs-x/no-ignored-subscription': 'off',
      'rxjs-x/no-ignored-error': 'off',
      'rxjs-x/no-ignored-default-value': 'off',
      'rxjs-x/no-exposed-subjects': 'off',
      // A stub may be async without waiting, empty, or unbound.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    name: 'specs',
    files: ['test/**/*.ts'],
    rules: {
      // Specs hand over wrong values on purpose, and read answers of unknown shape.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      'rxjs-x/no-nested-subscribe': 'off',
      'rxjs-x/no-unsafe-switchmap': 'off',
    },
  },
  {
    name: 'type tests are read by the compiler only',
    files: ['test/types/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/no-unused-vars': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      'rxjs-x/no-floating-observables': 'off',
    },
  },
);
