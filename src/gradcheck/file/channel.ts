/**
 * How the process with the module talks to the one that started it: through two extra pipes, because the module could
 * use process.send too. Every message is a line that begins with a nonce, which comes through the other pipe before the
 * module is loaded and which only this code knows. That guards against accidents, not against malice: a checked module
 * is trusted code, with the rights of the user who checks it.
 */
import { readSync, writeSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { Worker } from 'node:worker_threads';

/** File descriptors in the process with the module. */
export const PIPES = { toParent: 3, fromParent: 4 } as const;

// Kept here in case the module changes the global objects.
const kill = process.kill.bind(process);
const { pid } = process;

/** Not JSON, because results contain NaN and infinities, which JSON cannot represent. */
export const encode = (data: unknown): string => serialize(data).toString('base64');
export const decode = (line: string): unknown => deserialize(Buffer.from(line, 'base64'));

/** Waits for the single line of input to this process. */
export function readInput(): unknown {
  const chunks: Buffer[] = [];
  const chunk = Buffer.alloc(1 << 16);
  for (;;) {
    const length = readSync(PIPES.fromParent, chunk);
    if (length === 0) throw new Error('expected a line on the pipe of the parent process, got its end');
    chunks.push(Buffer.from(chunk.subarray(0, length)));
    if (chunk[length - 1] === 10) return decode(Buffer.concat(chunks).toString('latin1'));
  }
}

/** Returns a function that sends messages; if nobody can receive them, it ends the process. */
export function openChannel<Message>(nonce: string): (message: Message) => void {
  return (message) => {
    // The newline comes first, to end anything that the module may have written to the pipe.
    let rest = Buffer.from(`\n${nonce} ${encode(message)}\n`, 'latin1');
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(PIPES.toParent, rest));
    } catch {
      end();
    }
  };
}

/** Ends this process and all processes that it started, immediately. */
export function end(): never {
  kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
  throw new Error('the process ends');
}

/**
 * Ends this process, and all processes that it started, when the parent is gone, which ends the pipe from it. Runs in a
 * separate thread, because the module's code may never return.
 */
export function endWithParent(): void {
  const target = process.platform === 'win32' ? pid : -pid;
  const code = `
    const socket = new (require('node:net').Socket)({ fd: ${PIPES.fromParent} });
    const end = () => process.kill(${target}, 'SIGKILL');
    socket.on('error', end).on('close', end).resume();`;
  new Worker(code, { eval: true, execArgv: [], stdin: false }).unref();
}
