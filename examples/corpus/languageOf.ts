const endings: Readonly<Record<string, string>> = {
  TypeScript: 'ts tsx mts cts',
  JavaScript: 'js jsx mjs cjs',
  Python: 'py pyi',
  Ruby: 'rb',
  Go: 'go',
  Rust: 'rs',
  Java: 'java',
  Kotlin: 'kt kts',
  Scala: 'scala',
  Swift: 'swift',
  C: 'c h',
  'C++': 'cc cpp cxx hpp hh',
  'C#': 'cs',
  PHP: 'php',
  Perl: 'pl pm',
  Lua: 'lua',
  Elixir: 'ex exs',
  Erlang: 'erl',
  Haskell: 'hs',
  OCaml: 'ml mli',
  Clojure: 'clj',
  'Emacs Lisp': 'el',
  'Vim script': 'vim',
  R: 'r',
  Julia: 'jl',
  Dart: 'dart',
  Shell: 'sh bash zsh',
  PowerShell: 'ps1',
  SQL: 'sql',
  HTML: 'html htm xhtml',
  CSS: 'css scss less',
  Vue: 'vue',
  Svelte: 'svelte',
  Markdown: 'md markdown mdx',
  reStructuredText: 'rst',
  AsciiDoc: 'adoc asciidoc',
  Org: 'org',
  TeX: 'tex',
  'plain text': 'txt',
  CSV: 'csv tsv',
  JSON: 'json jsonl',
  YAML: 'yaml yml',
  TOML: 'toml',
  INI: 'ini cfg',
  XML: 'xml svg',
  'Protocol Buffers': 'proto',
  GraphQL: 'graphql',
  Make: 'mk',
  CMake: 'cmake',
};

const languages = new Map(
  Object.entries(endings).flatMap(([language, list]) => list.split(' ').map((ending) => [ending, language] as const)),
);

/** What a file is written in, by its ending; the ending itself where that is not known here. */
export function languageOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const ending = /^.+\.(\w{1,12})$/.exec(name)?.[1]?.toLowerCase();
  return ending === undefined ? 'no ending' : (languages.get(ending) ?? `.${ending}`);
}
