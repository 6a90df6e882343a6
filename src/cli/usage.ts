/** What `--help` prints. */
export const USAGE = `Background agents for any MCP host.

  sidestream init [--config FILE]      writes a start of a config
  sidestream mcp  [--config FILE]      serves the host that starts it, over stdio
  sidestream mcp  [--config FILE] --http PORT --token-env NAME
                                       serves hosts on this machine at http://127.0.0.1:PORT/mcp, to whoever
                                       bears the token that is in the variable NAME (at least 16 characters)

  --config FILE    default: sidestream.config.json in the working directory
  --help, --version
`;
