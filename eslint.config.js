import js from '@eslint/js'
import tseslint from 'typescript-eslint'

const tests = ['**/*.test.ts', '**/*.bench.ts', 'apps/*-e2e/**/*.ts']
const size = {
  'max-lines': ['error', { max: 300 }],
  'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
}
const noSleep = {
  name: 'node:timers/promises',
  message: 'No sleep in a test: wait for the condition with eventually() of @prep/testing.',
}

export default tseslint.config(
  {
    ignores: ['**/dist/**', '**/node_modules/**', '**/fixtures/**', '**/*.generated.ts', '.prep/**', '.nx/**'],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: {
      parserOptions: { project: ['./tsconfig.check.json'], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      ...size,
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrors: 'none' }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      'eqeqeq': ['error', 'always', { null: 'ignore' }],
      'no-param-reassign': 'error',
      // It does not see that decorators run: a schema given to one counts as unused.
      'no-useless-assignment': 'off',
      'no-empty': ['error', { allowEmptyCatch: false }],
    },
  },
  {
    // A program writes logs, not to the console; what a person reads is the CLI's business.
    files: ['apps/**/*.ts', 'libs/**/*.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    files: tests,
    rules: {
      'max-lines-per-function': 'off',
      'no-restricted-imports': ['error', { paths: [noSleep] }],
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
)
