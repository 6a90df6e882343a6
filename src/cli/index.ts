#!/usr/bin/env node
import { main } from './main.js';

// What still runs after that is held by nobody: a child that would not stop must not hold the host up.
process.exit(await main(process.argv.slice(2)));
