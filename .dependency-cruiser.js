/*
 * Which room may import which: core <- tools <- inbox <- agents, parents <- cli, with compose, processes and stores beside tools. Inside
 * the core: durable -> session -> task -> limits, output -> log, steering, failure.
 * Type-only imports count, in cycles too. New rooms get a rule of their own here.
 */
const npm = (...names) => `node_modules/(${names.join('|')})/`;

/** The rooms of the core, each with those that it may import; below them there are none. */
const INNER = {
  durable: ['session', 'task', 'limits', 'output', 'log', 'steering', 'failure'],
  session: ['task', 'limits', 'output', 'log', 'steering', 'failure'],
  task: ['limits', 'output', 'log', 'steering', 'failure'],
  limits: [],
  output: ['log', 'steering', 'failure'],
  log: ['failure'],
  steering: ['failure'],
  failure: [],
};

const innerRooms = () => Object.entries(INNER).map(([room, below]) => ({
  name: `core-${room}`,
  comment: `src/core/internal/${room} imports ${below.length === 0 ? 'no other room' : below.join(', ')} of the core's, and the core's root.`,
  severity: 'error',
  from: { path: `^src/core/internal/${room}/` },
  to: { path: '^src/core/internal/', pathNot: `^src/core/internal/(${[room, ...below].join('|')})/` },
}));

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
      name: 'compose-imports-core',
      comment: 'src/compose imports core, and not what is internal there, rxjs and itself: what it does, any user could do.',
      severity: 'error',
      from: { path: '^src/compose/' },
      to: { pathNot: ['^src/core/(?!internal/)', '^src/compose/', npm('rxjs')] },
    },
    {
      name: 'tools-import-core',
      comment: 'src/tools imports core, zod, rxjs and itself.',
      severity: 'error',
      from: { path: '^src/tools/' },
      to: { pathNot: ['^src/(core|tools)/', npm('zod', 'rxjs')] },
    },
    {
      name: 'inbox-imports-tools',
      comment: 'src/inbox imports core, tools, zod, rxjs, nanoid and itself.',
      severity: 'error',
      from: { path: '^src/inbox/' },
      to: { pathNot: ['^src/(core|tools|inbox)/', npm('zod', 'rxjs', 'nanoid')] },
    },
    {
      name: 'processes-import-core',
      comment: 'src/processes imports core and itself; what it starts is no business of the tools.',
      severity: 'error',
      from: { path: '^src/processes/' },
      to: { path: '^src/', pathNot: '^src/(core|processes)/' },
    },
    {
      name: 'stores-import-core',
      comment: 'src/stores imports core and itself: what a store keeps was decided by the session.',
      severity: 'error',
      from: { path: '^src/stores/' },
      to: { path: '^src/', pathNot: '^src/(core|stores)/' },
    },
    {
      name: 'bridges-import-what-is-below',
      comment: 'src/agents and src/parents import core, processes, tools, inbox and their own room, never one another.',
      severity: 'error',
      from: { path: '^src/(agents|parents)/' },
      to: { path: '^src/', pathNot: '^src/(core|processes|tools|inbox|$1)/' },
    },
    {
      name: 'calls-and-answers',
      comment: 'What a model sent is read in src/tools/calls, what it is told is made in src/tools/answers; both serve the tools.',
      severity: 'error',
      from: { path: '^src/tools/answers/' },
      to: { path: '^src/tools/', pathNot: '^src/tools/(answers/|tool[.]ts)' },
    },
    ...innerRooms(),
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
