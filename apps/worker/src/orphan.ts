/**
 * Ends this process when whoever started it is gone: its end of the stdin pipe closes, however that came. At once, since
 * nobody is left to tell, and without exit handlers, since lanes may be running on native threads.
 */
export function endWithParent(): void {
  process.stdin.on('end', endNow).on('error', endNow).resume();
}

function endNow(): void {
  process.kill(process.pid, 'SIGKILL');
}
