/** Compiles consumers of the built package with settings that users have; fails where one, or what it imports of us, does not. */
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const { Bundler, Node16, NodeNext } = ts.ModuleResolutionKind;
const MODULES = { [Bundler]: ts.ModuleKind.ESNext, [Node16]: ts.ModuleKind.Node16, [NodeNext]: ts.ModuleKind.NodeNext };

/** Libraries, whether there is `@types/node`, how modules are found, and whether `Symbol.dispose` is known. */
const CONSUMERS: readonly (readonly [lib: readonly string[], node: boolean, resolution: keyof typeof MODULES, disposes: boolean])[] = [
  [['es2022', 'dom'], false, NodeNext, false],
  [['es2022', 'dom'], false, Bundler, false],
  [['es2022', 'dom'], true, Node16, true],
  [['es2023', 'dom'], false, Node16, false],
  [['es2023'], true, Bundler, true],
  [['esnext', 'dom'], false, Bundler, true],
  [['esnext'], true, NodeNext, true],
];

const root = fileURLToPath(new URL('..', import.meta.url));
const parsed = new Map<string, ts.SourceFile | undefined>();
let failed = 0;

for (const [lib, node, moduleResolution, disposes] of CONSUMERS) {
  const options: ts.CompilerOptions = {
    lib: lib.map((name) => `lib.${name}.d.ts`),
    types: node ? ['node'] : [],
    module: MODULES[moduleResolution],
    moduleResolution,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    skipLibCheck: false,
    noEmit: true,
  };
  const host = ts.createCompilerHost(options);
  const getSourceFile = host.getSourceFile.bind(host);
  host.getSourceFile = (name, how, ...rest) => {
    const key = JSON.stringify([name, how]);
    if (!parsed.has(key)) parsed.set(key, getSourceFile(name, how, ...rest));
    return parsed.get(key);
  };
  const files = ['everywhere', ...disposes ? ['disposing'] : []].map((name) => `${root}test/consumers/${name}.ts`);
  const program = ts.createProgram(files, options, host);
  // What the libraries and the peers declare is theirs to compile, and takes long.
  const own = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(`${root}dist/`) || files.includes(fileName));
  const problems = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics(), ...own.flatMap((file) => [
    ...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file),
  ])];
  const name = `lib ${lib.join(' + ')}, ${node ? 'with' : 'without'} @types/node, ${ts.ModuleResolutionKind[moduleResolution]}`;
  console.log(problems.length === 0 ? `compiles: ${name}` : `does not compile: ${name}\n${ts.formatDiagnostics(problems, host)}`);
  failed += problems.length;
}

if (failed > 0) process.exitCode = 1;
