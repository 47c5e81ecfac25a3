/** On SIGINT and SIGTERM exits with the shell's code for them, so that the handlers of `exit` run. */
export function exitOnSignals(): void {
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
}
