/** What `--help` prints. */
export const USAGE = `Background agents for any MCP host.

  sidestream init   [--config FILE] [--agents NAMES] [--yes]
                                       writes a start of a config with the agents that are found on this machine;
                                       NAMES: all, none, or some of opencode,geminiCli,qwenCode,claudeCode,codex
  sidestream doctor [--config FILE] [--json] [--timeout SECONDS] [AGENT ...]
                                       starts each agent of the config once, and says what is wrong
  sidestream trust  [--config FILE] [--forget]
                                       trusts the config of the working directory as it stands now, or no more
  sidestream mcp    [--config FILE]    serves the host that starts it, over stdio
  sidestream mcp    [--config FILE] --http PORT --token-env NAME
                                       serves hosts on this machine at http://127.0.0.1:PORT/mcp, to whoever
                                       bears the token that is in the variable NAME (at least 16 characters)

  sidestream tasks  [list | show ID | lines ID | export ID] [--store FILE] [--json] [--unheard] [--limit N]
                                       shows the tasks that are kept, also while a server runs; it changes nothing

  --config FILE            default: sidestream.config.json in the working directory, which must be trusted first:
                           it names programs to run
  --store FILE             mcp: keeps the tasks in FILE, so that they survive the server; the next one on FILE goes on.
                           Default: \`store\` of the config; '' for none. tasks, doctor: looks at FILE
  --origin URL             with --http: a browser's page may come from there; may be given several times
  --max-sessions N         with --http: connections at one time
  --session-timeout MS     with --http: milliseconds that a connection may have nothing open
  --help, --version
`;
