/*
 * Which room may import which, core <- tools <- agents, parents, testing <- cli.
 * Type-only imports count, in cycles too. New rooms get a rule of their own here.
 */
const npm = (...names) => `node_modules/(${names.join('|')})/`;

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files import each other, perhaps by way of others. Move what both need into a third file.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'core-stands-alone',
      comment: 'src/core imports rxjs, nanoid and itself: no other room, no zod, nothing of Node.',
      severity: 'error',
      from: { path: '^src/core/' },
      to: { pathNot: ['^src/core/', npm('rxjs', 'nanoid')] },
    },
    {
      name: 'tools-import-core',
      comment: 'src/tools imports core, zod, rxjs and itself.',
      severity: 'error',
      from: { path: '^src/tools/' },
      to: { pathNot: ['^src/(core|tools)/', npm('zod', 'rxjs')] },
    },
    {
      name: 'bridges-import-core-and-tools',
      comment: 'src/agents, src/parents and src/testing import core, tools and their own room, never one another.',
      severity: 'error',
      from: { path: '^src/(agents|parents|testing)/' },
      to: { path: '^src/', pathNot: '^src/(core|tools|$1)/' },
    },
    {
      name: 'nobody-imports-cli',
      comment: 'src/cli is where everything ends; what others need of it belongs in another room.',
      severity: 'error',
      from: { pathNot: '^(src|test)/cli/' },
      to: { path: '^src/cli/' },
    },
    {
      name: 'internal-is-internal',
      comment: 'Only src/core (with its specs and benchmarks) knows src/core/internal; others use what core exports.',
      severity: 'error',
      from: { pathNot: ['^src/core/', '^test/core/', '^test/laws/', '^bench/'] },
      to: { path: '^src/core/internal/' },
    },
    {
      name: 'src-imports-src',
      comment: 'What is published cannot import what is not: tests, examples, benchmarks, scripts, development dependencies.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|examples|bench|scripts)/' },
    },
    {
      name: 'src-imports-published-packages',
      comment: 'A package that src imports must be a dependency or a peer, since a development dependency is not installed with it.',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'npm-peer'] },
    },
    {
      name: 'packages-are-declared',
      comment: 'This package is there only because another one brought it along. Name it in package.json, or do without.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm', 'npm-peer'] },
    },
    {
      name: 'no-dead-imports',
      comment: 'This import leads nowhere: a wrong path, or a package that is not installed.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|build)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
