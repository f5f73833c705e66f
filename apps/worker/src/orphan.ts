const patienceMs = 8_000;

/**
 * Ends this process when whoever started it is gone: its end of the stdin pipe closes, however that came. The coordinator
 * goes the same way, which stops the training and leaves time for a last weight file; then the process ends without exit
 * handlers, since lanes may still be running on native threads.
 */
export function endWithParent(): void {
  process.stdin.once('end', endSoon).once('error', endSoon).resume();
}

function endSoon(): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), patienceMs).unref();
}
